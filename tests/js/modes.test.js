// Requests while a kill switch is pulled, and while the policy only watches.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createGate, memoryStore } from '../../pkg/node.js'
import { NOW, hs256, policyWith, request, run, secrets } from './tokens.js'

/** @param {object} [other] @param {object} [options] */
const gateWith = (other, options) =>
  createGate({ policy: policyWith({ claims: { tenant: 'org' } }, other), secrets, now: () => NOW, report() {}, ...options })

const token = (/** @type {object} */ other = {}) => hs256({ org: 'acme', ...other })
const list = { method: 'GET', url: '/agents', headers: { authorization: `Bearer ${token()}` } }

describe('a kill switch', () => {
  for (const [pulled, stopped, going] of /** @type {const} */ ([
    [{ stop: 'all' }, 'switch_all', []],
    [{ stop: 'writes' }, 'switch_writes', [list]],
    [{ stop: 'tenant', id: 'acme' }, 'switch_tenant', [run(token({ org: 'other' }))]],
    [{ stop: 'agent', id: 'web-search-agent' }, 'switch_agent', [list]],
    [{ stop: 'subject', id: 'web_user' }, 'switch_subject', [run(token({ sub: 'other' }))]],
    [{ stop: 'action', id: 'run' }, 'switch_action', [list]],
  ])) {
    it(`for ${pulled.stop} in the policy stops what it is for, and nothing else`, async () => {
      const gate = await gateWith({ switches: [pulled] })
      assert.equal((await gate.decide(run(token()))).context.reason, stopped)
      for (const one of going) assert.equal((await gate.decide(one)).decision, true)
    })

    it(`for ${pulled.stop} in the store takes effect at once, and ends at once`, async () => {
      const store = memoryStore()
      const gate = await gateWith({}, { store })
      assert.equal((await gate.decide(run(token()))).decision, true)
      store.switches = [pulled]
      assert.equal((await gate.decide(run(token()))).context.reason, stopped)
      store.switches = []
      assert.equal((await gate.decide(run(token()))).decision, true)
    })
  }

  it('says in the trace who pulled it, and why', async () => {
    const gate = await gateWith({ switches: [{ stop: 'all', by: 'ops', at: '2026-11-24T10:00:00Z', why: 'an incident' }] })
    const { context } = await gate.decide(run(token()), { explain: true })
    assert.match(JSON.stringify(context.trace), /by ops at 2026-11-24T10:00:00Z because an incident/)
  })

  it('stops nobody on a public route', async () => {
    const gate = await gateWith({ switches: [{ stop: 'all' }] })
    assert.equal((await gate.decide({ method: 'GET', url: '/health', headers: {} })).context.reason, 'public')
  })

  it('is told to nobody who is not known, unless it stops everything', async () => {
    const gate = await gateWith({ switches: [{ stop: 'agent', id: 'web-search-agent' }] })
    assert.equal((await gate.decide(run())).context.reason, 'credentials_missing')
  })

  for (const [why, switches] of /** @type {const} */ ([
    ['cannot be read', () => [{ stop: 'evrything' }]],
    ['fails', () => { throw new Error('out of order') }],
  ])) {
    it(`of a store that ${why} stops everything, and is reported`, async () => {
      /** @type {any[]} */
      const events = []
      const store = { get switches() { return /** @type {any} */ (switches()) } }
      const gate = await gateWith({}, { store, report: (/** @type {any} */ event) => events.push(event.event) })
      for (let i = 0; i < 2; i += 1) assert.equal((await gate.decide(run(token()))).context.reason, 'switch_unreadable')
      assert.ok(events.includes('store_unavailable'))
    })
  }
})

describe('a policy that only watches', () => {
  const agents = { 'web-search-agent': {}, 'old-agent': { active: false } }
  const everything = hs256({ org: 'acme', scopes: ['agents:read', 'agents:*:run'] })

  for (const [why, asked, reason] of /** @type {const} */ ([
    ['a missing scope', run(token(), 'finance-agent'), 'scope_missing'],
    ['an unknown agent', run(everything, 'no-such-agent'), 'agent_unknown'],
    ['an unknown route', { ...run(token()), url: '/no/such/route' }, 'route_unmatched'],
  ])) {
    it(`lets ${why} through, and says so`, async () => {
      const gate = await gateWith({ mode: 'shadow', agents })
      for (const explain of [false, true]) {
        const { decision, context } = await gate.decide(asked, { explain })
        assert.deepEqual([decision, context.reason, context.shadowed], [true, 'shadowed', reason])
      }
    })
  }

  for (const [why, asked, reason] of /** @type {const} */ ([
    ['no token', run(), 'credentials_missing'],
    ['an expired token', run(token({ exp: NOW })), 'token_expired'],
    ['an agent that is switched off', run(everything, 'old-agent'), 'agent_inactive'],
    ['one that is switched off and not in the scopes', run(token(), 'old-agent'), 'agent_inactive'],
    ['a path that could be read in two ways', { ...run(token()), url: '/agents/%2e%2e/users' }, 'path_dot_segment'],
    ['an upgrade', { ...run(token()), headers: { ...run(token()).headers, upgrade: 'websocket' } }, 'route_upgrade'],
  ])) {
    it(`refuses ${why} all the same`, async () => {
      const gate = await gateWith({ mode: 'shadow', agents })
      assert.equal((await gate.decide(asked)).context.reason, reason)
    })
  }

  it('refuses what a kill switch stops', async () => {
    const gate = await gateWith({ mode: 'shadow', switches: [{ stop: 'agent', id: 'web-search-agent' }] })
    assert.equal((await gate.decide(run(token()))).context.reason, 'switch_agent')
  })

  it('forwards as it came, filters nothing, and reports what it would have denied', async () => {
    /** @type {any[]} */
    const events = []
    const gate = await gateWith({ mode: 'shadow' }, { report: (/** @type {any} */ event) => events.push(event) })
    const body = JSON.stringify([{ id: 'web-search-agent' }, { id: 'secret-agent' }])
    const origin = () => new Response(body, { headers: { 'content-type': 'application/json' } })
    const one = hs256({ scopes: ['agents:web-search-agent:read'], org: 'acme' })
    const listed = await gate.enforce(request('/agents', { token: one }), origin)
    assert.equal(await listed.text(), body)
    const ran = await gate.enforce(request('/agents/finance-agent/runs', { method: 'POST', token: token(), body: 'x' }), origin)
    assert.equal(ran.status, 200)
    assert.deepEqual(events.map(({ event, reason, subject }) => [event, reason, subject]), [['shadowed', 'scope_missing', 'web_user']])
  })
})
