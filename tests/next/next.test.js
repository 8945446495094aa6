// The gate as Next's proxy, and as its middleware at the edge: a real Next is built, started, and asked.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { after, before, describe, it } from 'node:test'
import { createGate } from '../../pkg/node.js'
import { gatewright } from '../../pkg/next.js'
import { ask } from '../js/servers.js'
import { NOW, hs256, keyPair, policyWith, secrets } from '../js/tokens.js'
import { build, install, packages, serve } from './project.js'

const RUN = '/agents/web-search-agent/runs'
const soon = Math.floor(Date.now() / 1000) + 3600
const token = (/** @type {string[]} */ ...scopes) => hs256({ scopes, exp: soon })
const forged = { 'x-gatewright-subject': 'eve', x_gatewright_session: 'eve', 'X-Gatewright': 'eve', 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy' }

/** Lets routes through that it does not know. */
const open = policyWith({}, { isolation: 'off', routes: { profile: 'agentos', flavour: 'agno-3.1', rules: [{ method: 'GET', path: '/vault', scopes: ['vault:read'] }] } })

before(install, { timeout: 60_000 })

for (const place of /** @type {const} */ (['proxy', 'middleware'])) {
  describe(`the gate as ${place} of Next`, () => {
    /** @type {Awaited<ReturnType<typeof serve>>} */
    let server
    before(async () => {
      build(place, open, secrets)
      server = await serve(place, open, secrets)
    }, { timeout: 240_000 })
    after(() => server.close())

    it('hands on what is allowed, with the verified identity and its body', async () => {
      const { status, text } = await ask(server.port, `${RUN}?x=1`, { method: 'POST', token: token('agents:web-search-agent:run'), body: '{"m":1}', headers: forged })
      assert.equal(status, 200)
      const { gate, ...rest } = JSON.parse(text)
      assert.deepEqual(rest, { id: 'web-search-agent', type: 'application/json', body: { m: 1 } })
      assert.deepEqual(Object.keys(gate).sort(), ['x-gatewright-decision', 'x-gatewright-subject'])
      assert.equal(gate['x-gatewright-subject'], 'web_user')
    })

    it('answers what is denied, and runs no handler', async () => {
      for (const [path, sent, expected] of /** @type {const} */ ([
        [RUN, undefined, 401], [RUN, token(), 403], ['/agents/ghost/runs', token('agents:web-search-agent:run'), 403],
      ])) {
        const { status, headers, text } = await ask(server.port, path, { method: 'POST', token: sent, body: '{}' })
        assert.equal(status, expected)
        assert.equal(headers['cache-control'], 'no-store')
        assert.equal(headers['www-authenticate'] !== undefined, true)
        assert.equal(typeof JSON.parse(text).detail, 'string')
      }
    })

    it('serves no known path by another spelling', async () => {
      for (const path of ['/vault', '/Vault', '/VAULT', '/%76ault', '/%56ault', '/agents/../vault', '/agents/%2e%2e/vault', '/./vault', '/vault.rsc', '/vault?_rsc=1', '/vault%2f', '/x%2f..%2fvault', '/_next/data/x/vault.json']) {
        const { status, text } = await ask(server.port, path, { token: token() })
        assert.match(String(status), /^40[0-4]$/, path)
        assert.doesNotMatch(text, /opened/)
      }
      // Next sends these elsewhere before anybody is asked.
      for (const path of ['/vault/', '//vault', '/\\vault']) {
        const { status, headers } = await ask(server.port, path, { token: token() })
        assert.deepEqual([status, headers.location], [308, '/vault'], path)
      }
      assert.equal((await ask(server.port, '/vault', { token: token(), method: 'HEAD' })).status, 403)
      assert.equal((await ask(server.port, '/vault', { token: token('vault:read') })).text, 'opened')
      assert.equal((await ask(server.port, '/open/Some-Id', { token: token() })).text, 'anybody')
    })

    it('is asked about the path before a rewrite', async () => {
      assert.equal((await ask(server.port, '/safe', { token: token() })).text, 'opened')
    })

    it('denies lists that would have to be filtered', async () => {
      assert.equal((await ask(server.port, '/agents', { token: token('agents:a:read') })).status, 502)
      assert.equal((await ask(server.port, '/agents', { token: token('agents:read') })).text, '[{"id":"a"}]')
    })

    it('denies what it cannot isolate', async () => {
      const isolating = await serve(place, policyWith(), secrets)
      try {
        const { status } = await ask(isolating.port, RUN, { method: 'POST', token: token('agents:web-search-agent:run'), body: '{}' })
        assert.equal(status, 403)
        assert.deepEqual(isolating.reasons(), ['isolation_unsupported'])
      } finally {
        isolating.close()
      }
    })
  })
}

describe('the middleware for Next', () => {
  const { NextRequest, NextResponse } = createRequire(`${packages}/`)('next/server')
  const options = { policy: open, secrets, now: () => NOW, report: () => {} }

  it('is not made without a `NextResponse`', async () => {
    const gate = await createGate(options)
    for (const none of [undefined, {}, Response]) {
      assert.throws(() => gatewright(gate, /** @type {any} */ (none)), { name: 'TypeError', message: /`NextResponse` of `next\/server` is missing/ })
    }
  })

  it('says by the real one which headers the request goes on with', async () => {
    const middleware = gatewright(await createGate(options), NextResponse)
    const headers = { ...forged, authorization: `Bearer ${hs256()}`, 'x-kept': '1' }
    const response = await middleware(new NextRequest(`http://gate.example${RUN}`, { method: 'POST', headers, body: '{}' }))
    assert.ok(response instanceof NextResponse)
    assert.equal(response.headers.get('x-middleware-next'), '1')
    const kept = response.headers.get('x-middleware-override-headers')?.split(',').sort()
    assert.deepEqual(kept, ['authorization', 'content-type', 'x-gatewright-decision', 'x-gatewright-subject', 'x-kept', 'x-middleware-subrequest'])
    assert.equal(response.headers.get('x-middleware-request-x-gatewright-subject'), 'web_user')
  })

  it('keeps the isolate alive for what outlasts a request', async () => {
    /** @type {unknown[]} */
    const work = []
    const pair = keyPair('ES256', 'a')
    const fetch = async () => Response.json({ keys: [pair.jwk] }, { headers: { 'cache-control': 'max-age=600' } })
    let time = NOW
    const policy = policyWith({ keys: undefined, jwks_uri: 'https://id.example/keys', algorithms: ['ES256'] })
    const gate = await createGate({ ...options, policy, fetch, now: () => time })
    assert.equal(await gate.ready(), true)
    const middleware = gatewright(gate, NextResponse)
    for (const [later, count] of [[0, 0], [590, 1]]) {
      time = NOW + later
      const asked = new NextRequest('http://gate.example/nowhere', { headers: { authorization: `Bearer ${pair.token()}` } })
      await middleware(asked, { waitUntil: (/** @type {Promise<unknown>} */ promise) => { work.push(promise) } })
      assert.equal(work.length, count)
    }
  })

  it('denies everything while there is no valid policy', async (t) => {
    t.mock.method(console, 'error', () => {})
    const middleware = gatewright(() => createGate({ ...options, policy: { version: 2 } }), NextResponse)
    assert.equal((await middleware(new NextRequest('http://gate.example/health'))).status, 503)
  })
})
