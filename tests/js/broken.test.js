// What breaks around a question: a store that fails, a module that traps, a gate that is closed,
// arguments that bite. Each is a denial, and nothing is thrown at who asked.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { memoryStore } from '../../pkg/node.js'
import { initSync } from '../../pkg/wasm/gatewright.js'
import { gateOf } from './repository.js'

const policy = {
  agents: { a: { permissions: [
    { action: 'x' }, { action: 'counted' }, { action: 'asks', requires_approval: true }, { action: 'limited', max_amount: 5 },
  ] } },
  budgets: [{ name: 'few', calls: 9, actions: ['counted'] }],
}
const ann = { subject: 'ann', scopes: ['approvals:write'], approve: true }

/** @type {any[]} */
let events = []
/** @param {any} [store] @param {object} [more] */
async function set(store = memoryStore(), more) {
  events = []
  return gateOf({ ...policy, ...more }, { store, report: (event) => events.push(event) })
}
const reported = () => events.map(({ event }) => event)

/** @param {string} action */
const asks = (action) => ({ subject: { type: 'agent', id: 'a' }, action: { name: action }, resource: { type: 'r', id: '1' }, context: {} })

/** The module as no code of ours could leave it. */
function poison() {
  const { memory } = initSync({ module: new Uint8Array() })
  new Uint8Array(memory.buffer).fill(0xff)
}

const cyclic = /** @type {any} */ ({})
cyclic.self = cyclic
const biting = new Proxy({}, { get() { throw new Error('no') }, ownKeys() { throw new Error('no') } })

describe('a store that', () => {
  const down = () => { throw new Error('down') }
  for (const method of ['meter', 'approval', 'commit']) {
    it(`throws at \`${method}\` denies what needs it, and is reported`, async () => {
      const gate = await set({ ...memoryStore(), [method]: down })
      assert.equal(gate.check('a', 'x').code, 'allowed')
      assert.deepEqual(reported(), [])
      for (const [action, method_, code] of [
        ['counted', 'meter', 'budget_unavailable'], ['counted', 'commit', 'budget_unavailable'],
        ['asks', 'approval', 'approval_unavailable'], ['asks', 'commit', 'budget_unavailable'],
      ].filter(([, needed]) => needed === method)) {
        events = []
        const { allowed, requires_approval: waits, approval_id: id, code: found } = gate.check('a', action)
        assert.deepEqual([allowed, waits, id], [false, false, null])
        assert.equal(found, code, `${action} at ${method_}`)
        assert.deepEqual(reported(), ['store_unavailable'])
        events = []
        const { decision } = gate.evaluate(asks(action))
        assert.equal(decision, false)
        if (action === 'counted' || method === 'approval') assert.deepEqual(reported(), ['store_unavailable'])
      }
    })
  }

  it('cannot write that an approval was used lets nothing through', async () => {
    const state = memoryStore()
    const gate = await set({ ...state, commit: (/** @type {any} */ change) => { if (isDown) down(); state.commit(change) } })
    let isDown = false
    const { approval_id: id } = gate.check('a', 'asks')
    isDown = true
    const undecided = gate.resolve(String(id), ann)
    assert.equal('reason' in undecided && undecided.reason, 'approval_unavailable')
    isDown = false
    assert.equal(gate.check('a', 'asks').code, 'approval_pending')
    assert.equal(gate.resolve(String(id), ann).decided, true)
    isDown = true
    assert.equal(gate.check('a', 'asks').code, 'approval_unavailable')
    assert.equal(gate.evaluate(asks('asks')).context.reason, 'approval_unavailable')
    isDown = false
    assert.equal(gate.check('a', 'asks').code, 'allowed')
    assert.equal(gate.check('a', 'asks').code, 'approval_required')
  })

  it('tells what is no record, or no JSON, is not believed', async () => {
    for (const bad of [5, 'x', {}, [], { calls: 0 }, { started_at: NaN }, 1n, cyclic, biting, () => {}]) {
      const counted = await set({ ...memoryStore(), meter: () => bad })
      if (typeof bad === 'function') continue
      assert.equal(counted.check('a', 'counted').code, 'budget_unavailable', typeof bad)
      assert.equal(counted.evaluate(asks('counted')).context.reason, 'budget_unavailable')
      assert.ok(!reported().includes('engine_fault'))
      const asked = await set({ ...memoryStore(), approval: () => bad, approvalById: () => ({ binding: 'x', record: bad }) })
      assert.equal(asked.check('a', 'asks').code, 'approval_unavailable', typeof bad)
      assert.equal(asked.evaluate(asks('asks')).context.reason, 'approval_unavailable')
      const refused = asked.resolve('apr_1', ann)
      assert.equal('reason' in refused && refused.reason, 'approval_unavailable')
      assert.ok(!reported().includes('engine_fault'))
    }
  })

  it('throws what has no text is reported all the same', async () => {
    for (const thrown of [null, undefined, Symbol('s'), { toString() { throw new Error('no') } }, Object.create(null)]) {
      const gate = await set({ ...memoryStore(), meter: () => { throw thrown } })
      assert.equal(gate.check('a', 'counted').code, 'budget_unavailable')
      assert.deepEqual(reported(), ['store_unavailable'])
    }
  })

  it('is none lets nothing through that needs one', async () => {
    for (const store of [undefined, null, {}, { meter: () => undefined }, { switches: [] }]) {
      const gate = await set(store)
      assert.equal(gate.check('a', 'x').code, 'allowed')
      if (store) assert.equal(gate.check('a', 'counted').code, 'budget_unavailable')
      if (store) assert.deepEqual(gate.check('a', 'asks').approval_id, null)
      const refused = gate.resolve('apr_1', ann)
      assert.equal('reason' in refused && refused.reason, 'approval_unavailable')
    }
  })
})

