// Questions beyond requests, as a user of the package asks them, with a store and without.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { memoryStore } from '../../pkg/node.js'
import { initSync } from '../../pkg/wasm/gatewright.js'
import { gateOf } from './repository.js'
import { NOW } from './tokens.js'

/** @typedef {import('../../pkg/index.d.ts').Gate} Gate */

const policy = {
  agents: {
    a: { permissions: [
      { action: 'x' }, { action: 'refund', max_amount: 100 }, { action: 'refund', max_amount: 500, requires_approval: true },
      { action: 'confirm', requires_approval: true, approval: 'confirmation' }, { action: 'counted' },
      { action: 'both', requires_approval: true },
    ] },
    tools: { levels: ['read'] },
  },
  tools: { look: { level: 'read' }, drop: { level: 'delete' } },
  budgets: [{ name: 'few', calls: 2, actions: ['counted'] }, { name: 'one', calls: 1, actions: ['both'] }],
}
const ann = { subject: 'ann', scopes: ['approvals:write'], approve: true }

/** A gate, its store and what it reported. @param {any} [store] @param {object} [more] */
async function set(store = memoryStore(), more) {
  /** @type {any[]} */
  const events = []
  let now = NOW
  const gate = await gateOf({ ...policy, ...more }, { store, now: () => now, report: (event) => events.push(event) })
  return { gate, store, events, wait: (/** @type {number} */ seconds) => { now += seconds } }
}

/** @param {string} agent @param {string} action @param {object} [context] */
const asks = (agent, action, context) =>
  ({ subject: { type: 'agent', id: agent }, action: { name: action }, resource: { type: 'account', id: '1' }, context })

function poison() {
  const { memory } = initSync({ module: new Uint8Array() })
  new Uint8Array(memory.buffer).fill(0xff)
}

describe('a check', () => {
  it('is the same as an evaluation, a tool verdict and a batch of one', async () => {
    const { gate } = await set(null)
    for (const [action, context] of /** @type {[string, object?][]} */ ([
      ['x'], ['y'], ['refund', { amount: 100 }], ['refund', { amount: 101 }], ['refund', { amount: 501 }], ['refund'], ['counted'],
    ])) {
      const { allowed, code, reason } = gate.check('a', action, context)
      const { decision, context: told } = gate.evaluate(asks('a', action, context ?? {}))
      assert.deepEqual([decision, told.reason], [allowed, code], action)
      assert.equal(gate.checkTool('a', action, context ?? {}).code, code)
      assert.deepEqual(gate.evaluations(asks('a', action, context ?? {})).evaluations, [gate.evaluate(asks('a', action, context ?? {}))])
      assert.equal(reason === null, allowed)
    }
    assert.equal(gate.check('a', 'refund', { amount: 501 }).reason, 'the amount exceeds what is permitted, `500`')
  })

  it('counts in the store, and forgets when the store does', async () => {
    const { gate, store } = await set()
    const codes = [1, 2, 3].map((n) => gate.check('a', 'counted', { n }).code)
    assert.deepEqual(codes, ['allowed', 'allowed', 'budget_calls'])
    const { gate: other } = await set(store)
    assert.equal(other.check('a', 'counted').code, 'budget_calls')
    assert.equal((await set()).gate.check('a', 'counted').code, 'allowed')
    const evaluated = (await set()).gate
    const reasons = [1, 2, 3].map(() => evaluated.evaluate(asks('a', 'counted')).context.reason)
    assert.deepEqual(reasons, ['allowed', 'allowed', 'budget_calls'])
  })

  it('that is sent twice under one key counts once', async () => {
    const { gate } = await set()
    const check = (/** @type {object} */ context, /** @type {string} */ key) => gate.check('a', 'counted', context, { idempotencyKey: key }).code
    assert.deepEqual([check({ n: 1 }, 'k'), check({ n: 1 }, 'k'), check({ n: 2 }, 'k'), check({ n: 2 }, 'l')],
      ['allowed', 'idempotency_duplicate', 'idempotency_mismatch', 'allowed'])
    const request = { ...asks('a', 'counted'), action: { name: 'counted', properties: { idempotency_key: 'k' } } }
    assert.equal(gate.evaluate(request).context.reason, 'idempotency_mismatch')
  })

  it('says what it is asked about where nothing can be read of it', async () => {
    const { gate } = await set(null)
    const verdict = gate.checkTool('tools', 'look', { deep: JSON.parse('['.repeat(40) + ']'.repeat(40)) })
    assert.equal(verdict.code, 'context_depth')
    assert.equal(verdict.error, "action 'look' is blocked by policy (the context is nested too deeply)")
  })
})

