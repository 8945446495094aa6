// What clients of AgentWarden and of AuthZEN call, on the whole Worker.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { edgePolicy, sha256, startEdge, tokenOf } from './edge.js'

const agents = {
  support: { permissions: [{ action: 'refund', max_amount: 100 }, { action: 'refund', max_amount: 500, requires_approval: true }, { action: 'mail.send' }] },
}
const budgets = [{ name: 'mail', calls: 3, actions: ['mail.send'], per: 'tenant' }]

describe('a client of AgentWarden', () => {
  /** @type {ReturnType<typeof startEdge>} */
  let edge
  const key = `ak_${'a'.repeat(32)}`
  before(async () => {
    edge = startEdge({ agents, budgets })
    const shard = /** @type {any} */ (await edge.worker.getDurableObjectNamespace('KEYS'))
    const hash = sha256(key)
    const stub = shard.get(shard.idFromName(hash[0]))
    await stub.create({ hash, tenant: 't', kind: 'sdk', label: { name: 'ak_…' }, body: {} }, { subject: 'ada', by: 'token' })
  })
  after(() => edge.dispose())
  const asClient = (/** @type {string} */ sent = key) => ({ token: '', headers: { 'x-api-key': sent } })
  /** @param {object | string} body @param {object} [who] */
  const check = (body, who = asClient()) => edge.call('POST /sdk/check', body, who)

  for (const [name, context, action, expected] of /** @type {[string, any, string, object][]} */ ([
    ['is allowed', { amount: 100 }, 'refund', { allowed: true, requires_approval: false, reason: null, approval_id: null, code: 'allowed' }],
    ['is denied an amount, which is compared as it is written', '{"amount": 500.000000000000000000001}', 'refund', { allowed: false, code: 'amount_exceeded' }],
    ['is denied an amount that is none', { amount: '5' }, 'refund', { allowed: false, code: 'amount_invalid' }],
    ['is denied what nothing permits', {}, 'other', { allowed: false, code: 'permission_missing', requires_approval: false }],
    ['may leave the context out', null, 'mail.send', { allowed: true }],
    ['is denied a context that is none', [1], 'refund', { allowed: false, code: 'context_malformed' }],
  ])) {
    it(name, async () => {
      const text = typeof context === 'string' ? context : JSON.stringify(context)
      const { status, body } = await check(`{"agent_id": "support", "action": "${action}", "context": ${text}}`)
      assert.equal(status, 200)
      for (const [member, value] of Object.entries(expected)) assert.deepEqual(body[member], value, member)
      assert.deepEqual([typeof body.allowed, typeof body.requires_approval], ['boolean', 'boolean'])
    })
  }

  it('waits for an approval, never both allowed and waiting', async () => {
    const { status, body } = await check({ agent_id: 'support', action: 'refund', context: { amount: 300 } })
    assert.deepEqual([status, body.allowed, body.requires_approval, body.reason], [200, false, true, 'This action requires human approval'])
    assert.match(body.approval_id, /^apr_[0-9a-f]{32}$/)
  })

  it('is counted, for its tenant alone', async () => {
    const codes = []
    for (let at = 0; at < 4; at += 1) codes.push((await check({ agent_id: 'support', action: 'mail.send', context: {} })).body.code)
    assert.deepEqual(codes.slice(-2), ['budget_calls', 'budget_calls'])
    const other = await check({ agent_id: 'support', action: 'mail.send' }, { token: tokenOf('u', ['gate:evaluate']) })
    assert.equal(other.body.code, 'allowed')
  })

  for (const [name, body, who, status, detail] of /** @type {[string, any, any, number, string | RegExp][]} */ ([
    ['without a key', {}, { token: '' }, 401, 'no credential was sent'],
    ['with a key that nobody knows', {}, asClient(`ak_${'b'.repeat(32)}`), 401, 'the virtual key is not known'],
    ['with a token that may do something else', {}, { token: tokenOf('t', ['gate:read']) }, 403, 'a scope is missing'],
    ['with a virtual key', {}, { token: 'sk-unknown' }, 401, 'the virtual key is not known'],
    ['for an agent that is not there', { agent_id: 'nobody', action: 'x', context: {} }, asClient(), 404, "Agent 'nobody' not found"],
    ['with a member twice', '{"agent_id":"support","action":"refund","context":{"amount":1,"amount":1000}}', asClient(), 400, 'a member stands here twice'],
    ['with what is not JSON', '{', asClient(), 400, 'this is not JSON'],
    ['with a list', '[]', asClient(), 400, 'the body is not an object'],
    ['without an action', { agent_id: 'support' }, asClient(), 400, 'agent_id and action are texts'],
    ['with a body that is too large', { agent_id: 'support', action: 'x', context: { x: 'x'.repeat(200_000) } }, asClient(), 413, 'the body is too large'],
    ['that names a tenant', { agent_id: 'support', action: 'refund', context: { amount: 1 } }, { token: tokenOf('t', ['gate:evaluate']), headers: { 'x-gatewright-tenant': 'u' } }, 403, 'the tenant is that of the credential'],
  ])) {
    it(`is answered ${status} ${name}`, async () => {
      const answer = await check(body, who)
      assert.deepEqual([answer.status, answer.body], [status, { detail }])
    })
  }

  it('reports what became of an action, which nobody waits for, and no secret is kept', async () => {
    const { status, body } = await edge.call('POST /sdk/log', { agent_id: 'support', action: 'refund', status: 'success', context: { amount: 5, api_key: 'hush' } }, asClient())
    assert.equal(status, 200)
    assert.deepEqual(Object.keys(body), ['id', 'agent_id', 'organization_id', 'action', 'status', 'context', 'created_at'])
    assert.deepEqual([body.organization_id, body.status], ['t', 'success'])
    assert.equal((await edge.call('POST /sdk/log', { agent_id: 'support', action: 'refund', status: 'perhaps' }, asClient())).status, 400)
    const ledger = /** @type {any} */ (await edge.worker.getDurableObjectNamespace('LEDGER'))
    const stub = ledger.get(ledger.idFromName('tenant:t'))
    let rows = []
    for (let tries = 0; tries < 50 && rows.length === 0; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      rows = await stub.list({ after: 0, limit: 100, kind: 'log' })
    }
    const entry = JSON.parse(rows[0].entry)
    assert.deepEqual([entry.status, entry.context, entry.id], ['success', undefined, body.id])
    assert.equal(entry.context_sha256, sha256('{"amount":5,"api_key":"[redacted]"}'))
    const decisions = await stub.list({ after: 0, limit: 100, kind: 'decision' })
    assert.ok(decisions.some((/** @type {any} */ { entry: text }) => JSON.parse(text).code === 'amount_exceeded'))
  })

  it('is told of in the ledger, row by row, also when many come at once', async () => {
    const token = { token: tokenOf('rows', ['gate:evaluate', 'gate:read']) }
    const asked = Array.from({ length: 150 }, () => check({ agent_id: 'support', action: 'refund', context: { amount: 1 } }, token))
    assert.ok((await Promise.all(asked)).every(({ body }) => body.allowed))
    const ready = async () => (await edge.call('GET /.gate/ready')).body
    const deadline = Date.now() + 10_000
    while ((await ready()).waiting > 0) assert.ok(Date.now() < deadline)
    assert.equal((await ready()).lost, 0)
    const { body } = await edge.call('GET /.gate/api/audit?kind=decision&limit=1', undefined, token)
    assert.equal(body.head.seq, 150)
  })

  it('finds a permission gone at once, and a switch pulled', async () => {
    const registries = /** @type {any} */ (await edge.worker.getDurableObjectNamespace('REGISTRY'))
    const registry = registries.get(registries.idFromName('tenant:t'))
    const actor = { subject: 'ada', by: 'token' }
    await registry.create('agent', { id: 'new', body: {}, tenant: 't' }, actor)
    await registry.create('permission', { id: 'p', parent: 'new', body: { action: 'x.do' }, tenant: 't' }, actor)
    const code = async () => (await check({ agent_id: 'new', action: 'x.do', context: {} })).body.code
    assert.equal(await code(), 'allowed')
    await registry.create('switch', { id: 's', body: { stop: 'action', id: 'x.do' }, tenant: 't' }, actor)
    assert.equal(await code(), 'switch_action')
    await registry.remove('switch', { id: 's', tenant: 't' }, actor)
    await registry.remove('permission', { id: 'p', tenant: 't' }, actor)
    assert.equal(await code(), 'permission_missing')
    const token = tokenOf('u', ['gate:evaluate'])
    assert.equal((await check({ agent_id: 'new', action: 'x.do', context: {} }, { token })).status, 404, 'another tenant has no such agent')
  })
})

