// Questions that need state, asked all at once: what is let through, to the last one, and what is denied while
// the state is away.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CLASSES, startState } from './state.js'

const BASE = { version: 1, authentication: { virtual_keys: {} }, routes: {} }

/** Puts questions to the gate of a tenant, all at the same time, and makes calls to the objects as state.js does. */
const script = (/** @type {string} */ classes = CLASSES) => `
  ${classes}
  import './pkg/workerd.js'
  import { createTenant } from './pkg/state/tenant.js'
  import { readControl } from './pkg/state/control.js'
  import { createKeys } from './pkg/state/keys.js'
  const tenants = new Map()
  let offset = 0
  const now = () => Date.now() / 1000 + offset
  const gateOf = (name, env) => {
    const policy = JSON.stringify(env.POLICY)
    if (!tenants.has(name)) {
      const control = readControl(policy)
      const keys = createKeys({ env, now, ...control })
      const keyOf = (hash) => keys.record(hash, name)
      tenants.set(name, { keys, ...createTenant({ tenant: name, policy, control, keyOf, env, report: () => {}, now, others: {} }) })
    }
    return tenants.get(name)
  }
  export default {
    async fetch(request, env) {
      const body = await request.json()
      if (Array.isArray(body)) {
        return Response.json(await Promise.all(body.map(async ([binding, name, method, given]) => {
          try { return { value: await env[binding].getByName(name)[method](...given) } } catch (error) { return { error: String(error) } }
        })))
      }
      const { tenant = null, asked = [], isFresh = false, resolve, key } = body
      if (body.offset !== undefined) offset = body.offset
      const held = gateOf(tenant, env)
      if (key) return Response.json(await held.keys.record(key, tenant).then((record) => ({ record }), (error) => ({ error: String(error) })))
      if (resolve) {
        const { asker } = await held.current()
        return Response.json((await asker.resolve(...resolve)) ?? {})
      }
      return Response.json(await Promise.all(asked.map(async (question) => {
        const { asker, failure } = await held.current({ isFresh })
        return asker.ask(question, { failure })
      })))
    },
  }`

/** @param {string} agent @param {string} action @param {object} [context] @param {object} [options] */
const check = (agent, action, context = {}, options = {}) => ({ kind: 'check', agent, action, context: JSON.stringify(context), options })

/** @param {object} policy @param {string} [classes] @param {object} [options] */
function startTenant(policy, classes, options) {
  const state = startState({ bindings: { POLICY: { ...BASE, ...policy } }, ...options }, script(classes))
  /** @param {object} body @returns {Promise<any>} */
  const send = async (body) => (await state.worker.dispatchFetch('http://x/', { method: 'POST', body: JSON.stringify(body) })).json()
  return { ...state, send }
}

/** How often each code was answered. @param {any[]} answers */
function tally(answers) {
  /** @type {Record<string, number>} */
  const counts = {}
  for (const { code } of answers) counts[code] = (counts[code] ?? 0) + 1
  return counts
}

const many = (/** @type {number} */ count, /** @type {(n: number) => unknown} */ make) => Array.from({ length: count }, (_, n) => make(n))
const permissions = [{ action: 'mail.send' }, { action: 'refund', max_amount: 1000 }, { action: 'deploy', requires_approval: true }]
const agents = { a: { permissions }, b: { permissions } }
const approver = { subject: 'ada', scopes: ['approvals:write'], approve: true }

