// Virtual keys, and keys for checks. A key is made here, shown once, and known by its hash from then on.
import * as engine from '../engine.js'
import { SHARDS, shardOf } from '../state/names.js'
import { isRefusal } from '../state/registry.js'
import { within } from '../state/within.js'
import { milliseconds } from '../store.js'
import { SDK_PREFIX } from './door.js'
import { Trouble, json, noContent } from './http.js'
import { PAGE, etagOf, once, pageOf, pageWith, versionOf } from './page.js'
import { changed } from './registry.js'
import { faultsOf } from './schema.js'
import { KEY, patchOf } from './shapes.js'

/** @typedef {import('./app.js').Call} Call */
/** @typedef {import('../state/key-shard.js').Key} Key */

/** A key that somebody chose. */
const CHOSEN = /^[A-Za-z0-9_-]{16,100}$/

const LIST = '/.gate/api/keys'
const ONE = `${LIST}/:id`

/** @type {import('./app.js').Route[]} */
export const KEYS = [
  { method: 'GET', path: LIST, right: 'read', summary: 'List the keys', query: PAGE, handle: all },
  {
    method: 'POST', path: LIST, right: 'write', summary: 'Create a key, which is shown this once', body: KEY, status: 201, isCreation: true,
    handle: (call) => once(call, async () => {
      const { key, made } = await createKey(call, call.body)
      return json({ key, ...toldKey(made) }, 201, { ...etagOf(made.version), location: `${LIST}/${made.hash}` })
    }),
  },
  {
    method: 'GET', path: ONE, right: 'read', summary: 'Read what is known of a key',
    handle: async (call) => shown(await getKey(call, call.parameters.id)),
  },
  {
    method: 'PATCH', path: ONE, right: 'write', summary: 'Change what a key may do', body: patchOf(KEY), hasVersion: true,
    handle: async (call) => shown(await patchKey(call, call.parameters.id, call.body, versionOf(call.request))),
  },
  {
    method: 'DELETE', path: ONE, right: 'write', summary: 'Delete a key', status: 204, hasVersion: true,
    handle: async (call) => { await removeKey(call, call.parameters.id, versionOf(call.request)); return noContent() },
  },
]

/** @param {Call} call @param {string} hash */
const shard = ({ env }, hash) => env.KEYS.getByName(shardOf(hash))

/** The shards are in the order of the hashes, so a page goes through them one after the other. @param {Call} call */
async function all(call) {
  const { after, limit } = pageOf(call.query)
  if (!/^[0-9a-f]*$/.test(after)) throw new Trouble(400, 'page_malformed', 'cursor is one that a page ended with')
  /** @type {Key[]} */
  const found = []
  for (const name of SHARDS) {
    if (found.length > limit) break
    if (name < after.slice(0, 1)) continue
    found.push(...await within(call.env.KEYS.getByName(name).list(call.caller.tenant, { after, limit: limit + 1 - found.length })))
  }
  return pageWith(found, limit, ({ hash }) => hash, (key) => ({ ...toldKey(key), version: key.version }))
}

/**
 * @param {Call} call
 * @param {Record<string, any>} given
 * @param {string} [chosen] the key itself, where a platform lets people choose it
 * @returns {Promise<{ key: string, made: Key }>}
 */
export async function createKey(call, { kind = 'virtual', alias, ...members }, chosen) {
  await mayBeAdmin(call, members)
  checked({ kind, ...(alias !== undefined && { alias }), ...members })
  const { subject, by, tenant } = call.caller
  const prefix = kind === 'sdk' ? SDK_PREFIX : (call.control.authentication.virtual_keys?.prefix ?? 'sk-')
  if (chosen !== undefined && !(chosen.startsWith(prefix) && CHOSEN.test(chosen))) {
    throw new Trouble(400, 'body_malformed', `a key begins with \`${prefix}\`, and has 16 to 100 letters, digits, \`-\` or \`_\``)
  }
  const key = chosen ?? newKey(prefix)
  const hash = engine.hashKey(key)
  const label = { name: `…${key.slice(-4)}`, ...(alias !== undefined && { alias }) }
  const made = await within(shard(call, hash).create({ hash, tenant, kind, label, body: kept(members) }, { subject, by }))
  if (isRefusal(made)) throw new Trouble(409, 'exists', 'there is such a key already')
  return { key, made }
}