describe('a client of AuthZEN', () => {
  /** @type {ReturnType<typeof startEdge>} */
  let edge
  before(() => { edge = startEdge({ agents: { ...agents, mine: { tenant: 't', permissions: [{ action: 'mail.send' }] } }, budgets }) })
  after(() => edge.dispose())
  const pep = { token: tokenOf('t', ['gate:evaluate']) }
  const asked = (/** @type {string} */ agent, /** @type {string} */ action, context = {}, properties = {}) =>
    ({ subject: { type: 'agent', id: agent, properties }, action: { name: action }, resource: { type: 'payment', id: '1' }, context })

  it('finds out where the API is, without a credential', async () => {
    const { status, body } = await edge.call('GET /.well-known/authzen-configuration', undefined, { token: '' })
    assert.deepEqual([status, body.policy_decision_point, body.access_evaluation_endpoint], [200, 'http://gate.example', 'http://gate.example/access/v1/evaluation'])
    for (const [name, address] of Object.entries(body)) {
      if (!name.endsWith('_endpoint')) continue
      const { status: found } = await edge.call(`POST ${new URL(address).pathname}`, {}, pep)
      assert.equal(found, 400, `${name} is there`)
    }
  })

  it('is answered 200, whatever the decision, and its request id', async () => {
    for (const [amount, decision, reason] of [[100, true, 'allowed'], [300, false, 'approval_required'], [501, false, 'amount_exceeded']]) {
      const { status, body, headers } = await edge.call('POST /access/v1/evaluation', asked('support', 'refund', { amount }), { ...pep, headers: { 'x-request-id': 'r-1' } })
      assert.deepEqual([status, body.decision, body.context.reason, headers.get('x-request-id')], [200, decision, reason, 'r-1'])
    }
  })

  it('has its budgets counted exactly', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => edge.call('POST /access/v1/evaluation', asked('support', 'mail.send'), pep)))
    assert.equal(answers.filter(({ body }) => body.decision).length, 3)
  })

  it('speaks for its own tenant, whatever the subject is said to be of', async () => {
    const evaluate = async (/** @type {object} */ question, /** @type {string} */ tenant) =>
      (await edge.call('POST /access/v1/evaluation', question, { token: tokenOf(tenant, ['gate:evaluate']) })).body.context.reason
    assert.equal(await evaluate(asked('mine', 'mail.send', {}, { tenant: 't' }), 'v'), 'agent_unknown')
    assert.notEqual(await evaluate(asked('mine', 'mail.send', {}, { tenant: 'v' }), 't'), 'agent_unknown')
    const batch = { evaluations: [asked('mine', 'mail.send', {}, { tenant: 't' })] }
    const { body } = await edge.call('POST /access/v1/evaluations', batch, { token: tokenOf('v', ['gate:evaluate']) })
    assert.equal(body.evaluations[0].context.reason, 'agent_unknown')
  })

  it('decides several, and searches', async () => {
    const batch = { ...asked('support', 'refund'), evaluations: [{ context: { amount: 1 } }, { context: { amount: 600 } }] }
    const { status, body } = await edge.call('POST /access/v1/evaluations', batch, pep)
    assert.deepEqual([status, body.evaluations.map((/** @type {any} */ { decision }) => decision)], [200, [true, false]])
    const found = await edge.call('POST /access/v1/search/action', { ...asked('support', ''), action: undefined, context: { amount: 1 } }, pep)
    assert.deepEqual([found.status, found.body.results], [200, [{ name: 'mail.send' }, { name: 'refund' }]])
  })

  for (const [name, body, who, status, code] of /** @type {[string, any, any, number, string][]} */ ([
    ['without a credential', {}, { token: '' }, 401, 'credentials_missing'],
    ['with a token without the scope', asked('support', 'refund'), { token: tokenOf('t', ['agents:read']) }, 403, 'scope_missing'],
    ['without a subject', { action: { name: 'x' } }, pep, 400, 'question_malformed'],
    ['with a member twice', '{"subject":{},"subject":{}}', pep, 400, 'body_malformed'],
  ])) {
    it(`is told ${status} ${name}`, async () => {
      const answer = await edge.call('POST /access/v1/evaluation', body, who)
      assert.deepEqual([answer.status, answer.body.code, answer.headers.get('content-type')], [status, code, 'application/problem+json'])
      if (status === 401) assert.equal(answer.headers.get('www-authenticate'), 'Bearer')
    })
  }

  it('finds another method refused, and another path nowhere', async () => {
    const wrong = await edge.call('GET /access/v1/evaluation', undefined, pep)
    assert.deepEqual([wrong.status, wrong.headers.get('allow')], [405, 'POST'])
    assert.equal((await edge.call('GET /.gate/nothing', undefined, pep)).status, 404)
  })
})