describe('who asks', () => {
  it('is told of by subject and tenant', async () => {
    const { gate } = await set(memoryStore({ switches: [{ stop: 'subject', id: 'eve' }, { stop: 'tenant', id: 'u' }] }), {
      agents: { a: { tenant: 't', permissions: [{ action: 'x' }] }, free: { permissions: [{ action: 'x' }] } },
    })
    const code = (/** @type {string} */ agent, /** @type {object} */ options) => gate.check(agent, 'x', {}, options).code
    assert.equal(code('a', { subject: 'bob', tenant: 't' }), 'allowed')
    assert.equal(code('a', { subject: 'eve', tenant: 't' }), 'switch_subject')
    assert.equal(code('a', { tenant: 'v' }), 'agent_unknown')
    assert.equal(code('free', { tenant: 'u' }), 'switch_tenant')
    assert.equal(gate.checkTool('a', 'x', {}, { tenant: 'v' }).code, 'agent_unknown')
    const behalf = { ...asks('a', 'x'), subject: { type: 'agent', id: 'a', properties: { on_behalf_of: 'eve' } } }
    assert.equal(gate.evaluate(behalf).context.reason, 'switch_subject')
  })

  it('is told the way to a decision, if that is wanted', async () => {
    const { gate } = await set(null)
    const { context } = gate.evaluate(asks('a', 'refund', { amount: 501 }), { explain: true })
    assert.deepEqual(context.trace?.map(({ layer, outcome }) => [layer, outcome]), [['agent', 'allow'], ['action', 'deny']])
    assert.equal(gate.evaluate(asks('a', 'refund', { amount: 501 })).context.trace, undefined)
    const [one] = gate.evaluations({ ...asks('a', 'x'), evaluations: [{}] }, { explain: true }).evaluations
    assert.deepEqual(one.context.trace?.map(({ layer }) => layer), ['agent', 'action'])
  })
})