describe('a budget', () => {
  it('of 100 calls lets exactly 100 of 1,000 through that come at the same time', async () => {
    const state = startTenant({ agents, budgets: [{ name: 'mail', calls: 100, actions: ['mail.send'] }] })
    try {
      const answers = await state.send({ asked: many(1000, () => check('a', 'mail.send')) })
      assert.deepEqual(tally(answers), { allowed: 100, budget_calls: 900 })
      assert.deepEqual(tally(await state.send({ asked: [check('b', 'mail.send'), check('b', 'refund', { amount: 1 })] })), { budget_calls: 1, allowed: 1 })
    } finally {
      await state.dispose()
    }
  })

  it('of each agent counts apart, whoever asks in between', async () => {
    const state = startTenant({ agents, budgets: [{ name: 'ä', per: 'agent', calls: 30 }] })
    try {
      const answers = await state.send({ asked: many(200, (n) => check(n % 2 ? 'a' : 'b', 'mail.send')) })
      assert.deepEqual(tally(answers), { allowed: 60, budget_calls: 140 })
    } finally {
      await state.dispose()
    }
  })

  it('of amounts is exact, also where a float is not', async () => {
    const state = startTenant({ agents, budgets: [{ name: 'spend', spend: 10 }] })
    try {
      const answers = await state.send({ asked: many(300, () => check('a', 'refund', { amount: 0.1 })) })
      assert.deepEqual(tally(answers), { allowed: 100, budget_spend: 200 })
    } finally {
      await state.dispose()
    }
  })

  it('of everybody is shared by tenants, and of a subject it is not', async () => {
    const budgets = [{ name: 'all', calls: 5, actions: ['mail.send'] }, { name: 'own', per: 'subject', calls: 3, actions: ['refund'] }]
    const state = startTenant({ agents, budgets })
    try {
      const ask = async (/** @type {string} */ tenant, /** @type {any} */ question) =>
        tally(await state.send({ tenant, asked: many(4, () => question) }))
      const mail = check('a', 'mail.send')
      assert.deepEqual([await ask('one', mail), await ask('two', mail)], [{ allowed: 4 }, { allowed: 1, budget_calls: 3 }])
      const refund = check('a', 'refund', { amount: 1 }, { subject: 'u' })
      assert.deepEqual([await ask('one', refund), await ask('two', refund)], [{ allowed: 3, budget_calls: 1 }, { allowed: 3, budget_calls: 1 }])
    } finally {
      await state.dispose()
    }
  })

  it('under one idempotency key lets one through', async () => {
    const state = startTenant({ agents, budgets: [{ name: 'all', calls: 50 }] })
    try {
      const answers = await state.send({ asked: many(20, () => check('a', 'mail.send', {}, { idempotencyKey: 'k' })) })
      assert.deepEqual(tally(answers), { allowed: 1, idempotency_duplicate: 19 })
    } finally {
      await state.dispose()
    }
  })
})

describe('an approval', () => {
  /** @type {ReturnType<typeof startTenant>} */
  let state
  before(() => { state = startTenant({ agents, budgets: [{ name: 'mail', calls: 2, actions: ['deploy'], agents: ['b'] }] }) })
  after(() => state.dispose())
  const deploy = (/** @type {string} */ agent, version = '1') => check(agent, 'deploy', { version }, { subject: 'bob' })

  it('is asked for once by those who ask at the same time', async () => {
    const answers = await state.send({ asked: many(20, () => deploy('a')) })
    assert.deepEqual(tally(answers), { approval_required: 1, approval_pending: 19 })
    assert.equal(new Set(answers.map((/** @type {any} */ { approval_id: id }) => id)).size, 1)
    const [held] = await state.call('APPROVALS', 'none', 'list', { after: '', limit: 9 })
    assert.deepEqual(held.about, { agent: 'a', action: 'deploy', context: '{"version":"1"}', subject: 'bob' })
    assert.equal((await state.send({ resolve: [held.id, { ...approver, subject: 'bob' }] })).reason, 'approval_self')
    assert.equal((await state.send({ resolve: [held.id, { ...approver, scopes: [] }] })).reason, 'approval_unentitled')
    assert.equal((await state.send({ resolve: [held.id, approver] })).decided, true)
    assert.equal((await state.send({ resolve: [held.id, approver] })).reason, 'approval_decided')
    assert.deepEqual(await state.send({ resolve: ['apr_0', approver] }), {})
  })

  it('is worth nothing for other arguments', async () => {
    assert.deepEqual(tally(await state.send({ asked: [deploy('a', '2')] })), { approval_required: 1 })
  })

  it('is used by exactly one of 50 that come at the same time', async () => {
    const counts = tally(await state.send({ asked: many(50, () => deploy('a')) }))
    assert.equal(counts.allowed, 1)
    const uses = await state.call('LEDGER', 'none', 'list', { after: 0, limit: 1000, kind: 'approval' })
    assert.equal(uses.filter((/** @type {any} */ { entry }) => entry.includes('"approval.use"')).length, 1)
  })

  it('is decided by one of those who decide at the same time', async () => {
    const [{ approval_id: id }] = await state.send({ asked: [deploy('a', '3')] })
    const answers = await Promise.all(many(10, (n) => state.send({ resolve: [id, { ...approver, approve: n % 2 === 0 }] })))
    assert.equal(answers.filter(({ decided }) => decided).length, 1)
    assert.deepEqual(new Set(answers.filter(({ decided }) => !decided).map(({ reason }) => reason)), new Set(['approval_decided']))
  })

  it('that a budget has no room for is not used, and with room it is, once', async () => {
    for (const version of ['1', '2', '3']) {
      const [{ approval_id: id, code }] = await state.send({ asked: [deploy('b', version)] })
      assert.equal(code, 'approval_required')
      assert.equal((await state.send({ resolve: [id, approver] })).decided, true)
    }
    assert.equal(tally(await state.send({ asked: many(20, () => deploy('b', '1')) })).allowed, 1)
    assert.deepEqual(tally(await state.send({ asked: [deploy('b', '2')] })), { allowed: 1 })
    assert.deepEqual(tally(await state.send({ asked: [deploy('b', '3')] })), { budget_calls: 1 })
    const held = await state.call('APPROVALS', 'none', 'list', { after: '', limit: 99, state: 'approved' })
    const left = held.filter((/** @type {any} */ { about }) => about.agent === 'b')
    assert.deepEqual(left.map((/** @type {any} */ { about }) => JSON.parse(about.context).version), ['3'])
  })
})

