// Virtual keys in JavaScript: where they are looked up, and what happens when that fails.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'
import { createGate, memoryStore } from '../../pkg/node.js'
import { NOW, hs256, policyWith, secrets } from './tokens.js'

const KEY = 'sk-a-key-to-test-with'
const sha256 = (/** @type {string} */ text) => createHash('sha256').update(text).digest('hex')

const policy = {
  version: 1,
  authentication: { virtual_keys: {} },
  routes: { profile: 'litellm' },
  agents: { 'agent-123': { name: 'support' }, 'agent-456': {} },
  teams: { sales: { agents: ['agent-456'] } },
}

/** @param {Partial<import('../../pkg/index.d.ts').GateOptions>} [options] */
async function gateWith(options) {
  /** @type {any[]} */
  const events = []
  const gate = await createGate({ policy, now: () => NOW, report: (event) => events.push(event), ...options })
  return { gate, events }
}

/** @param {any} record @returns {import('../../pkg/index.d.ts').Store} */
const always = (record) => ({ key: () => record })
const call = (/** @type {Record<string, string>} */ headers = { authorization: `Bearer ${KEY}` }, agent = 'agent-123') =>
  ({ method: 'POST', url: `/a2a/${agent}`, headers })

describe('a store', () => {
  it('is asked for the hash of the key, and never for the key', async () => {
    /** @type {unknown[][]} */
    const asked = []
    const store = { key: (/** @type {unknown[]} */ ...args) => { asked.push(args); return { agents: 'all' } } }
    const { gate } = await gateWith({ store: /** @type {any} */ (store) })
    const { decision } = await gate.decide(call())
    assert.equal(decision, true)
    assert.deepEqual(asked, [[sha256(KEY)]])
  })

  it('answers at once or later', async () => {
    const record = { agents: ['agent-123'], subject: 'robot' }
    const later = async (/** @type {any} */ value) => { await new Promise((done) => setTimeout(done, 5)); return value }
    for (const store of [always(record), always(later(record)), { key: () => ({ then: (/** @type {any} */ done) => done(record) }) }]) {
      const { gate } = await gateWith({ store: /** @type {any} */ (store) })
      const allowed = await gate.decide(call())
      assert.deepEqual([allowed.context.reason, allowed.context.subject], ['allowed', 'robot'])
      assert.equal((await gate.decide(call(undefined, 'agent-456'))).context.reason, 'access_restricted')
    }
  })

  it('is asked for the team that the key names, at once or later', async () => {
    const team = { agents: ['agent-123'] }
    for (const found of [team, Promise.resolve(team)]) {
      /** @type {unknown[]} */
      const asked = []
      const store = { key: () => ({ team: 'support' }), team: (/** @type {string} */ name) => { asked.push(name); return found } }
      const { gate } = await gateWith({ store })
      assert.equal((await gate.decide(call())).decision, true)
      assert.equal((await gate.decide(call(undefined, 'agent-456'))).decision, false)
      assert.deepEqual(asked, ['support', 'support'])
    }
    const ofPolicy = await gateWith({ store: { key: () => ({ team: 'sales' }), team: () => undefined } })
    assert.equal((await ofPolicy.gate.decide(call(undefined, 'agent-456'))).decision, true)
    const lost = await gateWith({ store: { key: () => ({ team: 'ghost', agents: 'all' }), team: () => undefined } })
    assert.equal((await lost.gate.decide(call())).context.reason, 'team_unknown')
  })

  for (const [why, store, reason] of /** @type {[string, any, string][]} */ ([
    ['throws', { key: () => { throw new Error('10.0.0.7 refused') } }, 'key_unavailable'],
    ['rejects', { key: async () => { throw new Error('10.0.0.7 refused') } }, 'key_unavailable'],
    ['has no function for it', {}, 'key_unavailable'],
    ['loses the team', { key: () => ({ team: 't' }), team: () => { throw new Error('10.0.0.7 refused') } }, 'key_unavailable'],
    ['loses the team later', { key: () => ({ team: 't' }), team: async () => { throw new Error('10.0.0.7 refused') } }, 'key_unavailable'],
    ['is not there', undefined, 'key_unavailable'],
    ['knows nothing', { key: () => undefined }, 'key_unknown'],
    ['says null', { key: () => null }, 'key_unknown'],
    ['says nonsense', { key: () => 'all' }, 'key_record'],
    ['says nothing of use', { key: () => 5 }, 'key_record'],
    ['says what is no JSON', { key: () => ({ spend: 5n }) }, 'key_record'],
    ['says that the team is nonsense', { key: () => ({ team: 't', agents: 'all' }), team: () => 'all' }, 'key_record'],
  ])) {
    it(`that ${why} lets nobody in`, async () => {
      const { gate, events } = await gateWith({ store })
      const response = await gate.enforce(
        new Request('http://gate/v1/agents', { headers: { authorization: `Bearer ${KEY}` } }), () => new Response())
      assert.equal((await gate.decide(call())).context.reason, reason)
      const isDown = reason === 'key_unavailable'
      assert.equal(response.status, reason === 'key_unknown' ? 401 : 503)
      assert.equal(events.some(({ event }) => event === 'store_unavailable'), isDown)
      assert.doesNotMatch(await response.text(), /10\.0\.0\.7/)
      assert.doesNotMatch(JSON.stringify(events), new RegExp(`${KEY}|${sha256(KEY)}`))
      assert.equal(events.some(({ event }) => event === 'engine_fault'), false)
    })
  }

  it('that closes the gate meanwhile lets nobody in', async () => {
    /** @type {import('../../pkg/index.d.ts').Gate} */
    let gate
    const made = await gateWith({ store: { key: () => { gate.close(); return { agents: 'all' } } } })
    gate = made.gate
    assert.equal((await gate.decide(call())).context.reason, 'policy_invalid')
  })

  it('that asks the gate itself gets an answer, and so does who asked first', async () => {
    /** @type {import('../../pkg/index.d.ts').Gate} */
    let gate
    /** @type {any} */
    let inner
    const store = { key: () => { inner ??= gate.decide({ method: 'GET', url: '/v1/agents', headers: {} }); return { agents: ['agent-123'] } } }
    gate = (await gateWith({ store })).gate
    assert.equal((await gate.decide(call())).context.reason, 'allowed')
    assert.equal((await inner).context.reason, 'credentials_missing')
  })

  it('is asked again each time, so that a blocked key is blocked at once', async () => {
    let blocked = false
    const { gate } = await gateWith({ store: { key: () => ({ agents: 'all', blocked }) } })
    assert.equal((await gate.decide(call())).context.reason, 'allowed')
    blocked = true
    assert.equal((await gate.decide(call())).context.reason, 'key_blocked')
  })

  it('is not asked for tokens', async () => {
    const both = policyWith({}, { routes: { profile: 'litellm' } })
    const store = { key: () => { throw new Error('asked') } }
    const { gate, events } = await gateWith({
      policy: { ...both, authentication: { ...both.authentication, virtual_keys: {} } }, secrets, store,
    })
    const token = `Bearer ${hs256({ scopes: ['agents:run'] })}`
    for (let i = 0; i < 2; i += 1) assert.equal((await gate.decide(call({ authorization: token }))).decision, true)
    assert.deepEqual(events, [])
    const two = { authorization: token, 'x-api-key': KEY }
    assert.equal((await gate.decide(call(two))).context.reason, 'credentials_ambiguous')
  })

  it('finds keys in every header of the policy, however the headers are given', async () => {
    const { gate } = await gateWith({ store: memoryStore({ keys: [{ key: KEY, agents: 'all' }] }) })
    const names = ['X-LiteLLM-API-Key', 'api-key', 'x-api-key', 'x-goog-api-key', 'Ocp-Apim-Subscription-Key']
    for (const name of names) {
      for (const headers of [{ [name]: KEY }, [[name, KEY]], new Headers({ [name]: KEY })]) {
        assert.equal((await gate.decide(call(/** @type {any} */ (headers)))).decision, true, name)
      }
    }
    const twice = call(/** @type {any} */ ({ 'x-api-key': [KEY, 'sk-another-key'] }))
    assert.equal((await gate.decide(twice)).context.reason, 'credentials_ambiguous')
    const broken = call({ 'x-api-key': `${KEY}\nsk-another-key` })
    assert.equal((await gate.decide(broken)).context.reason, 'credentials_ambiguous')
    assert.equal((await gate.decide(call({ 'x-other': KEY }))).context.reason, 'credentials_missing')
  })
})