describe('an approval', () => {
  it('is asked for, given, used once, and bound to what was asked', async () => {
    const { gate, store } = await set()
    const check = (/** @type {object} */ context, agent = 'a') => gate.check(agent, 'refund', context, { subject: 'bob' })
    const asked = check({ amount: 200, note: 'x' })
    assert.deepEqual([asked.code, asked.requires_approval], ['approval_required', true])
    const again = check({ note: 'x', amount: 200 })
    assert.deepEqual([again.code, again.approval_id], ['approval_pending', asked.approval_id])
    const id = String(asked.approval_id)
    for (const [by, reason] of /** @type {[any, string][]} */ ([
      [{ ...ann, scopes: [] }, 'approval_unentitled'], [{ ...ann, subject: 'bob' }, 'approval_self'],
      [{ ...ann, subject: 'a' }, 'approval_self'], [{ ...ann, approve: 'yes' }, 'question_malformed'],
      [{ ...ann, subject: undefined }, 'question_malformed'], [{ ...ann, scopes: 'approvals:write' }, 'question_malformed'],
    ])) {
      const refused = gate.resolve(id, by)
      assert.deepEqual([refused.decided, 'reason' in refused && refused.reason], [false, reason])
    }
    assert.equal(gate.resolve(id, { ...ann, note: 'fine' }).decided, true)
    const twice = gate.resolve(id, ann)
    assert.equal('reason' in twice && twice.reason, 'approval_decided')
    assert.equal(check({ amount: 201, note: 'x' }).code, 'approval_required')
    assert.equal(gate.check('a', 'refund', { amount: 200, note: 'x' }).code, 'approval_required')
    assert.deepEqual(check({ amount: 2e2, note: 'x' }), {
      allowed: true, requires_approval: false, reason: null, approval_id: null, code: 'allowed',
    })
    const anew = check({ amount: 200, note: 'x' })
    assert.equal(anew.code, 'approval_required')
    assert.notEqual(anew.approval_id, id)
    assert.equal(store.approvals().length, 3)
  })

  it('can be refused for good, and expires', async () => {
    const { gate, wait } = await set()
    const check = () => gate.check('a', 'refund', { amount: 200 })
    const first = check()
    gate.resolve(String(first.approval_id), { ...ann, approve: false })
    assert.deepEqual([check().code, check().requires_approval], ['approval_denied', false])
    const { gate: other, wait: later } = await set()
    const asked = other.check('a', 'refund', { amount: 200 })
    other.resolve(String(asked.approval_id), ann)
    later(3600)
    const late = other.check('a', 'refund', { amount: 200 })
    assert.equal(late.code, 'approval_required')
    assert.notEqual(late.approval_id, asked.approval_id)
    // Who still holds the old id decides nothing by it, and least of all the new one.
    const old = other.resolve(String(asked.approval_id), ann)
    assert.equal('reason' in old && old.reason, 'approval_unavailable')
    assert.equal(other.check('a', 'refund', { amount: 200 }).code, 'approval_pending')
    // What was refused stays so, however long one waits.
    wait(1e6)
    assert.equal(check().code, 'approval_denied')
  })

  it('is used by an evaluation as by a check', async () => {
    const { gate } = await set()
    const { context } = gate.evaluate(asks('a', 'refund', { amount: 200 }))
    assert.equal(context.reason, 'approval_required')
    assert.equal(context.access_request?.binding_token, context.approval?.binding)
    const { approval_id: id } = gate.check('a', 'refund', { amount: 200 })
    gate.resolve(String(id), ann)
    assert.equal(gate.evaluate(asks('a', 'refund', { amount: 200 })).decision, true)
    assert.equal(gate.evaluate(asks('a', 'refund', { amount: 200 })).context.reason, 'approval_used')
  })

  it('is found though a budget speaks as well', async () => {
    const { gate, store } = await set()
    const { approval_id: id } = gate.check('a', 'both')
    gate.resolve(String(id), ann)
    assert.equal(gate.check('a', 'both').code, 'allowed')
    assert.equal(store.approvals().length, 1)
    assert.equal(gate.check('a', 'both').code, 'budget_calls')
  })

  it('is asked for anew where a confirmation is not enough any more', async () => {
    const { gate, store } = await set()
    const ask = (/** @type {Gate} */ gate) => gate.check('a', 'confirm', {}, { subject: 'bob' })
    const confirmation = ask(gate)
    assert.equal(gate.resolve(String(confirmation.approval_id), { subject: 'bob', scopes: [], approve: true }).decided, true)
    const { gate: stricter } = await set(store, { agents: { a: { permissions: [{ action: 'confirm', requires_approval: true }] } } })
    const asked = ask(stricter)
    assert.equal(asked.code, 'approval_required')
    assert.notEqual(asked.approval_id, confirmation.approval_id)
    stricter.resolve(String(asked.approval_id), ann)
    assert.equal(ask(stricter).code, 'allowed')
  })
})