describe('while the state is away', () => {
  const ways = /** @type {const} */ ({
    throws: "throw new Error('away')",
    'does not answer': 'return new Promise(() => {})',
  })
  for (const [how, code] of Object.entries(ways)) {
    it(`that ${how}, what needs it is denied, and nothing else`, async () => {
      const fails = (/** @type {string} */ real, /** @type {string} */ file, /** @type {string} */ method) =>
        `import { ${real} as Real${real} } from './pkg/state/${file}.js'\nexport class ${real} extends Real${real} { ${method}() { ${code} } }`
      const state = startTenant({ agents, budgets: [{ name: 'mail', calls: 9, actions: ['mail.send'] }] }, `
        export { Registry } from './pkg/state/registry.js'
        export { Ledger } from './pkg/state/ledger.js'
        ${fails('KeyShard', 'key-shard', 'look')}
        ${fails('Approvals', 'approvals', 'read')}
        ${fails('Meter', 'meter', 'decide')}`)
      try {
        const answers = await state.send({ asked: [check('a', 'mail.send'), check('a', 'deploy'), check('a', 'refund', { amount: 1 })] })
        assert.deepEqual(answers.map((/** @type {any} */ { code: said, allowed }) => [said, allowed]), [
          ['budget_unavailable', false], ['approval_unavailable', false], ['allowed', true],
        ])
        assert.match((await state.send({ key: 'a'.repeat(64) })).error, /away|in time/)
      } finally {
        await state.dispose()
      }
    })
  }

  it('a meter that dies after it has counted denies, and gives the approval back', async () => {
    const state = startTenant({ agents, budgets: [{ name: 'all', calls: 9 }] }, `
      export { Registry } from './pkg/state/registry.js'
      export { Ledger } from './pkg/state/ledger.js'
      export { KeyShard } from './pkg/state/key-shard.js'
      export { Approvals } from './pkg/state/approvals.js'
      import { Meter as Real } from './pkg/state/meter.js'
      export class Meter extends Real {
        decide(asked) {
          const decided = super.decide(asked)
          if (decided?.answer.allowed) throw new Error('died')
          return decided
        }
      }`)
    try {
      const deploy = check('a', 'deploy', {}, { subject: 'bob' })
      const [{ approval_id: id }] = await state.send({ asked: [deploy] })
      await state.send({ resolve: [id, approver] })
      assert.deepEqual(tally(await state.send({ asked: [deploy] })), { budget_unavailable: 1 })
      assert.equal((await state.call('APPROVALS', 'none', 'get', id)).record.state, 'approved')
    } finally {
      await state.dispose()
    }
  })

  it('that dies within a change changes nothing', async () => {
    const state = startTenant({ agents }, `
      export { Ledger } from './pkg/state/ledger.js'
      export { KeyShard } from './pkg/state/key-shard.js'
      export { Approvals } from './pkg/state/approvals.js'
      export { Meter } from './pkg/state/meter.js'
      import { Registry as Real } from './pkg/state/registry.js'
      export class Registry extends Real { note = () => { throw new Error('died') } }`)
    try {
      const made = state.call('REGISTRY', 'none', 'create', 'agent', { id: 'c', body: {}, tenant: null }, { subject: 'ada', by: 'token' })
      await assert.rejects(made, /died/)
      assert.deepEqual(await state.call('REGISTRY', 'none', 'snapshot', -1), { version: 0, items: [] })
    } finally {
      await state.dispose()
    }
  })
})