describe('the Worker with a state', () => {
  it('forwards as before, by the tenant of who asks', async () => {
    const edge = startEdge({ agents: { mine: { tenant: 't' }, open: {} } }, { serviceBindings: { ORIGIN: async () => new (await import('miniflare')).Response('from the origin') } })
    try {
      const run = (/** @type {string} */ agent, /** @type {string} */ tenant) =>
        edge.call(`POST /agents/${agent}/runs`, undefined, { token: tokenOf(tenant, ['agents:run']) })
      assert.deepEqual([(await run('mine', 't')).status, (await run('mine', 'u')).status, (await run('open', 'u')).status], [200, 403, 200])
      const registries = /** @type {any} */ (await edge.worker.getDurableObjectNamespace('REGISTRY'))
      const actor = { subject: 'ada', by: 'token' }
      await registries.get(registries.idFromName('tenant:u')).create('switch', { id: 's', body: { stop: 'all' }, tenant: 'u' }, actor)
      await registries.get(registries.idFromName('tenant:u')).create('agent', { id: 'theirs', body: {}, tenant: 'u' }, actor)
      await new Promise((resolve) => setTimeout(resolve, 1100))
      assert.deepEqual([(await run('open', 't')).status, (await run('open', 'u')).status, (await run('theirs', 't')).status], [200, 403, 403])
      assert.equal((await edge.call('GET /health', undefined, { token: '' })).body, 'from the origin')
      assert.equal((await edge.call('POST /agents/open/runs', undefined, { token: 'nonsense' })).status, 401)
    } finally {
      await edge.dispose()
    }
  })

  it('is closed while there is no valid policy', async () => {
    const edge = startEdge({}, { bindings: { POLICY: { ...edgePolicy(), nonsense: 1 } } })
    try {
      for (const line of ['POST /sdk/check', 'POST /access/v1/evaluation', 'GET /.well-known/authzen-configuration', 'GET /agents']) {
        assert.equal((await edge.call(line)).status, 503, line)
      }
    } finally {
      await edge.dispose()
    }
  })

  it('decides while the ledger is away, and counts what is lost', async () => {
    const script = `
      export * from './pkg/worker.js'
      export { default } from './pkg/worker.js'
      import { Ledger as Real } from './pkg/state/ledger.js'
      export class Ledger extends Real { async append() { throw new Error('away') } }`
    const edge = startEdge({ agents }, {}, script)
    try {
      const check = { agent_id: 'support', action: 'refund', context: { amount: 1 } }
      assert.equal((await edge.call('POST /sdk/check', check)).body.allowed, true)
      assert.equal((await edge.call('POST /sdk/log', { ...check, status: 'success' })).status, 200)
      const deadline = Date.now() + 10_000
      while ((await edge.call('GET /.gate/ready')).body.lost < 2) assert.ok(Date.now() < deadline)
      assert.equal((await edge.call('POST /.gate/api/teams', { id: 'x', agents: 'none' })).status, 201, 'a change waits in its outbox')
    } finally {
      await edge.dispose()
    }
  })

  it('takes no master key that can be guessed', async () => {
    const edge = startEdge({ agents }, { bindings: { GATEWRIGHT_MASTER_KEY: 'short' } })
    try {
      const { status } = await edge.call('POST /sdk/check', { agent_id: 'support', action: 'x' }, { token: 'short' })
      assert.equal(status, 401)
    } finally {
      await edge.dispose()
    }
  })
})
