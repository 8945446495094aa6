// A cell says what its answers say, and a change of it is wider or narrower as the answers are.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cellOf, change, looksOf, spoken, stateOf, textOf } from '../../www/preview/cells.js'

/** @typedef {import('../../www/preview/cells.js').Cell} Cell */

const ANSWERS = {
  allow: { decision: true, reason: 'allowed' }, wait: { decision: false, reason: 'approval_required' },
  depends: { decision: false, reason: 'guard_missing' }, deny: { decision: false, reason: 'amount_exceeded' },
}
const AMOUNTS = [10, 20, 30]

/** How much is let through, by what comes of an answer. */
const RANK = { deny: 0, depends: 1, wait: 2, allow: 3 }

/** Every cell that answers at three amounts and beyond can make: what is let through never grows with the amount. */
const RUNS = Object.keys(RANK).flatMap((a) => Object.keys(RANK).flatMap((b) => Object.keys(RANK).flatMap((c) => Object.keys(RANK).map((d) => /** @type {(keyof typeof RANK)[]} */ ([a, b, c, d])))))
  .filter((run) => run.every((state, index) => index === 0 || RANK[state] <= RANK[run[index - 1]]))
  // Where the arguments decide, they do so whatever the amount, or not at all.
  .filter((run) => !run.includes('depends') || run.every((state) => state === 'depends'))
const CELLS = RUNS.map((run) => ({ run, cell: cellOf(AMOUNTS, run.map((state) => ANSWERS[state])) }))

/** What a change is, from the answers themselves. @param {(keyof typeof RANK)[]} before @param {(keyof typeof RANK)[]} after */
function truly(before, after) {
  // What depends on arguments is between nothing and everything; where in between nobody knows.
  const [other, ...more] = [before, after].filter((run) => !run.includes('depends'))
  if (other && more.length === 0 && !['allow', 'deny'].some((all) => other.every((state) => state === all))) return 'changed'
  const moves = after.map((state, index) => Math.sign(RANK[state] - RANK[before[index]]))
  const [wider, narrower] = [moves.includes(1), moves.includes(-1)]
  return wider && narrower ? 'changed' : wider ? 'widened' : narrower ? 'narrowed' : undefined
}

describe('a change', () => {
  const OPPOSITE = { widened: 'narrowed', narrowed: 'widened', changed: 'changed' }

  it('is wider or narrower as the answers are, for every pair of cells', () => {
    assert.ok(CELLS.length >= 15)
    const seen = new Set()
    for (const before of CELLS) {
      for (const after of CELLS) {
        const found = change(before.cell, after.cell)
        assert.equal(found, truly(before.run, after.run), `${before.run} to ${after.run}`)
        seen.add(found)
      }
    }
    assert.deepEqual(seen, new Set([undefined, 'widened', 'narrowed', 'changed']))
  })

  it('back is the opposite, and none of a cell to itself', () => {
    for (const { cell: before } of CELLS) {
      assert.equal(change(before, before), undefined)
      for (const { cell: after } of CELLS) {
        const there = change(before, after)
        assert.equal(change(after, before), there === undefined ? undefined : OPPOSITE[there])
      }
    }
  })

  it('twice wider is wider', () => {
    for (const { cell: a } of CELLS) for (const { cell: b } of CELLS) for (const { cell: c } of CELLS) {
      if (change(a, b) === 'widened' && change(b, c) === 'widened') assert.equal(change(a, c), 'widened')
    }
  })

  it('is none of what was not there', () => assert.equal(change(undefined, CELLS[0].cell), undefined))

  it('is seen between limits of different policies', () => {
    const upTo = (/** @type {number} */ allow, /** @type {number} */ wait) => /** @type {Cell} */ ({ state: allow >= 0 ? 'allow' : 'wait', allow, wait, reason: 'x' })
    for (const [before, after, expected] of /** @type {[Cell, Cell, string | undefined][]} */ ([
      [upTo(100, 500), upTo(101, 500), 'widened'], [upTo(100, 500), upTo(100, 499), 'narrowed'], [upTo(100, 500), upTo(101, 499), 'changed'],
      [upTo(100, -1), upTo(Infinity, -1), 'widened'], [upTo(-1, Infinity), upTo(Infinity, -1), 'widened'], [upTo(-1, 500), upTo(500, -1), 'widened'],
      [upTo(-1, 500), upTo(499, -1), 'changed'], [upTo(0, -1), upTo(0, -1), undefined],
    ])) {
      assert.equal(change(before, after), expected, JSON.stringify([before, after]))
    }
  })
})

describe('a cell', () => {
  it('is about the most that is let through', () => {
    for (const { run, cell } of CELLS) {
      assert.equal(RANK[cell.state], Math.max(...run.map((state) => RANK[state])), `${run}`)
      assert.equal(cell.reason, ANSWERS[cell.state].reason)
      const upTo = (/** @type {string} */ state) => { const last = run.lastIndexOf(/** @type {any} */ (state)); return last < 0 ? -1 : last === 3 ? Infinity : AMOUNTS[last] }
      assert.deepEqual([cell.allow, cell.wait], [upTo('allow'), upTo('wait')])
    }
  })

  for (const [reason, state] of /** @type {const} */ ([
    ['approval_required', 'wait'], ['approval_pending', 'wait'], ['guard_sql', 'depends'], ['guard_missing', 'depends'], ['amount_invalid', 'depends'], ['context_number', 'depends'],
    ['guard_unavailable', 'deny'], ['amount_exceeded', 'deny'], ['scope_missing', 'deny'], ['dry_run', 'deny'], ['approval_denied', 'deny'], ['context_malformed', 'deny'],
  ])) it(`denied with ${reason} is: ${state}`, () => assert.equal(stateOf({ decision: false, reason }), state))

  it('reads as a sign with its limits, and is said in words', () => {
    for (const [cell, text, words] of /** @type {[Cell, string, string][]} */ ([
      [{ state: 'allow', allow: Infinity, wait: -1, reason: 'allowed' }, '✓', 'allowed'],
      [{ state: 'allow', allow: 100, wait: 500, reason: 'allowed' }, '✓ ≤ 100  ◐ ≤ 500', 'allowed up to 100, then waits for a person up to 500'],
      [{ state: 'allow', allow: 0, wait: Infinity, reason: 'allowed' }, '✓ ≤ 0  ◐', 'allowed up to 0, then waits for a person'],
      [{ state: 'wait', allow: -1, wait: 1234567.25, reason: 'approval_required' }, '◐ ≤ 1,234,567.25', 'waits for a person up to 1,234,567.25'],
      [{ state: 'depends', allow: -1, wait: -1, reason: 'guard_sql' }, '◇', 'depends on the arguments: guard_sql'],
      [{ state: 'deny', allow: -1, wait: -1, reason: 'scope_missing' }, '–', 'denied: scope_missing'],
      [{ state: 'allow', allow: Infinity, wait: -1, reason: 'shadowed', shadowed: 'agent_unknown' }, '◎', 'allowed, only watched: else denied with agent_unknown'],
    ])) {
      assert.equal(textOf(cell), text)
      assert.equal(spoken(cell), words)
    }
  })

  it('that is only watched from some amount on does not look allowed', () => {
    const cell = cellOf([10], [{ decision: true, reason: 'allowed' }, { decision: true, reason: 'shadowed', shadowed: 'amount_exceeded' }])
    assert.deepEqual([looksOf(cell), cell.shadowed], ['watched', 'amount_exceeded'])
  })
})