describe('what a subject of a tenant may do', () => {
  it('leaves out the agents of others', async () => {
    const agents = { mine: { tenant: 'acme' }, theirs: { tenant: 'other' }, everybodys: {} }
    const { gate } = await gateWith({ policy: { ...policy, agents, teams: {} } })
    const scopes = ['agents:run']
    assert.deepEqual(gate.accessible({ scopes, tenant: 'acme' }, 'agents', 'run'), ['everybodys', 'mine'])
    assert.deepEqual(gate.accessible({ scopes }, 'agents', 'run'), ['everybodys'])
    assert.deepEqual(gate.accessible({ scopes, tenant: /** @type {any} */ (5) }, 'agents', 'run'), [])
  })
})

describe('memoryStore', () => {
  it('keeps hashes and forgets keys', () => {
    const store = memoryStore({ keys: [{ key: KEY, agents: 'all' }] })
    assert.deepEqual(store.key(sha256(KEY)), { agents: 'all' })
    assert.equal(store.key(KEY), undefined)
    assert.doesNotMatch(inspect(store, { depth: 9, showHidden: true }), new RegExp(KEY))
  })

  it('keeps what it was given, whatever becomes of that', () => {
    const agents = ['agent-123']
    const store = memoryStore({ keys: [{ key: KEY, agents }], teams: { t: { agents } } })
    agents.push('agent-456')
    assert.deepEqual(store.key(sha256(KEY)), { agents: ['agent-123'] })
    assert.deepEqual(store.team?.('t'), { agents: ['agent-123'] })
    assert.equal(store.team?.('constructor'), undefined)
  })

  it('takes null for what is not there', async () => {
    const record = { key: KEY, agents: ['agent-123'], team: null, expires: null, blocked: null, max_budget: null, spend: null }
    const { gate } = await gateWith({ store: memoryStore({ keys: [/** @type {any} */ (record)] }) })
    assert.equal((await gate.decide(call())).decision, true)
    const nobody = await gateWith({ store: memoryStore({ keys: [/** @type {any} */ ({ key: KEY, agents: null })] }) })
    assert.equal((await nobody.gate.decide(call())).decision, false)
  })

  it('takes times as Date, text and seconds', async () => {
    for (const [expires, reason] of /** @type {[any, string][]} */ ([
      [new Date((NOW + 1) * 1000), 'allowed'], [new Date(NOW * 1000), 'key_expired'],
      ['2026-09-21T14:13:21Z', 'allowed'], ['2026-09-21 14:13:20z', 'key_expired'], [NOW + 0.5, 'allowed'], [0, 'key_expired'],
    ])) {
      const { gate } = await gateWith({ store: memoryStore({ keys: [{ key: KEY, agents: 'all', expires }] }) })
      assert.equal((await gate.decide(call())).context.reason, reason, String(expires))
    }
  })

  for (const [what, contents] of /** @type {[RegExp, any][]} */ ([
    [/keys\[0\]\.key is no key/, { keys: [{ key: 'sk a secret', agents: 'all' }] }],
    [/keys\[0\]\.key is no key/, { keys: [{ agents: 'all' }] }],
    [/keys\[1\] has the key of another entry/, { keys: [{ key: 'sk-secret' }, { key: 'sk-secret' }] }],
    [/keys\[0\] has no member `agent`/, { keys: [{ key: 'sk-secret', agent: 'all' }] }],
    [/keys\[0\]\.agents is `all`, `none` or a list of ids/, { keys: [{ key: 'sk-secret', agents: 'some' }] }],
    [/keys\[0\]\.agents is/, { keys: [{ key: 'sk-secret', agents: [1] }] }],
    [/keys\[0\]\.blocked is true or false/, { keys: [{ key: 'sk-secret', blocked: 'no' }] }],
    [/keys\[0\]\.expires is a Date/, { keys: [{ key: 'sk-secret', expires: 'tomorrow' }] }],
    [/keys\[0\]\.expires is a Date/, { keys: [{ key: 'sk-secret', expires: '2027-02-30' }] }],
    [/keys\[0\]\.expires is a Date/, { keys: [{ key: 'sk-secret', expires: Date.now() }] }],
    [/keys\[0\]\.expires is a Date/, { keys: [{ key: 'sk-secret', expires: new Date(NaN) }] }],
    [/keys\[0\] has `max_budget`, and no `spend`/, { keys: [{ key: 'sk-secret', max_budget: 1 }] }],
    [/keys\[0\]\.ceiling is/, { keys: [{ key: 'sk-secret', ceiling: { agent: [] } }] }],
    [/keys\[0\] is no object/, { keys: ['sk-secret'] }],
    [/teams\.t has no member `agent`/, { teams: { t: { agent: 'all' } } }],
    [/teams\.t is no object/, { teams: { t: 'all' } }],
    [/`keys` is a list/, { keys: {} }],
  ])) {
    it(`says ${what}, and no key`, () => {
      assert.throws(() => memoryStore(contents), (/** @type {any} */ error) => {
        assert.ok(error instanceof TypeError)
        assert.match(error.message, what)
        assert.doesNotMatch(error.message, /secret/)
        return true
      })
    })
  }
})