describe('what was set up', () => {
  const actor = { subject: 'ada', by: 'token' }
  const classes = `
    export { Ledger } from './pkg/state/ledger.js'
    export { KeyShard } from './pkg/state/key-shard.js'
    export { Approvals } from './pkg/state/approvals.js'
    export { Meter } from './pkg/state/meter.js'
    import { Registry as Real } from './pkg/state/registry.js'
    let isAway = false
    export class Registry extends Real {
      away(how) { isAway = how }
      snapshot(known) { if (isAway) throw new Error('away'); return super.snapshot(known) }
    }`

  it('holds for `max_stale_seconds`, at once where that is asked for, and while the registry is away up to the hard limit', async () => {
    const state = startTenant({ agents, control: { max_stale_seconds: 10, hard_stale_seconds: 60 } }, classes)
    const mail = check('a', 'mail.send')
    /** @param {number} offset @param {boolean} [isFresh] */
    const codeAt = async (offset, isFresh) => (await state.send({ offset, isFresh, asked: [mail] }))[0].code
    const pull = { id: 'sw', body: { stop: 'agent', id: 'a' }, tenant: null }
    try {
      assert.equal(await codeAt(0), 'allowed')
      await state.call('REGISTRY', 'none', 'create', 'switch', pull, actor)
      assert.equal(await codeAt(8), 'allowed', 'not old enough to be asked for again')
      assert.equal(await codeAt(8, true), 'switch_agent', 'asked for at once')
      assert.equal(await codeAt(9), 'switch_agent')
      await state.call('REGISTRY', 'none', 'remove', 'switch', { id: 'sw', tenant: null }, actor)
      assert.equal(await codeAt(30), 'allowed')
      await state.call('REGISTRY', 'none', 'away', true)
      assert.equal(await codeAt(85), 'allowed', 'away, and what is known is young enough')
      assert.equal(await codeAt(86, true), 'switch_unreadable', 'who wants it fresh has nothing')
      assert.equal(await codeAt(95), 'switch_unreadable', 'beyond the hard limit')
      await state.call('REGISTRY', 'none', 'away', false)
      assert.equal(await codeAt(97), 'allowed')
    } finally {
      await state.dispose()
    }
  })

  it('is asked for each time with 0, and nothing old holds then', async () => {
    const state = startTenant({ agents, control: { max_stale_seconds: 0 } }, classes)
    const code = async () => (await state.send({ asked: [check('a', 'mail.send')] }))[0].code
    try {
      assert.equal(await code(), 'allowed')
      await state.call('REGISTRY', 'none', 'create', 'switch', { id: 'sw', body: { stop: 'all' }, tenant: null }, actor)
      assert.equal(await code(), 'switch_all')
      await state.call('REGISTRY', 'none', 'away', true)
      assert.equal(await code(), 'switch_unreadable')
    } finally {
      await state.dispose()
    }
  })

  it('makes agents with permissions, of their tenant alone, and the policy goes before', async () => {
    const state = startTenant({ agents, control: { max_stale_seconds: 0 } })
    /** @param {string} method @param {string} kind @param {object} what */
    const change = (method, kind, what) => state.call('REGISTRY', 'tenant:t', method, kind, { tenant: 't', ...what }, actor)
    const code = async (/** @type {string} */ tenant, /** @type {any} */ question) => (await state.send({ tenant, asked: [question] }))[0].code
    try {
      await change('create', 'agent', { id: 'new', body: { active: true } })
      assert.equal(await code('t', check('new', 'x.do')), 'permission_missing')
      await change('create', 'permission', { id: 'p', parent: 'new', body: { action: 'x.do', max_amount: 5 } })
      assert.equal(await code('t', check('new', 'x.do', { amount: 5 })), 'allowed')
      assert.equal(await code('t', check('new', 'x.do', { amount: 5.01 })), 'amount_exceeded')
      assert.equal(await code('u', check('new', 'x.do', { amount: 5 })), 'agent_unknown')
      await change('create', 'agent', { id: 'a', body: { active: true, allow: ['y.do'], permissions: false } })
      assert.equal(await code('t', check('a', 'y.do')), 'permission_missing', 'what the policy says of an agent stays')
      await change('create', 'agent', { id: 'levelled', body: { allow: ['x.do'] } })
      assert.equal(await code('t', check('levelled', 'x.do')), 'permission_missing', 'no permission opens nothing')
      await change('remove', 'permission', { id: 'p', parent: 'new' })
      assert.equal(await code('t', check('new', 'x.do', { amount: 1 })), 'permission_missing')
    } finally {
      await state.dispose()
    }
  })
})
