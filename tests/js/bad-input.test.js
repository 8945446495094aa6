// What nobody sends by mistake, into the module: each is a denial with a code of its own, soon, and
// without a trap. `tests/bad_input.rs` asks the core the same.
import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { gateOf } from './repository.js'

/** What a question may take, in milliseconds, on a machine that has other things to do. */
const SOON = 500

/** @type {any[]} */
const events = []
const gate = await gateOf({
  agents: { agent: { permissions: [
    { action: 'stripe.refund', max_amount: 100 }, { action: 'deploy', requires_approval: true }, { action: 'note' },
  ] } },
}, { report: (event) => events.push(event) })

/** @param {any} agent @param {any} action @param {any} context */
function codeOf(agent, action, context) {
  const start = performance.now()
  const { code, allowed } = gate.check(agent, action, context)
  assert.ok(performance.now() - start < SOON)
  assert.equal(allowed, code === 'allowed')
  return code
}

after(() => {
  assert.deepEqual(events, [])
  assert.ok(gate.check('agent', 'note').allowed)
})

describe('bad input', () => {
  it('is no amount', () => {
    for (const amount of [NaN, Infinity, -Infinity, -0.01, '50', 'NaN', true, false, null, undefined, [], [50], {}, { valueOf: () => 50 }, new Date(0), () => 50, Symbol('50')]) {
      assert.equal(codeOf('agent', 'stripe.refund', { amount }), 'amount_invalid', String(typeof amount))
    }
    assert.equal(codeOf('agent', 'stripe.refund', {}), 'amount_invalid')
    assert.equal(codeOf('agent', 'stripe.refund', { amount: 50n }), 'context_malformed')
    // Nothing is inherited, neither here nor there.
    assert.equal(codeOf('agent', 'stripe.refund', Object.create({ amount: 50 })), 'amount_invalid')
    assert.equal(codeOf('agent', 'stripe.refund', JSON.parse('{"__proto__":{"amount":50}}')), 'amount_invalid')
    for (const [amount, code] of [[100, 'allowed'], [-0, 'allowed'], [5e-324, 'allowed'], [0.1 + 0.2, 'allowed'], [100.00000000000001, 'amount_exceeded'], [Number.MAX_VALUE, 'amount_exceeded'], [1e21, 'amount_exceeded']]) {
      assert.equal(codeOf('agent', 'stripe.refund', { amount }), code, String(amount))
    }
  })

  it('is no context', () => {
    const nested = (/** @type {number} */ depth) => JSON.parse('{"m":'.repeat(depth) + '0' + '}'.repeat(depth))
    for (const [context, code] of [
      [{ m: 'x'.repeat(10 << 20) }, 'context_too_large'], [{ m: '\0'.repeat(2 << 20) }, 'context_too_large'],
      [{ m: 'é'.repeat(40_000) }, 'context_too_large'], [nested(1000), 'context_depth'], [nested(33), 'context_depth'],
      [nested(32), 'allowed'], [{ m: '\ud800' }, 'context_malformed'], [[], 'context_malformed'], ['{}', 'context_malformed'],
      [new Date(0), 'context_malformed'], [{ m: '😀é\0\u202e' }, 'allowed'], [Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`m${n}`, 0])), 'allowed'],
    ]) {
      assert.equal(codeOf('agent', 'note', context), code)
    }
    // Deeper than `JSON.stringify` goes.
    let deepest = /** @type {any} */ ({})
    for (let i = 0; i < 1_000_000; i += 1) deepest = { m: deepest }
    assert.equal(codeOf('agent', 'note', deepest), 'context_malformed')
  })

  it('is no name, or that of nothing', () => {
    for (const [name, code] of [
      ['note', 'allowed'], ['note\0', 'name_malformed'], ['no\u202ete', 'name_malformed'], ['no\u200bte', 'name_malformed'],
      ['note\ufeff', 'name_malformed'], ['\ud800', 'name_malformed'], ['no\ufffdte', 'name_malformed'], ['', 'name_malformed'],
      [' note', 'name_malformed'], ['n'.repeat(10 << 20), 'name_malformed'], ['é'.repeat(4 << 20), 'name_malformed'],
      ['NOTE', 'permission_missing'], ['nоte', 'permission_missing'], ['note.*', 'permission_missing'], ['*', 'permission_missing'],
      ['__proto__', 'permission_missing'], ['constructor', 'permission_missing'],
    ]) {
      assert.equal(codeOf('agent', name, {}), code, JSON.stringify(name.slice(0, 20)))
    }
    for (const [name, code] of [['agent\0', 'name_malformed'], ['AGENT', 'agent_unknown'], ['аgent', 'agent_unknown'], ['__proto__', 'agent_unknown']]) {
      assert.equal(codeOf(name, 'note', {}), code)
    }
  })

  it('that is more than the module takes denies, and the next question is answered', async () => {
    /** @type {any[]} */
    const told = []
    const other = await gateOf({ agents: { agent: { allow: ['note'] } } }, { report: (event) => told.push(event) })
    const { allowed } = other.check('n'.repeat(64 << 20), 'note')
    assert.equal(allowed, false)
    assert.ok(other.check('agent', 'note').allowed)
  })

  it('leaves the memory of the module in bounds', () => {
    const before = process.memoryUsage().rss
    for (let i = 0; i < 200; i += 1) codeOf('agent', 'note', { m: 'x'.repeat(1 << 20), i })
    const grown = (process.memoryUsage().rss - before) / (1 << 20)
    assert.ok(grown < 200, `${grown} MiB more`)
  })
})
