import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PolicyError, createGate, init } from '../../pkg/node.js'
import { NOW, hs256, keyPair, policyWith, request, run, secrets } from './tokens.js'

const policy = policyWith()
/** @param {Partial<import('../../pkg/index.d.ts').GateOptions>} [options] */
const gateWith = (options) => createGate({ policy, secrets, now: () => NOW, report: () => {}, ...options })
/** @param {import('../../pkg/index.d.ts').Gate} gate @param {Parameters<import('../../pkg/index.d.ts').Gate['decide']>[0]} request */
const reasonOf = async (gate, request) => (await gate.decide(request)).context.reason

describe('a decision', () => {
  it('has the shape of AuthZEN', async () => {
    const gate = await gateWith()
    assert.deepEqual(await gate.decide(run(hs256())), {
      decision: true,
      context: {
        reason: 'allowed', message: 'every layer agreed', subject: 'web_user', action: 'run',
        resource: { type: 'agent', id: 'web-search-agent' }, policy: gate.policy, obligations: [], approval: null,
      },
    })
    assert.match(gate.policy, /^sha256:[0-9a-f]{64}$/)
  })

  it('says more when it is asked to, and the same', async () => {
    const gate = await gateWith()
    for (const asked of [run(hs256()), run(hs256(), 'finance-agent'), run(), run('x.y.z')]) {
      const short = await gate.decide(asked)
      const long = await gate.decide(asked, { explain: true })
      assert.equal(long.decision, short.decision)
      for (const member of /** @type {const} */ (['reason', 'subject', 'action', 'resource', 'policy'])) {
        assert.deepEqual(long.context[member], short.context[member], member)
      }
      assert.ok(long.context.trace?.length)
    }
    const denied = await gate.decide(run(hs256(), 'finance-agent'), { explain: true })
    assert.deepEqual(denied.context.scopes, ['agents:finance-agent:run'])
  })

  it('decodes the id of a resource', async () => {
    const gate = await gateWith()
    const { context } = await gate.decide(run(hs256(), 'caf%C3%A9%20noir'))
    assert.deepEqual(context.resource, { type: 'agent', id: 'café noir' })
  })

  it('is the same for everything that looks like a request', async () => {
    const gate = await gateWith()
    const url = 'http://gate.example/agents/web-search-agent/runs?stream=true'
    const authorization = `Bearer ${hs256()}`
    for (const headers of [
      { authorization }, { Authorization: authorization }, { authorization: [authorization] },
      [['Authorization', authorization]], new Headers({ authorization }),
    ]) {
      assert.equal(await reasonOf(gate, { method: 'POST', url, headers: /** @type {any} */ (headers) }), 'allowed')
    }
    assert.equal(await reasonOf(gate, new Request(url, { method: 'POST', headers: { authorization } })), 'allowed')
  })

  it('reads a cookie behind one that is not ASCII', async () => {
    const credential = { authentication: { ...policy.authentication, credential: { cookie: 'token' } } }
    const gate = await gateWith({ policy: { ...policy, ...credential } })
    assert.equal(await reasonOf(gate, { ...run(), headers: { cookie: `name=Zoë; token=${hs256()}` } }), 'allowed')
  })

  it('is closed where two credentials are sent', async () => {
    const gate = await gateWith()
    const [one, other] = [`Bearer ${hs256()}`, `Bearer ${hs256({ sub: 'admin' })}`]
    for (const headers of [
      { authorization: [one, other] }, { authorization: one, Authorization: other },
      [['authorization', one], ['Authorization', other]],
    ]) {
      const asked = { ...run(), headers: /** @type {any} */ (headers) }
      assert.equal(await reasonOf(gate, asked), 'credentials_ambiguous')
    }
  })

  it('is closed where the clock makes no sense, and while it throws', async () => {
    for (const now of [NaN, Infinity, -1, 0, 1e18, /** @type {any} */ (undefined)]) {
      assert.equal((await (await gateWith({ now: () => now })).decide(run(hs256()))).decision, false, `${now}`)
    }
    const now = () => { throw new Error('no clock') }
    const fetching = policyWith({ algorithms: ['ES256'], keys: [], jwks_uri: 'https://id.example/jwks' })
    for (const broken of [await gateWith({ now }), await gateWith({ now, policy: fetching })]) {
      assert.equal(await reasonOf(broken, run(hs256())), 'engine_fault')
    }
  })

  for (const [why, asked, reason] of /** @type {const} */ ([
    ['a path that is too long', { ...run(hs256()), url: `/${'a'.repeat(5000)}` }, 'path_too_long'],
    ['a path of half a character', { ...run(hs256()), url: '/agents/\ud800/runs' }, 'path_encoding'],
    ['a path that is not ASCII', { ...run(hs256()), url: '/agents/é/runs' }, 'path_encoding'],
    ['a path with a fragment', { ...run(hs256()), url: '/agents/web-search-agent/runs#x' }, 'path_encoding'],
    ['a URL without a path', { ...run(hs256()), url: 'http://gate.example' }, 'path_not_absolute'],
    ['a token that is not ASCII', run(`${hs256()}é`), 'token_malformed'],
    ['a token of a megabyte', run('x'.repeat(1 << 20)), 'token_too_large'],
    ['an upgrade', { method: 'GET', url: '/workflows/ws', headers: { upgrade: 'websocket', authorization: `Bearer ${hs256()}` } }, 'route_upgrade'],
  ])) {
    it(`is closed for ${why}`, async () => assert.equal(await reasonOf(await gateWith(), asked), reason))
  }
})

