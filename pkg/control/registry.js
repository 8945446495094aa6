// Agents, what they may do, teams, and kill switches.
//
// A change is tried out first: the policy as it would be is compiled, and what the core refuses is not written.
// The registry writes it only if nothing else was changed meanwhile; otherwise it is tried out again.
import { PolicyError } from '../policy.js'
import { registryName } from '../state/names.js'
import { isRefusal } from '../state/registry.js'
import { within } from '../state/within.js'
import { Trouble, json, noContent } from './http.js'
import { PAGE, etagOf, once, pageOf, pageWith, versionOf } from './page.js'
import { AGENT, PERMISSION, SWITCH, TEAM, patchOf } from './shapes.js'
import { faultsOf } from './schema.js'
import { newId } from './sdk.js'

/** @typedef {import('./app.js').Call} Call */
/** @typedef {import('./app.js').Route} Route */
/** @typedef {import('../state/registry.js').Item} Item */
/** @typedef {import('../state/registry.js').Kind} Kind */

/** So often a change is tried anew when others change something at the same time. */
const ATTEMPTS = 10

const ROOT = '/.gate/api'

/** @type {Route[]} */
export const REGISTRY = [
  ...routesOf('agent', 'agents', AGENT),
  ...routesOf('permission', 'agents/:agent/permissions', PERMISSION),
  ...routesOf('team', 'teams', TEAM),
  ...routesOf('switch', 'switches', SWITCH),
]

/**
 * @param {Kind} kind
 * @param {string} place
 * @param {import('./schema.js').Schema} shape
 * @returns {Route[]}
 */
function routesOf(kind, place, shape) {
  const list = `${ROOT}/${place}`
  const one = `${list}/:id`
  return [
    { method: 'GET', path: list, right: 'read', summary: `List each ${kind}`, query: PAGE, handle: (call) => all(kind, call) },
    {
      method: 'POST', path: list, right: 'write', summary: `Create a ${kind}`, body: shape, status: 201, isCreation: true,
      handle: (call) => once(call, async () => {
        const item = await create(kind, call, call.body)
        return json(told(item), 201, { ...etagOf(item.version), location: `${new URL(call.request.url).pathname}/${encodeURIComponent(item.id)}` })
      }),
    },
    { method: 'GET', path: one, right: 'read', summary: `Read a ${kind}`, handle: async (call) => shown(await get(kind, call)) },
    {
      method: 'PATCH', path: one, right: 'write', summary: `Change a ${kind}`, body: patchOf(shape), hasVersion: true,
      handle: async (call) => shown(await patch(kind, call, call.body, shape)),
    },
    {
      method: 'DELETE', path: one, right: 'write', summary: `Delete a ${kind}`, status: 204, hasVersion: true,
      handle: async (call) => { await remove(kind, call); return noContent() },
    },
  ]
}

/** @param {Call} call */
const registry = ({ env, caller }) => env.REGISTRY.getByName(registryName(caller.tenant))

/** @param {Kind} kind @param {Call} call */
async function all(kind, call) {
  const { after, limit } = pageOf(call.query)
  const { agent } = call.parameters
  const found = await within(registry(call).list(kind, { after, limit: limit + 1, ...(agent !== undefined && { parent: agent }) }))
  return pageWith(found, limit, ({ id }) => id, (item) => ({ ...told(item), version: item.version }))
}

/** @param {Kind} kind @param {Call} call @returns {Promise<Item>} */
export async function get(kind, call) {
  const { id, agent } = call.parameters
  const item = await within(registry(call).get(kind, id))
  if (item === undefined || (agent !== undefined && item.parent !== agent)) throw missing(kind)
  return item
}

/**
 * @param {Kind} kind
 * @param {Call} call
 * @param {Record<string, any>} given as the shape has it
 * @returns {Promise<Item>}
 */
export async function create(kind, call, given) {
  const { tenant, subject, by } = call.caller
  const { id = newId(kind === 'permission' ? 'perm' : kind), ...members } = given
  if (Object.hasOwn(call.control[/** @type {'agents' | 'teams'} */ (`${kind}s`)] ?? {}, id)) {
    throw new Trouble(409, 'in_policy', `the policy has this ${kind} already, and goes before`)
  }
  const body = kept(kind, members, subject)
  const parent = call.parameters.agent
  const now = Date.now()
  const item = { kind, id, parent: parent ?? null, body, version: 0, created_at: now, updated_at: now }
  return made(kind, call, [item], (seen) =>
    registry(call).create(kind, { id, parent, body, tenant, seen }, { subject, by }))
}

