// From the numbers of the module to a decision in the shape of AuthZEN 1.0.
import * as engine from './engine.js'

/** @typedef {import('./index.d.ts').Decision} Decision */

/**
 * What was decided, and what is needed to enforce it.
 *
 * @typedef {object} Verdict
 * @property {Decision} decision
 * @property {number} flags
 * @property {number} issuer
 * @property {import('./session.js').Who} who
 * @property {import('./respond.js').Answer} [answer] to a denial
 * @property {import('./filter.js').Listings} [listings] what the body may show
 */

/** What a verdict is read for. */
export const READ = { DECISION: 0, EXPLANATION: 1, ENFORCEMENT: 2 }

/** @type {readonly never[]} */
const NO_OBLIGATIONS = Object.freeze([])
/** @type {import('./session.js').Who} */
const NOBODY = Object.freeze({})
const FAMILIES = /** @type {const} */ (['agents', 'teams', 'workflows'])

/**
 * Reads the record of the last answer. It has to be read in the same turn: the next call of the
 * module, which may be that of another request, writes over it.
 *
 * @param {import('./session.js').Session} session
 * @param {import('./request.js').Facts} facts
 * @param {number} outcome
 * @param {number} reading
 * @returns {Verdict}
 */
export function readVerdict(session, facts, outcome, reading) {
  const { REASON, FLAGS, ISSUER, LISTING } = engine.WORD
  const { handle, tables } = session
  const record = engine.record()
  const flags = record[FLAGS]
  const issuer = record[ISSUER]
  const family = record[LISTING]
  const reason = tables.reasons[record[REASON]]
  const who = session.who()
  // Two ways of saying the same. Should they ever differ, the answer is no.
  const isAllowed = outcome === 1 && reason.allows
  if (reading === READ.EXPLANATION) {
    return { decision: { ...engine.explain(handle), decision: isAllowed }, flags, issuer, who }
  }
  const decision = decided(tables, isAllowed, reason, who.subject, record, facts.path)
  if (reading === READ.DECISION) return { decision, flags, issuer, who }
  return {
    decision, flags, issuer, who,
    answer: isAllowed ? undefined : engine.answer(handle),
    listings: isAllowed ? readListings(session, flags, family) : undefined,
  }
}

/**
 * The denial of a request that the module did not decide, or did not decide last.
 *
 * @param {import('./session.js').Tables} tables
 * @param {string} code
 * @returns {Verdict}
 */
export function refusal(tables, code) {
  const { status, message } = /** @type {Tables['reasons'][0]} */ (tables.reasons.find((reason) => reason.code === code))
  const decision = {
    decision: false,
    context: { reason: code, message, policy: tables.policy, obligations: NO_OBLIGATIONS, approval: null },
  }
  const answer = { status, detail: message, code, shape: tables.shape }
  return { decision, flags: 0, issuer: engine.NONE, who: NOBODY, answer }
}

/** @typedef {import('./session.js').Tables} Tables */

/**
 * @param {Tables} tables
 * @param {boolean} isAllowed
 * @param {Tables['reasons'][0]} reason
 * @param {string | undefined} subject
 * @param {Uint32Array} record
 * @param {string} path
 * @returns {Decision}
 */
function decided(tables, isAllowed, reason, subject, record, path) {
  const { ROUTE, ID_START, ID_END, AGENT, SHADOWED } = engine.WORD
  const route = tables.routes[record[ROUTE]]
  const start = record[ID_START]
  // Who was asked for by name goes by its id from here on.
  const named = record[AGENT] === 0 ? undefined : engine.textAt(AGENT)
  const id = named ?? (start === engine.NONE ? undefined : decoded(path.slice(start, record[ID_END])))
  return {
    decision: isAllowed,
    context: {
      reason: reason.code,
      message: reason.message,
      subject,
      action: route?.action,
      resource: route && { type: route.type, id },
      policy: tables.policy,
      obligations: NO_OBLIGATIONS,
      approval: null,
      ...(record[SHADOWED] !== engine.NONE && { shadowed: tables.reasons[record[SHADOWED]]?.code }),
    },
  }
}

/** An id as it is meant. The module took the path, so its escapes are whole. @param {string} id */
const decoded = (id) => (id.includes('%') ? decodeURIComponent(id) : id)

/**
 * @param {import('./session.js').Session} session
 * @param {number} flags
 * @param {number} family
 * @returns {import('./filter.js').Listings | undefined}
 */
function readListings({ handle, tables }, flags, family) {
  const { LIST, ROSTERS } = engine.FLAG
  if (flags & LIST) return { list: engine.listing(handle, family), id: tables.list_id }
  if (!(flags & ROSTERS)) return undefined
  return { rosters: new Map(FAMILIES.map((name, index) => [name, engine.listing(handle, index + 1)])) }
}