describe('time', () => {
  it('runs out for a token that was verified before', async () => {
    let now = NOW
    const gate = await gateWith({ now: () => now })
    const asked = run(hs256({ exp: NOW + 60 }))
    assert.equal(await reasonOf(gate, asked), 'allowed')
    now = NOW + 59
    assert.equal(await reasonOf(gate, asked), 'allowed')
    now = NOW + 60
    assert.equal(await reasonOf(gate, asked), 'token_expired')
  })

  it('makes the platform verify a token again after 300 seconds', async (t) => {
    let now = NOW
    const { jwk, token } = keyPair('ES384', 'k1')
    const gate = await gateWith({ now: () => now, policy: policyWith({ algorithms: ['ES384'], keys: [{ jwk }] }) })
    const verify = t.mock.method(crypto.subtle, 'verify')
    const asked = run(token())
    for (const [after, verified] of [[0, 1], [1, 1], [299, 1], [300, 2], [599, 2]]) {
      now = NOW + after
      assert.equal(await reasonOf(gate, asked), 'allowed')
      assert.equal(verify.mock.callCount(), verified, `after ${after} s`)
    }
  })
})

describe('a signature', () => {
  for (const alg of ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']) {
    it(`of ${alg} is verified by the platform`, async () => {
      const [good, other] = [keyPair(alg, 'k1'), keyPair(alg, 'k1')]
      const gate = await gateWith({ policy: policyWith({ algorithms: [alg], keys: [{ jwk: good.jwk }] }) })
      assert.equal(await reasonOf(gate, run(good.token())), 'allowed')
      assert.equal(await reasonOf(gate, run(other.token())), 'token_signature')
      assert.equal(await reasonOf(gate, run(good.token({ exp: NOW }))), 'token_expired')
      const cut = good.token().slice(0, -12)
      assert.equal((await gate.decide(run(cut))).decision, false)
    })
  }

  it('is tried with every key that could be meant', async () => {
    const [one, two] = [keyPair('ES256', 'same'), keyPair('ES256', 'same')]
    const jwks = [one, two].map(({ jwk: { kid, ...jwk } }) => ({ jwk }))
    const gate = await gateWith({ policy: policyWith({ algorithms: ['ES256'], keys: jwks }) })
    for (const { token } of [one, two]) {
      assert.equal(await reasonOf(gate, run(token({}, { kid: undefined }))), 'allowed')
    }
  })

  it('that the platform cannot look at is not believed', async (t) => {
    const { jwk, token } = keyPair('ES384', 'k1')
    const gate = await gateWith({ policy: policyWith({ algorithms: ['ES384'], keys: [{ jwk }] }) })
    const broken = t.mock.method(crypto.subtle, 'verify', async () => { throw new Error('out of order') })
    assert.equal(await reasonOf(gate, run(token())), 'verification_failed')
    broken.mock.restore()
    assert.equal(await reasonOf(gate, run(token())), 'allowed')
  })

  it('by a key that the platform does not take is none, and said so once', async (t) => {
    const { jwk, token } = keyPair('ES384', 'k1')
    /** @type {any[]} */
    const events = []
    const gate = await gateWith({
      policy: policyWith({ algorithms: ['ES384'], keys: [{ jwk }] }), report: (event) => events.push(event),
    })
    t.mock.method(crypto.subtle, 'importKey', async () => { throw new Error('not this one') })
    for (let i = 0; i < 3; i += 1) assert.equal((await gate.decide(run(token()))).decision, false)
    assert.deepEqual(events.map(({ event, issuer, alg }) => [event, issuer, alg]), [['key_unusable', 'main', 'ES384']])
  })

  it('is verified though the memory of the module grows meanwhile', async (t) => {
    const { jwk, token } = keyPair('ES384', 'k1')
    const gate = await gateWith({ policy: policyWith({ algorithms: ['ES384'], keys: [{ jwk }] }) })
    const { importKey } = crypto.subtle
    t.mock.method(crypto.subtle, 'importKey', async (/** @type {Parameters<typeof importKey>} */ ...key) => {
      const agents = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`agent-${index}`, {}]))
      await gateWith({ policy: policyWith({}, { agents }) })
      return importKey.apply(crypto.subtle, key)
    })
    assert.equal(await reasonOf(gate, run(token())), 'allowed')
  })

  it('of many requests at once is each verified for its own request', async () => {
    const { jwk, token } = keyPair('ES384', 'k1')
    const gate = await gateWith({ policy: policyWith({ algorithms: ['ES384'], keys: [{ jwk }] }) })
    const subjects = Array.from({ length: 40 }, (_, index) => `user-${index}`)
    const decisions = await Promise.all(subjects.map((sub) => gate.decide(run(token({ sub })))))
    assert.deepEqual(decisions.map(({ context }) => context.subject), subjects)
  })
})

