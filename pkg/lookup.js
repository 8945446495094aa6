// Looking a virtual key up in a store: the record of the key, and that of its team.
//
// A store is code of others. What it throws or rejects with is an event, and a denial; what it says
// is JSON to the module, which refuses whatever it does not know.

/** @typedef {import('./index.d.ts').Store} Store */

/**
 * What became of a look-up: `isKnown` says whether there is such a key, and is not there if the store
 * failed.
 *
 * @typedef {{ isKnown?: boolean, record?: string }} Found
 */

/** @type {Found} */
const UNKNOWN = Object.freeze({ isKnown: false })
/** @type {Found} */
const UNAVAILABLE = Object.freeze({})

/**
 * At once, if the store answers at once. Never throws, and never rejects.
 *
 * @param {Store | undefined} store
 * @param {string} hash
 * @param {(event: import('./index.d.ts').GateEvent) => void} report
 * @returns {Found | Promise<Found>}
 */
export function look(store, hash, report) {
  /** @param {unknown} error */
  const fail = (error) => {
    report({ event: 'store_unavailable', error: String(error) })
    return UNAVAILABLE
  }
  try {
    if (store?.key === undefined) return fail('there is no store of keys')
    const record = store.key(hash)
    if (!isLater(record)) return withTeam(store, record, fail)
    return Promise.resolve(record).then((late) => withTeam(store, late, fail)).catch(fail)
  } catch (error) {
    return fail(error)
  }
}

/**
 * @param {Store} store
 * @param {import('./index.d.ts').KeyRecord | undefined} record
 * @param {(error: unknown) => Found} fail
 * @returns {Found | Promise<Found>}
 */
function withTeam(store, record, fail) {
  if (record === undefined || record === null) return UNKNOWN
  const name = record.team
  if (store.team === undefined || typeof name !== 'string' || record.team_record !== undefined) return told(record)
  const team = store.team(name)
  if (!isLater(team)) return told(record, team)
  return Promise.resolve(team).then((late) => told(record, late)).catch(fail)
}

/**
 * @param {import('./index.d.ts').KeyRecord} record
 * @param {import('./index.d.ts').TeamRecord} [team]
 * @returns {Found}
 */
function told(record, team) {
  // A policy may know a team that the store does not.
  const whole = team === undefined || team === null ? record : { ...record, team_record: team }
  return { isKnown: true, record: textOf(whole) }
}

/** What is no JSON is no record; the module says so. @param {object} record */
function textOf(record) {
  try {
    return JSON.stringify(record) ?? ''
  } catch {
    return ''
  }
}

/**
 * @template T
 * @param {T | PromiseLike<T>} value
 * @returns {value is PromiseLike<T>}
 */
export const isLater = (value) =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, 'then') === 'function'