/** @param {Call} call @param {string} hash @returns {Promise<Key>} */
export async function getKey(call, hash) {
  const key = /^[0-9a-f]{64}$/.test(hash) ? await within(shard(call, hash).get(hash, call.caller.tenant)) : undefined
  if (key === undefined) throw missing()
  return key
}

/**
 * @param {Call} call
 * @param {string} hash
 * @param {Record<string, any>} changes where what is `null` is taken away
 * @param {number} [expected]
 * @returns {Promise<Key>}
 */
export async function patchKey(call, hash, changes, expected) {
  await mayBeAdmin(call, changes)
  const before = await getKey(call, hash)
  if (expected !== undefined && expected !== before.version) throw changed()
  const members = { ...before.body, alias: before.label.alias ?? null, ...changes }
  /** @type {Record<string, any>} */
  const whole = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null))
  const { alias, ...next } = whole
  checked(whole)
  const { subject, by, tenant } = call.caller
  const label = { name: before.label.name, ...(alias !== undefined && { alias }) }
  const put = { hash, tenant, label, body: kept(next), expected: before.version }
  return settled(await within(shard(call, hash).update(put, { subject, by })))
}

/** @param {Call} call @param {string} hash @param {number} [expected] @returns {Promise<Key>} */
export async function removeKey(call, hash, expected) {
  await getKey(call, hash)
  const { subject, by, tenant } = call.caller
  return settled(await within(shard(call, hash).remove({ hash, tenant, expected }, { subject, by })))
}

/** Also what a platform's own call made of its words. @param {Record<string, any>} key */
function checked(key) {
  const errors = faultsOf(KEY, key)
  if (errors.length > 0) throw new Trouble(400, 'body_malformed', `${errors[0].pointer}: ${errors[0].detail}`, { errors })
}

/** Nobody gives away what they do not have. @param {Call} call @param {{ admin?: unknown }} members */
async function mayBeAdmin({ door, request }, { admin }) {
  if (admin === true && !(await door.holds(request, 'admin'))) throw new Trouble(403, 'scope_missing', 'only an administrator makes one')
}

/** @param {Key | import('../state/registry.js').Refusal} result @returns {Key} */
function settled(result) {
  if (!isRefusal(result)) return result
  throw result.refused === 'missing' ? missing() : changed()
}

const missing = () => new Trouble(404, 'key_unknown', 'there is no such key')

/** As the core reads it: a limit says nothing without what was spent. @param {Record<string, any>} members */
function kept({ expires, ...members }) {
  if (members.max_budget !== undefined) members.spend ??= 0
  return { ...members, ...(expires !== undefined && { expires: secondsOf(expires) }) }
}

/** @param {number | string} expires */
function secondsOf(expires) {
  const seconds = milliseconds(expires) / 1000
  if (!Number.isFinite(seconds)) throw new Trouble(400, 'body_malformed', '`expires` is no time')
  return seconds
}

/** A key of 192 bits, by which nobody else can guess it. @param {string} prefix */
function newKey(prefix) {
  const bytes = crypto.getRandomValues(new Uint8Array(24))
  return prefix + btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_')
}

/** @param {Key} key */
export const toldKey = ({ hash, kind, label, body, created_at, updated_at }) => ({
  id: hash, kind, ...label, ...body,
  created_at: new Date(created_at).toISOString(), updated_at: new Date(updated_at).toISOString(),
})

/** @param {Key} key */
const shown = (key) => json(toldKey(key), 200, etagOf(key.version))