describe('the switches of a store', () => {
  it('stop and are let go at once', async () => {
    const { gate, store } = await set()
    assert.equal(gate.check('a', 'x').code, 'allowed')
    for (const [pulled, code] of /** @type {[any, string][]} */ ([
      [[{ stop: 'all' }], 'switch_all'], [[{ stop: 'agent', id: 'a' }], 'switch_agent'],
      [[{ stop: 'action', id: 'x' }], 'switch_action'], [[{ stop: 'writes' }], 'switch_writes'],
      [[{ stop: 'agent', id: 'b' }], 'allowed'], [[], 'allowed'],
    ])) {
      store.switches = pulled
      assert.equal(gate.check('a', 'x').code, code)
      assert.equal(gate.evaluate(asks('a', 'x')).context.reason, code)
    }
    const { gate: second } = await set(memoryStore({ switches: [{ stop: 'all' }] }))
    assert.equal(second.check('a', 'x').code, 'switch_all')
  })

  it('stop everything while they cannot be read, and that is reported once', async () => {
    const cyclic = /** @type {any[]} */ ([])
    cyclic.push(cyclic)
    for (const bad of [null, 5, 'all', [{ stop: 'everything' }], [{ stop: 'all', id: 1n }], cyclic, () => []]) {
      /** @type {any} */
      const store = { switches: bad }
      const { gate, events } = await set(store)
      for (let i = 0; i < 3; i += 1) assert.equal(gate.check('a', 'x').code, 'switch_unreadable')
      assert.deepEqual(events.map(({ event }) => event), ['store_unavailable'])
      store.switches = []
      assert.equal(gate.check('a', 'x').code, 'allowed')
    }
    let isDown = true
    const { gate, events } = await set({ get switches() { if (isDown) throw new Error('down'); return [] } })
    assert.equal(gate.check('a', 'x').code, 'switch_unreadable')
    assert.deepEqual(events.map(({ event }) => event), ['store_unavailable'])
    isDown = false
    assert.equal(gate.check('a', 'x').code, 'allowed')
  })

  it('survive a trap', async () => {
    const { gate } = await set(memoryStore({ switches: [{ stop: 'agent', id: 'a' }] }))
    assert.equal(gate.check('a', 'x').code, 'switch_agent')
    poison()
    assert.equal(gate.check('a', 'x').code, 'engine_fault')
    assert.equal(gate.check('a', 'x').code, 'switch_agent')
  })
})

describe('a store in memory', () => {
  const record = (/** @type {string} */ id) => /** @type {any} */ ({ id, state: 'pending' })

  it('keeps what was written last, and no more than it can', () => {
    const store = memoryStore()
    for (let n = 0; n <= 100_000; n += 1) {
      store.commit({ meters: [[`m${n}`, { n }]], approvals: [{ binding: `b${n}`, record: record(`a${n}`) }] })
    }
    assert.equal(store.meter('m0'), undefined)
    assert.deepEqual(store.meter('m1'), { n: 1 })
    assert.equal(store.approval('b0'), undefined)
    assert.equal(store.approvalById('a0'), undefined)
    assert.deepEqual(store.approvalById('a100000'), { binding: 'b100000', record: record('a100000') })
    assert.equal(store.approvals().length, 100_000)
  })

  it('hands out switches that nobody changes behind its back', () => {
    /** @type {any[]} */
    const pulled = [{ stop: 'all' }]
    const store = memoryStore({ switches: pulled })
    pulled.pop()
    assert.equal(store.switches.length, 1)
    assert.throws(() => /** @type {any} */ (store.switches).pop(), TypeError)
    const next = /** @type {any[]} */ ([])
    store.switches = next
    next.push({ stop: 'all' })
    assert.deepEqual(store.switches, [])
  })
})

describe('a search', () => {
  it('finds what an evaluation allows, page by page', async () => {
    const { gate } = await set(null)
    const request = { subject: { type: 'agent', id: 'tools' }, action: { name: 'call' }, resource: { type: 'tool', id: 'look' } }
    assert.deepEqual(gate.search('resource', request).results, [{ type: 'tool', id: 'look' }])
    assert.deepEqual(gate.search('subject', request).results, [{ type: 'agent', id: 'tools' }])
    const actions = { subject: { type: 'agent', id: 'a' }, resource: { type: 'account', id: '1' } }
    assert.deepEqual(gate.search('action', actions).results, [{ name: 'counted' }, { name: 'x' }])
    const paged = gate.search('action', { ...actions, page: { limit: 1 } })
    assert.deepEqual(paged.page, { next_token: '1', count: 1, total: 2 })
    for (const wanted of ['', 'Subject', 'constructor', '__proto__', undefined]) {
      assert.throws(() => gate.search(/** @type {any} */ (wanted), request), TypeError)
    }
  })
})
