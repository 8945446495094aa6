// A body that was read before the gate, and one that is read behind it.
import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import connect from 'connect'
import express from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'
import { gatewright as forExpress } from '../../pkg/express.js'
import { gatewright as forFastify } from '../../pkg/fastify.js'
import { gatewright as forHono } from '../../pkg/hono.js'
import { createGate, memoryStore } from '../../pkg/node.js'
import { ask, closing, listen, listenFastify } from './servers.js'
import { NOW } from './tokens.js'

const KEY = 'sk-a-key-to-test-with'
const policy = { version: 1, authentication: { virtual_keys: {} }, routes: { profile: 'litellm' } }
const gateOf = () => createGate({ policy, store: memoryStore({ keys: [{ key: KEY, agents: ['agent-123'] }] }), now: () => NOW, report() {} })

const body = '{"jsonrpc":"2.0","id":"a","method":"message/send"}'
const rpc = { method: 'POST', token: KEY, body }
const idOf = (/** @type {string} */ text) => JSON.parse(text).id

/** Reads the body, as a parser does. @param {any} req @param {any} _ @param {() => void} next */
async function parse(req, _, next) {
  let text = ''
  for await (const chunk of req) text += chunk
  req.body = JSON.parse(text)
  next()
}

/** @type {Record<string, (gate: any) => Promise<import('./servers.js').Served>>} */
const parsedBefore = {
  Express(gate) {
    const app = express()
    app.use(express.json(), forExpress(gate))
    app.post('/a2a/:id', (req, res) => { res.json(req.body) })
    return listen(app)
  },
  Connect(gate) {
    const app = connect()
    app.use(parse).use(forExpress(gate)).use((/** @type {any} */ req, /** @type {any} */ res) => res.end(JSON.stringify(req.body)))
    return listen(app)
  },
  async Fastify(gate) {
    const app = Fastify()
    app.addHook('onRequest', (req, _, done) => { parse(req.raw, undefined, done) })
    app.addContentTypeParser('application/json', (req, _, done) => done(null, /** @type {any} */ (req.raw).body))
    await app.register(forFastify, { gate })
    app.post('/a2a/:id', (req) => req.body)
    return listenFastify(app)
  },
}

for (const [name, serve] of Object.entries(parsedBefore)) {
  describe(`a body that ${name} has read before the gate`, () => {
    const serving = closing(after)

    it('changes nothing in the decision, and is there behind it', async () => {
      const port = await serving(serve(await gateOf()))
      const { status, text } = await ask(port, '/a2a/agent-123', rpc)
      assert.deepEqual([status, JSON.parse(text)], [200, JSON.parse(body)])
    })

    it('has no id for the denial of a JSON-RPC request', async () => {
      const port = await serving(serve(await gateOf()))
      const { status, text } = await ask(port, '/a2a/agent-456', rpc)
      assert.deepEqual([status, idOf(text)], [403, null])
    })
  })
}

describe('a body that is read behind the gate', () => {
  const serving = closing(after)

  it('gets to the `preParsing` of Fastify as it was sent, if the request is allowed', async () => {
    /** @type {string[]} */
    const parsed = []
    const app = Fastify()
    app.addHook('preParsing', async (request, _, payload) => { parsed.push(`${request.url} ${request.gatewright?.context.reason}`); return payload })
    await app.register(forFastify, { gate: await gateOf() })
    app.post('/a2a/:id', (req) => req.body)
    const port = await serving(listenFastify(app))
    assert.deepEqual(JSON.parse((await ask(port, '/a2a/agent-123', rpc)).text), JSON.parse(body))
    const { status, text } = await ask(port, '/a2a/agent-456', rpc)
    assert.deepEqual([status, idOf(text)], [403, 'a'])
    assert.deepEqual(parsed, ['/a2a/agent-123 allowed'])
  })

  it('is refused by the gate in front of Hono where it was read before', async () => {
    const app = new Hono()
    app.onError((error, c) => c.text(error.message, 500))
    app.use(async (c, next) => { await c.req.raw.text(); await next() }, forHono(await gateOf()))
    app.post('/a2a/:id', (c) => c.text('ran'))
    const response = await app.request('/a2a/agent-123', { method: 'POST', body, headers: { authorization: `Bearer ${KEY}` } })
    assert.deepEqual([response.status, await response.text()], [500, 'the body was read before the gate saw the request'])
  })
})
