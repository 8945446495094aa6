// Many questions in one crossing get the answers that each would get alone.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { createGate, memoryStore } from '../../pkg/node.js'
import { initSync } from '../../pkg/wasm/gatewright.js'
import { NOW, hs256, keyPair, policyWith, secrets } from './tokens.js'

const vectors = JSON.parse(readFileSync(new URL('../vectors/decisions.json', import.meta.url), 'utf8'))

/** @typedef {import('../../pkg/index.d.ts').Gate} Gate */

/** For policies that say nothing of requests. */
const NOBODY = { authentication: { virtual_keys: {} }, routes: {} }

/** @param {Partial<import('../../pkg/index.d.ts').GateOptions>} [options] */
const gateWith = (options) => createGate({ policy: policyWith(), secrets, now: () => NOW, report: () => {}, ...options })

const PATHS = ['/agents', '/agents/web-search-agent/runs', '/agents/finance-agent/runs', '/health', '/nothing', '/agents//x', '/agents/%2e%2e/users', 'no path', '/ä', '/agents/ä/runs', `/${'x'.repeat(9000)}`]
const REQUESTS = PATHS.flatMap((url) => ['GET', 'POST', 'BREW'].map((method) => ({ method, url })))

/**
 * @param {Gate} gate
 * @param {Record<string, string>} headers
 * @param {{ method: string, url: string }[]} [requests]
 */
async function same(gate, headers, requests = REQUESTS) {
  const together = await gate.decideAll({ headers }, requests)
  const alone = []
  for (const request of requests) {
    const { decision, context } = await gate.decide({ ...request, headers })
    alone.push({ decision, reason: context.reason, ...(context.shadowed !== undefined && { shadowed: context.shadowed }) })
  }
  assert.deepEqual(together, alone)
  return new Set(together.map(({ reason }) => reason))
}

const bearer = (/** @type {string} */ token) => ({ authorization: `Bearer ${token}` })

describe('decideAll answers as decide does', () => {
  it('to the vectors of every caller', async () => {
    const { policy, now, tokens, cases } = vectors
    const gate = await gateWith({ policy, secrets: vectors.secrets, now: () => now })
    const requests = cases.map((/** @type {any} */ { request }) => ({ method: request.method, url: request.path }))
    const reasons = new Set()
    for (const token of Object.values(tokens)) for (const reason of await same(gate, bearer(token), requests)) reasons.add(reason)
    assert.ok(reasons.size > 20, [...reasons].join(' '))
  })

  it('without a credential, and with one that is none', async () => {
    const gate = await gateWith()
    for (const headers of [{}, { authorization: 'Bearer' }, { authorization: 'Basic eA==' }, bearer('a.b.c'), bearer('x'.repeat(300_000))]) {
      assert.ok(!(await same(gate, headers)).has('allowed'))
    }
  })

  it('to who wants to upgrade', async () => {
    assert.ok((await same(await gateWith(), { ...bearer(hs256()), upgrade: 'websocket' })).has('route_upgrade'))
  })

  it('to tokens that the platform verifies', async () => {
    for (const alg of ['RS256', 'EdDSA']) {
      const { jwk, token } = keyPair(alg, 'k1')
      const gate = await gateWith({ policy: policyWith({ algorithms: [alg], keys: [{ jwk }] }) })
      assert.ok((await same(gate, bearer(token()))).has('allowed'), alg)
      const forged = `${token().slice(0, -6)}AAAAAA`
      assert.ok((await same(gate, bearer(forged))).has('token_signature'), alg)
    }
  })

  it('to tokens whose keys have to be fetched', async () => {
    const { jwk, token } = keyPair('ES256', 'k1')
    const fetch = async () => Response.json({ keys: [jwk] })
    const policy = policyWith({ algorithms: ['ES256'], keys: [], jwks_uri: 'https://id.example/jwks' })
    const gate = await gateWith({ policy, fetch })
    const verdicts = await gate.decideAll({ headers: bearer(token()) }, REQUESTS)
    assert.ok(verdicts.some(({ decision }) => decision))
    await same(gate, bearer(token()))
    const lost = await gateWith({ policy, fetch: async () => new Response('', { status: 500 }) })
    assert.ok((await same(lost, bearer(token()))).has('token_keys_unavailable'))
  })

  it('to virtual keys, looked up once', async () => {
    const policy = { version: 1, authentication: { virtual_keys: {} }, routes: { profile: 'litellm' } }
    const memory = memoryStore({ keys: [{ key: 'sk-good-key-0001', agents: ['a'] }, { key: 'sk-gone-key-0001', blocked: true }] })
    const requests = ['a', 'b'].flatMap((id) => [{ method: 'POST', url: `/a2a/${id}` }, { method: 'GET', url: `/a2a/${id}/.well-known/agent-card.json` }])
    let asked = 0
    const key = (/** @type {string} */ hash) => { asked += 1; return memory.key?.(hash) }
    for (const store of [{ key }, { key: async (/** @type {string} */ hash) => key(hash) }]) {
      const gate = await gateWith({ policy, store })
      asked = 0
      assert.deepEqual((await gate.decideAll({ headers: bearer('sk-good-key-0001') }, requests)).map(({ decision }) => decision), [true, true, false, false])
      assert.equal(asked, 1)
      for (const name of ['sk-good-key-0001', 'sk-gone-key-0001', 'sk-none-key-0001']) await same(gate, bearer(name), requests)
    }
    const broken = await gateWith({ policy, store: { key: () => { throw new Error('no') } } })
    assert.deepEqual([...await same(broken, bearer('sk-good-key-0001'), requests)], ['key_unavailable'])
  })

  it('in shadow mode', async () => {
    const gate = await gateWith({ policy: policyWith({}, { mode: 'shadow' }) })
    const verdicts = await gate.decideAll({ headers: bearer(hs256()) }, REQUESTS)
    assert.ok(verdicts.some(({ shadowed }) => shadowed === 'scope_missing'))
    await same(gate, bearer(hs256()))
  })

  it('after it was closed: no', async () => {
    const gate = await gateWith()
    gate.close()
    assert.deepEqual([...await same(gate, bearer(hs256()))], ['policy_invalid'])
  })
})

