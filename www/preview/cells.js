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
 * @property {string} [shadowed] why it would have been denied, had the policy not only watched
 */

const WAITING = new Set(['approval_required', 'approval_pending'])

/** Whether a denial is about the arguments, so that others may be allowed. @param {string} reason */
const isAboutArguments = (reason) =>
  (reason.startsWith('guard_') && reason !== 'guard_unavailable') || reason === 'amount_invalid' || reason === 'context_number'

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
  const { reason } = verdicts[states.indexOf(state)]
  const shadowed = verdicts.find((one) => one.shadowed !== undefined)?.shadowed
  return { state, allow: upTo('allow'), wait: upTo('wait'), reason, ...(shadowed !== undefined && { shadowed }) }
}

/**
 * How a cell changed. Undefined if it did not.
 *
 * @param {Cell | undefined} before
 * @param {Cell} after
 * @returns {'widened' | 'narrowed' | 'changed' | undefined}
 */
export function change(before, after) {
  if (before === undefined) return undefined
  const moves = before.state === 'depends' || after.state === 'depends' ? [moveOfSome(before, after)] : movesOfLimits(before, after)
  const [wider, narrower] = [moves.some((move) => move > 0), moves.some((move) => move < 0)]
  if ((wider && narrower) || moves.some(Number.isNaN)) return 'changed'
  if (wider) return 'widened'
  return narrower ? 'narrowed' : undefined
}

/** Up to which amount something is allowed, and up to which it is not denied. @param {Cell} before @param {Cell} after */
function movesOfLimits(before, after) {
  return [compared(before.allow, after.allow), compared(Math.max(before.allow, before.wait), Math.max(after.allow, after.wait))]
}

/**
 * What depends on the arguments is more than nothing and less than everything. Beside all else nobody can tell.
 *
 * @param {Cell} before
 * @param {Cell} after
 */
function moveOfSome(before, after) {
  const shareOf = (/** @type {Cell} */ { state, allow }) => (state === 'deny' ? 0 : state === 'depends' ? 1 : allow === Infinity ? 2 : NaN)
  return shareOf(after) - shareOf(before)
}

const compared = (/** @type {number} */ before, /** @type {number} */ after) => Number(after > before) - Number(after < before)

const amount = new Intl.NumberFormat('en', { maximumFractionDigits: 20 })

/** @param {number} limit */
const limited = (limit) => (limit === Infinity ? '' : ` ≤ ${amount.format(limit)}`)

/** The signs, beside which colour is never alone. */
export const SIGNS = { allow: '✓', watched: '◎', wait: '◐', depends: '◇', deny: '–' }

/** What a cell looks like: as its state, but for what is let through and would be denied. @param {Cell} cell */
export const looksOf = ({ state, shadowed }) => (state === 'allow' && shadowed !== undefined ? 'watched' : state)

/**
 * What a cell reads as: a sign, and limits.
 *
 * @param {Cell} cell
 */
export function textOf(cell) {
  const { allow, wait } = cell
  const looks = looksOf(cell)
  if (looks !== 'allow' && looks !== 'wait') return SIGNS[looks]
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
  return parts.join(', ') + (shadowed === undefined ? '' : `, only watched: else denied with ${shadowed}`)
}
