// A store in memory: virtual keys and teams as they are written down, and the state of everything else.
//
// Keys are hashed when the store is made, and forgotten. An error says which entry is wrong, and never
// what the key was.
import * as engine from './engine.js'
import { memoryState } from './memory-state.js'

const KEY = /^[A-Za-z0-9_-]{3,100}$/

const OF_KEYS = new Set([
  'key', 'agents', 'groups', 'team', 'tenant', 'subject', 'session', 'expires', 'blocked', 'routes', 'admin',
  'ceiling', 'spend', 'max_budget',
])
const OF_TEAMS = new Set(['agents', 'groups', 'blocked', 'spend', 'max_budget'])

/** @type {typeof import('./index.d.ts').memoryStore} */
export function memoryStore({ keys = [], teams = {}, switches = [] } = {}) {
  /** @type {Map<string, import('./index.d.ts').KeyRecord>} */
  const records = new Map()
  /** @type {Map<string, import('./index.d.ts').TeamRecord>} */
  const named = new Map()

  if (!Array.isArray(keys)) throw new TypeError('memoryStore: `keys` is a list')
  for (const [index, entry] of keys.entries()) {
    const place = `keys[${index}]`
    checked(entry, OF_KEYS, place)
    const { key, ...record } = entry
    if (typeof key !== 'string' || !KEY.test(key)) {
      throw new TypeError(`memoryStore: ${place}.key is no key: 3 to 100 letters, digits, \`-\` or \`_\``)
    }
    const hash = engine.hashKey(key)
    if (records.has(hash)) throw new TypeError(`memoryStore: ${place} has the key of another entry`)
    records.set(hash, frozen(expiring(record, place)))
  }
  for (const [name, team] of Object.entries(teams)) {
    checked(team, OF_TEAMS, `teams.${name}`)
    named.set(name, frozen(team))
  }
  const lookups = {
    key: (/** @type {string} */ hash) => records.get(hash),
    team: (/** @type {string} */ name) => named.get(name),
  }
  return Object.assign(memoryState(switches), lookups)
}

/**
 * @param {any} entry
 * @param {Set<string>} members
 * @param {string} place
 */
function checked(entry, members, place) {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    throw new TypeError(`memoryStore: ${place} is no object`)
  }
  const unknown = Object.keys(entry).find((name) => !members.has(name))
  if (unknown !== undefined) throw new TypeError(`memoryStore: ${place} has no member \`${unknown}\``)
  // What is null is not there, as in the records of other stores.
  const wrong = Object.entries(entry).find(([name, value]) => (value ?? undefined) !== undefined && !TYPES[name]?.(value))
  if (wrong) throw new TypeError(`memoryStore: ${place}.${wrong[0]} is ${SAID[wrong[0]] ?? 'a text'}`)
  if ((entry.max_budget ?? undefined) !== undefined && (entry.spend ?? undefined) === undefined) {
    throw new TypeError(`memoryStore: ${place} has \`max_budget\`, and no \`spend\``)
  }
}

const isText = (/** @type {unknown} */ value) => typeof value === 'string' && value !== ''
const isFlag = (/** @type {unknown} */ value) => typeof value === 'boolean'
const isList = (/** @type {unknown} */ value) => Array.isArray(value) && value.every((item) => typeof item === 'string')
const isAmount = (/** @type {unknown} */ value) => typeof value === 'number' && Number.isFinite(value) && value >= 0
const isAgents = (/** @type {unknown} */ value) => value === 'all' || value === 'none' || isList(value)

/** @type {Record<string, (value: any) => boolean>} */
const TYPES = {
  key: () => true, agents: isAgents, groups: isList, team: isText, tenant: isText, subject: isText, session: isText,
  expires: (value) => value instanceof Date || typeof value === 'string' || isAmount(value), blocked: isFlag,
  routes: isList, admin: isFlag, spend: isAmount, max_budget: isAmount,
  ceiling: (value) =>
    typeof value === 'object' && value !== null &&
    Object.entries(value).every(([name, list]) => (name === 'agents' ? isAgents(list) : name === 'groups' && isList(list))),
}

/** @type {Record<string, string>} */
const SAID = {
  agents: '`all`, `none` or a list of ids', groups: 'a list of names', routes: 'a list of paths', blocked: 'true or false',
  admin: 'true or false', spend: 'an amount', max_budget: 'an amount', expires: 'a Date, a time as RFC 3339 has it, or seconds',
  ceiling: 'an object with `agents` and `groups`',
}

/**
 * @param {any} record
 * @param {string} place
 */
function expiring({ expires, ...record }, place) {
  if (expires === undefined || expires === null) return record
  const time = milliseconds(expires)
  if (!Number.isFinite(time) || time < 0 || time > Date.UTC(9999, 11, 31)) {
    throw new TypeError(`memoryStore: ${place}.expires is ${SAID.expires}`)
  }
  return { ...record, expires: time / 1000 }
}

/** Since 1970; no number for what is no time. @param {Date | number | string} time */
export function milliseconds(time) {
  if (time instanceof Date) return time.getTime()
  if (typeof time === 'number') return time * 1000
  return DATE_TIME.test(time) ? Date.parse(time.replace(' ', 'T').toUpperCase()) : NaN
}

/** RFC 3339 §5.6. `Date.parse` alone reads much else, some of it in the zone of the machine. */
const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/

/** A copy that nobody changes any more. @param {any} record */
const frozen = (record) => Object.freeze(structuredClone(record))