describe('a policy', () => {
  for (const [why, broken, code, pointer] of /** @type {const} */ ([
    ['that is not JSON', '{"version":', 'policy_syntax', ''],
    ['that is missing', /** @type {any} */ (undefined), 'policy_syntax', ''],
    ['with a member nobody knows', { ...policy, requires_aproval: true }, 'policy_unknown_member', '/requires_aproval'],
    ['with half a character', { ...policy, '\ud800': 1 }, undefined, undefined],
  ])) {
    it(`${why} makes no gate`, async () => {
      await assert.rejects(gateWith({ policy: broken }), (error) => {
        assert.ok(error instanceof PolicyError)
        if (code) assert.deepEqual([error.code, error.pointer], [code, pointer])
        return true
      })
    })
  }

  it('can be text, and says where it is wrong', async () => {
    assert.equal((await gateWith({ policy: JSON.stringify(policy) })).policy, (await gateWith()).policy)
    await assert.rejects(gateWith({ policy: '{\n "version": one }' }), { name: 'PolicyError', line: 2 })
  })

  it('whose secret is missing or no text makes no gate, and the error does not hold it', async () => {
    await assert.rejects(gateWith({ secrets: {} }), { code: 'policy_secret_missing' })
    await assert.rejects(gateWith({ secrets: { KEY: 12345 } }), { code: 'policy_secret_type', message: /^(?!.*12345)/ })
    await assert.rejects(gateWith({ secrets: Object.create(secrets) }), { code: 'policy_secret_missing' })
    const weak = 'short-secret'
    await assert.rejects(gateWith({ secrets: { KEY: weak } }), (error) => !String(error).includes(weak))
  })

  it('reads no other secret', async () => {
    const others = { ...secrets, get OTHER() { throw new Error('read') } }
    assert.equal(await reasonOf(await gateWith({ secrets: others }), run(hs256())), 'allowed')
  })

  it('does not change another one', async () => {
    const strict = await gateWith()
    const closed = await gateWith({ policy: policyWith({}, { agents: {} }) })
    assert.equal(await reasonOf(strict, run(hs256())), 'allowed')
    assert.equal(await reasonOf(closed, run(hs256())), 'agent_unknown')
    closed.close()
    assert.equal(await reasonOf(strict, run(hs256())), 'allowed')
  })
})

describe('a gate', () => {
  it('says what somebody may do something to', async () => {
    const gate = await gateWith()
    assert.deepEqual(gate.accessible({ scopes: ['agents:a:run', 'agents:b:read'] }, 'agents', 'read'), ['b'])
    assert.equal(gate.accessible({ scopes: ['agents:read'] }, 'agents', 'read'), 'all')
    assert.deepEqual(gate.accessible({ scopes: [] }, 'agents', 'read'), [])
    assert.deepEqual(gate.accessible(/** @type {any} */ ({ scopes: 'agents:read' }), 'agents', 'read'), [])
    assert.deepEqual(gate.accessible({ scopes: ['agents:read'] }, 'agents', 'burn'), [])
  })

  it('denies everything once it is closed', async () => {
    const gate = await gateWith()
    gate.close()
    gate.close()
    assert.equal(await reasonOf(gate, run(hs256())), 'policy_invalid')
    assert.equal((await gate.enforce(request('/health'), () => new Response())).status, 503)
    assert.deepEqual(gate.accessible({ scopes: ['agents:read'] }, 'agents', 'read'), [])
    assert.equal(await gate.ready(), false)
  })

  it('denies who was waiting when it was closed, though another gate has its place', async () => {
    const { jwk, token } = keyPair('ES384', 'k1')
    const policy = policyWith({ algorithms: ['ES384'], keys: [{ jwk }] })
    const gate = await gateWith({ policy })
    const waiting = gate.decide(run(token()))
    gate.close()
    const next = await gateWith({ policy })
    assert.equal((await waiting).context.reason, 'policy_invalid')
    assert.equal(await reasonOf(next, run(token())), 'allowed')
  })

  it('is not brought down by a listener', async () => {
    const gate = await gateWith({ report: () => { throw new Error('full disk') } })
    const { error } = console
    console.error = () => {}
    const response = await gate.enforce(request('/agents'), () => new Response())
    console.error = error
    assert.equal(response.status, 401)
  })

  it('has nothing to wait for in Node', async () => assert.equal(await init(), undefined))
})