describe('a question about nothing that can be read', () => {
  /** @type {any} */
  const bad = [undefined, null, 5, 5n, true, '', Symbol('s'), {}, [], cyclic, biting, () => {}, NaN, '\ud800', 'a\0']

  it('is denied, whatever stands where', async () => {
    const gate = await set()
    for (const value of bad) {
      for (const args of [[value, 'x'], ['a', value], ['a', 'x', {}, { subject: value }], ['a', 'x', {}, { tenant: value }]]) {
        if (value === undefined && args.length === 4) continue
        const { allowed, code } = gate.check(.../** @type {[any, any]} */ (args))
        assert.deepEqual([allowed, code], [false, 'name_malformed'])
        const verdict = gate.checkTool(.../** @type {[any, any, any]} */ (args.length === 2 ? [...args, {}] : args))
        assert.equal(verdict.status, 'blocked')
      }
    }
    for (const value of bad.filter((/** @type {any} */ value) => value !== undefined && (typeof value !== 'object' || value === null || [cyclic, biting].includes(value) || Array.isArray(value)))) {
      assert.equal(gate.check('a', 'x', value).code, 'context_malformed')
      assert.equal(gate.checkTool('a', 'x', value).status, 'blocked')
    }
    for (const options of [null, biting, { get subject() { throw new Error('no') } }]) {
      assert.equal(gate.check('a', 'x', {}, /** @type {any} */ (options)).code, 'question_malformed')
    }
    for (const context of [{ n: 1n }, { get n() { throw new Error('no') } }, { toJSON: () => 5 }, { toJSON: () => undefined }, new Map([[1, 2]])]) {
      assert.equal(gate.check('a', 'x', context).code, context instanceof Map ? 'allowed' : 'context_malformed')
    }
    assert.deepEqual(reported(), [])
    assert.equal(gate.check('a', 'x').code, 'allowed')
  })

  it('is put together from no two halves of a character', async () => {
    const gate = await set()
    for (const [agent, action] of [['a\ud83d', '\ude00x'], ['\ud83d', '\ude00'], ['a', 'x\ud83d']]) {
      assert.equal(gate.check(agent, action).code, 'name_malformed')
    }
    assert.equal(gate.check('a', 'x', {}, { subject: 's\ud83d', tenant: '\ude00t' }).code, 'name_malformed')
  })

  it('about an approval is refused', async () => {
    const gate = await set()
    const { approval_id: id } = gate.check('a', 'asks')
    for (const approver of [undefined, null, 5, 5n, 'ann', [], cyclic, biting, { get subject() { throw new Error('no') } }, { ...ann, scopes: [1n] }]) {
      const refused = gate.resolve(String(id), /** @type {any} */ (approver))
      assert.deepEqual([refused.decided, 'reason' in refused && refused.reason], [false, 'question_malformed'])
    }
    for (const value of bad) assert.equal(gate.resolve(value, ann).decided, false)
    assert.deepEqual(reported(), [])
    const store = { ...memoryStore(), approvalById: () => ({ get binding() { throw new Error('no') } }) }
    assert.equal((await set(store)).resolve('x', ann).decided, false)
    assert.equal((await set({ approvalById() { throw new Error('down') } })).resolve('x', ann).decided, false)
    assert.deepEqual(reported(), ['store_unavailable'])
  })

  it('of AuthZEN is an error of who asks, and says why', async () => {
    const gate = await set()
    const deep = JSON.parse('{"m":'.repeat(100) + '0' + '}'.repeat(100))
    const [nameless, contextless] = [asks(''), { ...asks('x'), context: 5 }]
    const [nested, large] = [{ ...asks('x'), context: deep }, { ...asks('x'), context: { m: 'x'.repeat(1 << 20) } }]
    for (const request of /** @type {any[]} */ ([undefined, null, 5, 5n, 'x', {}, [], cyclic, biting, nameless, contextless, nested, large])) {
      const error = { name: 'TypeError', message: /./ }
      assert.throws(() => gate.evaluate(request), error)
      assert.throws(() => gate.evaluations(request), error)
      // A search for actions names none.
      if (request !== nameless) assert.throws(() => gate.search('action', request), error)
    }
    assert.equal(gate.evaluate(asks('x')).decision, true)
  })
})