describe('what goes on', () => {
  const store = memoryStore({ keys: [{ key: KEY, agents: ['agent-123'], subject: 'robot', session: 's-1' }] })
  const ask = async (/** @type {Record<string, string>} */ headers, /** @type {any} */ other = {}) => {
    const { gate } = await gateWith({ store, ...other })
    /** @type {Request[]} */
    const sent = []
    const request = new Request('http://gate/a2a/support', { method: 'POST', headers })
    const response = await gate.enforce(request, (forwarded) => { sent.push(forwarded); return new Response('ok') })
    return { response, sent: sent[0] }
  }

  it('has the key in it, and says who was verified', async () => {
    const { sent } = await ask({ 'x-litellm-api-key': KEY, connection: 'x-litellm-api-key, x-hop', 'x-hop': '1' })
    assert.equal(sent.headers.get('x-litellm-api-key'), KEY)
    assert.equal(sent.headers.get('x-hop'), null)
    assert.deepEqual(['subject', 'session'].map((name) => sent.headers.get(`x-gatewright-${name}`)), ['robot', 's-1'])
  })

  it('has no header that LiteLLM would read another key from', async () => {
    const keys = { headers: ['x-litellm-api-key'] }
    const { sent } = await ask(
      { authorization: `Bearer ${KEY}`, 'x-api-key': 'sk-of-somebody-else', 'api-key': 'sk-of-somebody-else' },
      { policy: { ...policy, authentication: { virtual_keys: keys } } },
    )
    assert.deepEqual(['authorization', 'x-api-key', 'api-key'].map((name) => sent.headers.get(name)), [`Bearer ${KEY}`, null, null])
  })

  it('has no credential but the one that the gate has read', async () => {
    const both = policyWith({}, { routes: { profile: 'litellm' } })
    const credential = { header: 'x-token' }
    const { sent } = await ask(
      { 'x-token': hs256({ scopes: ['agents:run'] }), authorization: 'Bearer sk-of-somebody-else', 'x-litellm-api-key': 'sk-of-another' },
      { policy: { ...both, authentication: { ...both.authentication, credential } }, secrets },
    )
    assert.deepEqual(['x-token', 'authorization', 'x-litellm-api-key'].map((name) => sent.headers.has(name)), [true, false, false])
  })

  it('is recorded under the id of the agent, not its name', async () => {
    const { gate } = await gateWith({ store })
    for (const explain of [false, true]) {
      const { context } = await gate.decide(call(undefined, 'support'), { explain })
      assert.deepEqual(context.resource, { type: 'agent', id: 'agent-123' })
    }
  })
})
