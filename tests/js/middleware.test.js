// The gate in front of Express, Fastify and itty-router.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as send } from 'node:http'
import { after, describe, it } from 'node:test'
import express from 'express'
import Fastify from 'fastify'
import { Router, json } from 'itty-router'
import { gatewright as forExpress } from '../../pkg/express.js'
import { gatewright as forFastify } from '../../pkg/fastify.js'
import { withGate } from '../../pkg/fetch.js'
import { createGate, memoryStore } from '../../pkg/node.js'
import { NOW, hs256, policyWith, request, secrets } from './tokens.js'

const RUN = '/agents/web-search-agent/runs'
const options = { secrets, now: () => NOW, report: () => {} }
const open = { ...options, policy: policyWith({}, { isolation: 'off' }) }
const forged = { 'x-gatewright-subject': 'eve', x_gatewright_session: 'eve', 'x-gatewright': 'eve' }

/** What a handler sees of a request. @param {any} req @param {any} raw */
const seen = (req, raw = req) => ({
  subject: req.gatewright.context.subject, headers: req.headers['x-gatewright-subject'],
  forged: [...Object.keys(raw.headers), ...Object.keys(raw.headersDistinct), ...raw.rawHeaders].filter((text) => text === 'eve' || text === 'x_gatewright_session').length,
  body: req.body,
})

/** @type {Record<string, (gate: Parameters<typeof forExpress>[0]) => Promise<{ port: number, close(): unknown }>>} */
const servers = {
  async Express(gate) {
    const app = express()
    app.use(forExpress(gate), express.json())
    app.post('/agents/:id/runs', (req, res) => { res.json(seen(req)) })
    app.get('/agents', (_, res) => { res.json([{ id: 'a' }]) })
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return { port: /** @type {any} */ (server.address()).port, close: () => server.close() }
  },
  async Fastify(gate) {
    const app = Fastify()
    await app.register(forFastify, { gate: /** @type {any} */ (gate) })
    app.post('/agents/:id/runs', (req) => seen(req, req.raw))
    app.get('/agents', () => [{ id: 'a' }])
    await app.listen({ port: 0, host: '127.0.0.1' })
    return { port: /** @type {any} */ (app.server.address()).port, close: () => app.close() }
  },
}

/** With the path as it stands, which `fetch` would tidy up. @param {number} port @param {string} path @param {any} [options] */
async function ask(port, path, { body, token, headers, ...rest } = {}) {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const sent = send({ host: '127.0.0.1', port, path, agent: false, headers: { 'content-type': 'application/json', ...authorization, ...headers }, ...rest })
  sent.end(body)
  const [answer] = await once(sent, 'response')
  let text = ''
  for await (const chunk of answer) text += chunk
  return { status: answer.statusCode, headers: answer.headers, text }
}

for (const [name, serve] of Object.entries(servers)) {
  describe(`the middleware for ${name}`, () => {
    /** @type {(() => unknown)[]} */
    const closing = []
    after(() => Promise.all(closing.map((close) => close())))
    const portOf = async (/** @type {any} */ gate) => {
      const { port, close } = await serve(gate)
      closing.push(close)
      return port
    }

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
      const isolating = await portOf(await createGate({ ...options, policy: policyWith() }))
      assert.equal((await ask(isolating, RUN, { method: 'POST', token: hs256(), body: '{}' })).status, 403)
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