/**
 * @param {Kind} kind
 * @param {Call} call
 * @param {Record<string, any>} changes where what is `null` is taken away
 * @param {import('./schema.js').Schema} shape
 * @returns {Promise<Item>}
 */
export async function patch(kind, call, changes, shape) {
  const { tenant, subject, by } = call.caller
  const { id, agent } = call.parameters
  const asked = versionOf(call.request)
  const before = await get(kind, call)
  if (asked !== undefined && asked !== before.version) throw changed()
  const members = { ...shaped(kind, before.body), ...changes }
  const next = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null))
  const errors = faultsOf(shape, next)
  if (errors.length > 0) throw new Trouble(400, 'body_malformed', `${errors[0].pointer}: ${errors[0].detail}`, { errors })
  const body = kept(kind, next, subject)
  return made(kind, call, [{ ...before, body }], (seen) =>
    registry(call).update(kind, { id, parent: agent, body, expected: before.version, tenant, seen }, { subject, by }))
}

/** @param {Kind} kind @param {Call} call @returns {Promise<Item>} */
export async function remove(kind, call) {
  const { tenant, subject, by } = call.caller
  const { id, agent } = call.parameters
  const asked = { id, parent: agent, expected: versionOf(call.request), tenant }
  return settled(kind, await within(registry(call).remove(kind, asked, { subject, by })))
}

/**
 * Tries a change out and makes it, until nothing comes in between.
 *
 * @param {Kind} kind
 * @param {Call} call
 * @param {Item[]} next what there would be
 * @param {(seen: number) => Promise<Item | import('../state/registry.js').Refusal>} make
 */
async function made(kind, { tenant }, next, make) {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { failure } = await tenant.current({ isFresh: true })
    if (failure !== undefined) throw failure
    const others = tenant.items().filter((item) => !next.some(({ id }) => item.kind === kind && item.id === id))
    const objection = await tenant.objection([...others, ...next])
    if (objection instanceof PolicyError) {
      const { code, pointer, message } = objection
      throw new Trouble(422, 'policy_refused', message, { errors: [{ pointer, detail: message, code }] })
    }
    if (objection !== undefined) throw objection
    const result = await within(make(tenant.version()))
    if (!isRefusal(result) || result.refused !== 'moved') return settled(kind, result)
  }
  throw new Trouble(409, 'version_changed', 'others change things all the time; try again')
}

/** @param {Kind} kind @param {Item | import('../state/registry.js').Refusal} result @returns {Item} */
function settled(kind, result) {
  if (!isRefusal(result)) return result
  switch (result.refused) {
    case 'missing': throw missing(kind)
    case 'orphan': throw missing('agent')
    case 'exists': throw new Trouble(409, 'exists', `there is a ${kind} with this id already`)
    case 'full': throw new Trouble(409, 'full', `there may be no more of this kind`)
    default: throw changed()
  }
}

/** @param {Kind} kind */
export const missing = (kind) => new Trouble(404, `${kind}_unknown`, `there is no such ${kind}`)
export const changed = () => new Trouble(412, 'version_changed', 'it was changed since it was read')

/**
 * A switch is kept as the core has it. Everything else is kept as it is given.
 *
 * @param {Kind} kind
 * @param {Record<string, any>} members
 * @param {string} by
 */
function kept(kind, { target, ...members }, by) {
  if (kind !== 'switch') return members
  return { ...members, ...(target !== undefined && { id: target }), by, at: new Date().toISOString() }
}

/** The other way round. @param {Kind} kind @param {Record<string, any>} body @returns {Record<string, any>} */
function shaped(kind, body) {
  if (kind !== 'switch') return body
  const { id: target, by: _, at: __, ...members } = body
  return { ...members, ...(target !== undefined && { target }) }
}

/** @param {Item} item */
export const told = ({ kind, id, parent, body, created_at, updated_at }) => ({
  id,
  ...(parent !== null && { agent: parent }),
  ...shaped(kind, body),
  ...(kind === 'switch' && { by: body.by, at: body.at }),
  created_at: new Date(created_at).toISOString(),
  updated_at: new Date(updated_at).toISOString(),
})

/** @param {Item} item */
const shown = (item) => json(told(item), 200, etagOf(item.version))
