// What a cell of the matrix says, and whether it says more or less than before.

/** @typedef {import('../../pkg/index.d.ts').Verdict} Verdict */

/**
 * A cell. `allow` and `wait` say up to which amount: `Infinity` where amounts do not matter or are without
 * limit, `-1` where there is none.
 *
 * @typedef {object} Cell
 * @property {'allow' | 'wait' | 'depends' | 'deny'} state what is shown, the most that is let through
 * @property {number} allow
 * @property {number} wait
 * @property {string} reason of the answer that `state` is about
 * @property {string} [shadowed]
 */

const WAITING = new Set(['approval_required', 'approval_pending'])

/** Whether a denial is about the arguments, so that others may be allowed. @param {string} reason */
const isAboutArguments = (reason) => reason.startsWith('guard_') || reason === 'amount_invalid' || reason === 'context_number'

/**
 * @param {Verdict} verdict
 * @returns {Cell['state']}
 */
export function stateOf({ decision, reason }) {
  if (decision) return 'allow'
  if (WAITING.has(reason)) return 'wait'
  return isAboutArguments(reason) ? 'depends' : 'deny'
}

/**
 * The cell of a question that was asked with several amounts, the smallest first, and one beyond them all;
 * or with one answer, whatever the amount.
 *
 * @param {number[]} amounts
 * @param {Verdict[]} verdicts one more than amounts
 * @returns {Cell}
 */
export function cellOf(amounts, verdicts) {
  const states = verdicts.map(stateOf)
  const upTo = (/** @type {Cell['state']} */ wanted) => {
    const last = states.lastIndexOf(wanted)
    return last < 0 ? -1 : (amounts[last] ?? Infinity)
  }
  const state = /** @type {const} */ (['allow', 'wait', 'depends', 'deny']).find((one) => states.includes(one)) ?? 'deny'
  const told = verdicts[states.indexOf(state)]
  return {
    state, allow: upTo('allow'), wait: upTo('wait'), reason: told.reason,
    ...(told.shadowed !== undefined && { shadowed: told.shadowed }),
  }
}

const RANK = { deny: 0, depends: 1, wait: 2, allow: 3 }

/**
 * How a cell changed. Undefined if it did not.
 *
 * @param {Cell | undefined} before
 * @param {Cell} after
 * @returns {'widened' | 'narrowed' | 'changed' | undefined}
 */
export function change(before, after) {
  if (before === undefined) return undefined
  const ranks = Math.sign(RANK[after.state] - RANK[before.state])
  const moves = [ranks, Math.sign(after.allow - before.allow), Math.sign(after.wait - before.wait)]
  // What no longer waits because it is allowed is wider, though less waits.
  if (after.allow >= before.allow && after.allow >= before.wait) moves[2] = Math.max(moves[2], 0)
  if (before.allow >= after.allow && before.allow >= after.wait) moves[2] = Math.min(moves[2], 0)
  const [wider, narrower] = [moves.some((move) => move > 0), moves.some((move) => move < 0)]
  if (wider && narrower) return 'changed'
  if (wider) return 'widened'
  return narrower ? 'narrowed' : undefined
}

const amount = new Intl.NumberFormat('en', { maximumFractionDigits: 20 })

/** @param {number} limit */
const limited = (limit) => (limit === Infinity ? '' : ` ≤ ${amount.format(limit)}`)

/** The signs, beside which colour is never alone. */
export const SIGNS = { allow: '✓', wait: '◐', depends: '◇', deny: '–' }

/**
 * What a cell reads as: a sign, and limits.
 *
 * @param {Cell} cell
 */
export function textOf({ state, allow, wait }) {
  if (state === 'deny' || state === 'depends') return SIGNS[state]
  const parts = []
  if (allow >= 0) parts.push(`${SIGNS.allow}${limited(allow)}`)
  if (wait > allow) parts.push(`${SIGNS.wait}${limited(wait)}`)
  return parts.join('  ')
}

/** What a cell says, in words. @param {Cell} cell */
export function spoken({ state, allow, wait, reason, shadowed }) {
  const to = (/** @type {number} */ limit) => (limit === Infinity ? '' : ` up to ${amount.format(limit)}`)
  if (state === 'deny') return `denied: ${reason}`
  if (state === 'depends') return `depends on the arguments: ${reason}`
  const parts = []
  if (allow >= 0) parts.push(`allowed${to(allow)}`)
  if (wait > allow) parts.push(`${allow >= 0 ? 'then ' : ''}waits for a person${to(wait)}`)
  return parts.join(', ') + (shadowed === undefined ? '' : `, and only watched: ${shadowed}`)
}