describe('checkAll', () => {
  it('answers as check does to whom nothing was spent or approved for', async () => {
    const policy = {
      version: 1,
      ...NOBODY,
      agents: {
        support: { permissions: [{ action: 'stripe.refund', max_amount: 100 }, { action: 'stripe.refund', max_amount: 500, requires_approval: true }, { action: 'mail.send' }] },
        idle: { active: false, permissions: [{ action: 'mail.send' }] },
        watched: { shadow: true, permissions: [{ action: 'mail.send' }] },
      },
      budgets: [{ name: 'mails', actions: ['mail.send'], calls: 1, window_seconds: 60 }],
      switches: [{ stop: 'action', id: 'db.drop' }],
    }
    const questions = ['support', 'idle', 'watched', 'stranger', ''].flatMap((agent) =>
      ['stripe.refund', 'mail.send', 'db.drop', ''].flatMap((action) =>
        [{}, { amount: 50 }, { amount: 300 }, { amount: 501 }, { amount: '5' }, []].map((context) => ({ agent, action, context }))),
    )
    const gate = await gateWith({ policy })
    const expected = []
    for (const { agent, action, context } of questions) {
      // A store for each, since a check spends.
      const alone = await gateWith({ policy, store: memoryStore() })
      const { allowed, code } = alone.check(agent, action, context)
      expected.push([allowed, code])
      alone.close()
    }
    const verdicts = gate.checkAll(questions)
    assert.deepEqual(verdicts.map(({ decision, reason }) => [decision, reason]), expected)
    const reasons = new Set(verdicts.map(({ reason }) => reason))
    for (const reason of ['allowed', 'approval_required', 'amount_exceeded', 'amount_invalid', 'agent_inactive', 'agent_unknown', 'switch_action', 'context_malformed', 'name_malformed']) {
      assert.ok(reasons.has(reason), `${reason} is not among ${[...reasons].join(' ')}`)
    }
    assert.deepEqual(gate.checkAll(questions), verdicts, 'nothing was spent')
  })

  it('refuses what is no question, each for itself', async () => {
    const gate = await gateWith({ policy: { version: 1, ...NOBODY, agents: { a: { permissions: [{ action: 'x' }] } } } })
    const circle = /** @type {any} */ ({})
    circle.circle = circle
    const reasons = gate.checkAll([{ agent: 'a', action: 'x', context: circle }, { agent: 'a', action: 'x' }, { agent: /** @type {any} */ (1), action: 'x' }]).map(({ reason }) => reason)
    assert.deepEqual(reasons, ['context_malformed', 'allowed', 'name_malformed'])
    assert.equal(gate.checkAll([{ agent: 'a', action: 'x' }], { subject: 'a\n' })[0].reason, 'name_malformed')
  })
})

it('after a trap every answer is no, and the next call finds a new instance', async () => {
  const gate = await gateWith({ policy: policyWith({}, { agents: { 'web-search-agent': { permissions: [{ action: 'x' }] } } }) })
  const poison = () => new Uint8Array(initSync({ module: new Uint8Array() }).memory.buffer).fill(0xff)
  const [asked, checks] = [[{ method: 'POST', url: '/agents/web-search-agent/runs' }, { method: 'GET', url: '/health' }], [{ agent: 'web-search-agent', action: 'x' }]]
  poison()
  const trapped = await gate.decideAll({ headers: bearer(hs256()) }, asked)
  assert.deepEqual(trapped.map(({ decision }) => decision), [false, false])
  assert.deepEqual((await gate.decideAll({ headers: bearer(hs256()) }, asked)).map(({ decision }) => decision), [true, true])
  poison()
  assert.deepEqual(gate.checkAll(checks), [{ decision: false, reason: 'engine_fault' }])
  assert.deepEqual(gate.checkAll(checks), [{ decision: true, reason: 'allowed' }])
})

it('a matrix of 500 agents and 20 actions is one crossing', async () => {
  const agents = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`agent-${i}`, { permissions: [{ action: `a.${i % 20}` }] }]))
  const gate = await gateWith({ policy: policyWith({}, { agents }) })
  const questions = Object.keys(agents).flatMap((agent) => Array.from({ length: 20 }, (_, i) => ({ agent, action: `a.${i}` })))
  const verdicts = gate.checkAll(questions)
  assert.equal(verdicts.filter(({ decision }) => decision).length, 500)
  assert.equal(verdicts.length, 10_000)
})
