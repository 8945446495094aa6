// The gate in front of Express, Connect, Fastify and itty-router.
import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { Router, json } from 'itty-router'
import { withGate } from '../../pkg/fetch.js'
import { createGate, memoryStore } from '../../pkg/node.js'
import { ask, closing, servers } from './servers.js'
import { NOW, hs256, policyWith, request, secrets } from './tokens.js'

const RUN = '/agents/web-search-agent/runs'
const options = { secrets, now: () => NOW, report: () => {} }
const open = { ...options, policy: policyWith({}, { isolation: 'off' }) }
const forged = { 'x-gatewright-subject': 'eve', x_gatewright_session: 'eve', 'x-gatewright': 'eve' }

for (const [name, serve] of Object.entries(servers)) {
  describe(`the middleware for ${name}`, () => {
    const serving = closing(after)
    const portOf = (/** @type {any} */ gate) => serving(serve(gate))

    it('hands on what is allowed, with the verified identity and its body', async () => {
      const port = await portOf(await createGate(open))
      const { status, text } = await ask(port, `${RUN}?x=1`, { method: 'POST', token: hs256(), body: '{"m":1}', headers: forged })
      assert.equal(status, 200)
      assert.deepEqual(JSON.parse(text), { subject: 'web_user', headers: 'web_user', forged: 0, body: { m: 1 } })
    })

    it('answers as `enforce` would, and goes by the path as it was sent', async () => {
      const gate = await createGate(open)
      const port = await portOf(gate)
      for (const [path, token] of [[RUN, undefined], [RUN, 'x'], ['/agents/ghost/runs', hs256()], ['/nowhere', hs256()]]) {
        const { status, headers, text } = await ask(port, String(path), { method: 'POST', token, body: '{}' })
        const wanted = await gate.enforce(request(String(path), { method: 'POST', token, body: '{}' }), () => assert.fail())
        assert.deepEqual([status, text], [wanted.status, await wanted.text()])
        for (const [header, value] of wanted.headers) if (!/^content-type/.test(header)) assert.equal(headers[header], value)
      }
      for (const path of ['/agents/%2e%2e/users', '/agents/../agents', '//agents', `http://gate.example${RUN}`]) {
        assert.match(String((await ask(port, path, { method: 'POST', token: hs256() })).status), /^40[03]$/, path)
      }
    })

    it('denies what it could not isolate or filter', async () => {
      /** @type {unknown[]} */
      const reasons = []
      const report = (/** @type {any} */ { reason }) => reasons.push(reason)
      const isolating = await portOf(await createGate({ ...options, report, policy: policyWith() }))
      const { status, text } = await ask(isolating, RUN, { method: 'POST', token: hs256(), body: '{}' })
      assert.deepEqual([status, JSON.parse(text)], [403, { detail: 'the route is isolated, and the request cannot be changed here' }])
      assert.deepEqual(reasons, ['isolation_unsupported'])
      const port = await portOf(await createGate(open))
      assert.equal((await ask(port, '/agents', { token: hs256({ scopes: ['agents:a:read'] }) })).status, 502)
      assert.equal((await ask(port, '/agents', { token: hs256({ scopes: ['agents:read'] }) })).status, 200)
    })

    it('names the id of a JSON-RPC request that it denies', async () => {
      const store = memoryStore({ keys: [{ key: 'sk-a-key-to-test-with', agents: ['agent-123'] }] })
      const policy = { version: 1, authentication: { virtual_keys: {} }, routes: { profile: 'litellm' } }
      const port = await portOf(await createGate({ policy, store, now: () => NOW, report() {} }))
      for (const [body, id] of [['{"jsonrpc":"2.0","id":"a"}', 'a'], ['{"id":1', null], [undefined, null]]) {
        const { status, text } = await ask(port, '/a2a/agent-456', { method: 'POST', token: 'sk-a-key-to-test-with', body })
        assert.equal(status, 403)
        const { jsonrpc, id: found, error } = JSON.parse(text)
        assert.deepEqual([jsonrpc, found, error.data.type], ['2.0', id, 'permission_error'])
      }
    })

    it('denies everything while there is no valid policy', async (t) => {
      t.mock.method(console, 'error', () => {})
      const port = await portOf(() => createGate({ ...open, policy: { version: 2 } }))
      assert.equal((await ask(port, RUN, { method: 'POST', token: hs256() })).status, 503)
    })
  })
}

describe('the gate around a `fetch`', () => {
  const router = Router()
  router.post('/agents/:id/runs', async (asked) => json({ id: asked.params.id, query: asked.query, subject: asked.headers.get('x-gatewright-subject'), body: await asked.json() }))
  router.get('/agents', () => json([{ id: 'a' }, { id: 'b' }]))

  it('isolates and filters what itty-router serves, and answers what is denied', async () => {
    let made = 0
    const worker = withGate(router, (env) => { made += 1; return createGate({ ...options, policy: policyWith(), secrets: env }) })
    const ran = await worker.fetch(request(`${RUN}?user_id=eve`, { method: 'POST', token: hs256(), body: '{}', headers: { 'content-type': 'application/json', ...forged } }), secrets, {})
    assert.deepEqual(await ran.json(), { id: 'web-search-agent', query: { user_id: 'web_user' }, subject: 'web_user', body: { user_id: 'web_user' } })
    const list = await worker.fetch(request('/agents', { token: hs256({ scopes: ['agents:b:read'] }) }), secrets)
    assert.deepEqual(await list.json(), [{ id: 'b' }])
    assert.equal((await worker.fetch(request(RUN, { method: 'POST' }), secrets)).status, 401)
    assert.equal(made, 1)
  })
})
