import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Hono } from 'hono'
import { gatewright } from '../../pkg/hono.js'
import { createGate } from '../../pkg/node.js'
import { NOW, hs256, policyWith, request, secrets } from './tokens.js'

const RUN = '/agents/web-search-agent/runs'
const options = { policy: policyWith(), secrets, now: () => NOW, report: () => {} }

/** @param {Parameters<typeof gatewright>[0]} gate */
function appWith(gate) {
  /** @type {Hono<{ Variables: import('../../pkg/hono.d.ts').GateVariables, Bindings: Record<string, unknown> }>} */
  const app = new Hono()
  app.use(gatewright(gate))
  app.post('/agents/:id/runs', async (c) => c.json({
    id: c.req.param('id'), subject: c.get('decision').context.subject, query: c.req.query(),
    header: c.req.header('x-gatewright-subject'), form: await c.req.parseBody(),
  }))
  app.get('/agents', (c) => c.json([{ id: 'a' }, { id: 'b' }], 200, { etag: '"1"', 'content-length': '21', 'x-kept': '1' }))
  app.get('/health', (c) => c.text(`well, ${c.req.header('x-gatewright-subject') ?? 'stranger'}`))
  app.get('/sessions', () => { throw new Error('broken') })
  return app
}

describe('the middleware for Hono', () => {
  it('lets through what is allowed, with the verified identity', async () => {
    const app = appWith(await createGate(options))
    const asked = request(`${RUN}?user_id=eve`, {
      method: 'POST', token: hs256(), body: new URLSearchParams({ message: 'hi' }), headers: { 'x-gatewright-subject': 'eve' },
    })
    const response = await app.fetch(asked)
    assert.equal(response.status, 200)
    assert.deepEqual(await response.json(), {
      id: 'web-search-agent', subject: 'web_user', query: { user_id: 'web_user' }, header: 'web_user',
      form: { message: 'hi', user_id: 'web_user' },
    })
  })

  it('answers what is denied, and runs no handler', async () => {
    const app = appWith(await createGate(options))
    const none = await app.fetch(request(RUN, { method: 'POST' }))
    assert.deepEqual([none.status, none.headers.get('www-authenticate')], [401, 'Bearer'])
    assert.equal((await app.fetch(request('/agents/ghost/runs', { method: 'POST', token: hs256() }))).status, 403)
    assert.equal((await app.fetch(request('/nowhere', { token: hs256() }))).status, 403)
    assert.equal((await app.fetch(request(RUN, { method: 'POST', token: hs256(), body: '{"user_id":"eve"}', headers: { 'content-type': 'application/json' } }))).status, 403)
  })

  it('filters lists, and leaves no trace of the whole one', async () => {
    const app = appWith(await createGate(options))
    const response = await app.fetch(request('/agents', { token: hs256({ scopes: ['agents:b:read'] }) }))
    assert.deepEqual(await response.json(), [{ id: 'b' }])
    const { headers } = response
    assert.deepEqual([headers.get('etag'), headers.get('content-length'), headers.get('x-kept')], [null, null, '1'])
    assert.equal(headers.get('cache-control'), 'private, no-store')
  })

  it('leaves public routes and failing handlers to Hono', async () => {
    const app = appWith(await createGate(options))
    app.onError((_, c) => c.text('oh', 500))
    assert.equal(await (await app.fetch(request('/health', { headers: { 'x-gatewright-subject': 'eve' } }))).text(), 'well, stranger')
    const failed = await app.fetch(request('/sessions', { token: hs256({ scopes: ['sessions:read'] }) }))
    assert.deepEqual([failed.status, await failed.text()], [500, 'oh'])
  })

  it('makes its gate from the first request', async () => {
    let made = 0
    const app = appWith((c) => { made += 1; return createGate({ ...options, secrets: c.env }) })
    for (let i = 0; i < 3; i += 1) {
      const response = await app.request(request(RUN, { method: 'POST', token: hs256() }), {}, secrets)
      assert.equal(response.status, 200)
    }
    assert.equal(made, 1)
  })

  it('denies everything while there is no valid policy', async (t) => {
    const log = t.mock.method(console, 'error', () => {})
    const app = appWith(() => createGate({ ...options, policy: { version: 2 } }))
    const response = await app.fetch(request('/health'))
    assert.deepEqual([response.status, await response.json()], [503, { detail: 'the gate has no valid policy' }])
    assert.match(log.mock.calls[0].arguments[0], /"event":"policy_invalid"/)
  })
})