describe('a module that traps', () => {
  it('denies each question it traps on, and the next one is answered', async () => {
    const gate = await set()
    for (const [ask, denied] of /** @type {[() => any, any][]} */ ([
      [() => gate.check('a', 'x').code, 'engine_fault'],
      [() => gate.checkTool('a', 'x', {}).status, 'blocked'],
      [() => gate.evaluate(asks('x')).context.reason, 'engine_fault'],
      [() => gate.evaluations(asks('x')).evaluations.map(({ context }) => context.reason).join(), 'engine_fault'],
      [() => gate.search('action', asks('x')).results.length, 0],
    ])) {
      poison()
      assert.equal(ask(), denied)
      assert.notEqual(ask(), denied)
    }
    assert.deepEqual(reported(), Array(5).fill('engine_fault'))
  })

  it('in the middle of a question, between its two halves, lets nothing through', async () => {
    const state = memoryStore()
    let isPoisoned = true
    const store = { ...state, meter(/** @type {string} */ key) { if (isPoisoned) poison(); return state.meter(key) } }
    const gate = await set(store)
    assert.equal(gate.check('a', 'counted').code, 'engine_fault')
    assert.equal(gate.evaluate(asks('counted')).context.reason, 'engine_fault')
    isPoisoned = false
    assert.equal(gate.check('a', 'counted').code, 'allowed')
  })

  it('decides no approval', async () => {
    const gate = await set()
    const { approval_id: id } = gate.check('a', 'asks')
    poison()
    const refused = gate.resolve(String(id), ann)
    assert.equal('reason' in refused && refused.reason, 'engine_fault')
    assert.equal(gate.check('a', 'asks').code, 'approval_pending')
    assert.equal(gate.resolve(String(id), ann).decided, true)
  })
})

describe('a gate that is closed', () => {
  it('denies everything, and says so', async () => {
    const gate = await set()
    const { approval_id: id } = gate.check('a', 'asks')
    gate.close()
    assert.equal(gate.check('a', 'x').code, 'policy_invalid')
    assert.equal(gate.checkTool('a', 'x', {}).code, 'policy_invalid')
    assert.equal(gate.evaluate(asks('x')).context.reason, 'policy_invalid')
    assert.equal(gate.evaluations(asks('x')).evaluations[0].context.reason, 'policy_invalid')
    assert.deepEqual(gate.search('action', asks('x')).results, [])
    const refused = gate.resolve(String(id), ann)
    assert.equal('reason' in refused && refused.reason, 'policy_invalid')
    assert.deepEqual(reported(), [])
  })
})

describe('a clock that throws or makes no sense', () => {
  it('denies', async () => {
    for (const [now, code] of /** @type {[() => any, string][]} */ ([
      [() => { throw new Error('no clock') }, 'engine_fault'], [() => NaN, 'clock_invalid'], [() => undefined, 'clock_invalid'],
      [() => Date.now(), 'clock_invalid'], [() => 0, 'clock_invalid'],
    ])) {
      const gate = await gateOf(policy, { now })
      assert.equal(gate.check('a', 'x').code, code)
    }
  })
})
