// Servers with the gate in front of them, and a client that sends a path as it stands.
import { once } from 'node:events'
import { request as send } from 'node:http'
import connect from 'connect'
import express from 'express'
import Fastify from 'fastify'
import { gatewright as forExpress } from '../../pkg/express.js'
import { gatewright as forFastify } from '../../pkg/fastify.js'

/** What a handler sees of a request. @param {any} req @param {any} raw */
const seen = (req, raw = req) => ({
  subject: req.gatewright.context.subject, headers: req.headers['x-gatewright-subject'],
  forged: [...Object.keys(raw.headers), ...Object.keys(raw.headersDistinct), ...raw.rawHeaders].filter((text) => text === 'eve' || text === 'x_gatewright_session').length,
  body: req.body,
})

/** @param {any} app with a `listen` @returns {Promise<Served>} */
export async function listen(app) {
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: /** @type {any} */ (server.address()).port, close: () => server.close() }
}

/** @param {import('fastify').FastifyInstance<any, any, any>} app @returns {Promise<Served>} */
export async function listenFastify(app) {
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { port: /** @type {any} */ (app.server.address()).port, close: () => app.close() }
}

/** @typedef {{ port: number, close(): unknown }} Served */

/** Each runs agents, and lists them. @type {Record<string, (gate: Parameters<typeof forExpress>[0]) => Promise<Served>>} */
export const servers = {
  async Express(gate) {
    const app = express()
    app.use(forExpress(gate), express.json())
    app.post('/agents/:id/runs', (req, res) => { res.json(seen(req)) })
    app.get('/agents', (_, res) => { res.json([{ id: 'a' }]) })
    return listen(app)
  },
  async Connect(gate) {
    const app = connect()
    app.use(forExpress(gate))
    app.use('/agents', async (/** @type {any} */ req, /** @type {any} */ res) => {
      if (req.method === 'GET') return res.end('[{"id":"a"}]')
      let text = ''
      for await (const chunk of req) text += chunk
      res.end(JSON.stringify({ ...seen(req), body: JSON.parse(text) }))
    })
    return listen(app)
  },
  async Fastify(gate) {
    const app = Fastify()
    await app.register(forFastify, { gate: /** @type {any} */ (gate) })
    app.post('/agents/:id/runs', (req) => seen(req, req.raw))
    app.get('/agents', () => [{ id: 'a' }])
    return listenFastify(app)
  },
}

/** With the path as it stands, which `fetch` would tidy up. @param {number} port @param {string} path @param {any} [options] */
export async function ask(port, path, { body, token, headers, ...rest } = {}) {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const sent = send({ host: '127.0.0.1', port, path, agent: false, headers: { 'content-type': 'application/json', ...authorization, ...headers }, ...rest })
  sent.end(body)
  const [answer] = await once(sent, 'response')
  let text = ''
  for await (const chunk of answer) text += chunk
  return { status: answer.statusCode, headers: answer.headers, text }
}

/** Serves, and closes when the tests of the block are over. @param {(hook: () => unknown) => void} after */
export function closing(after) {
  /** @type {(() => unknown)[]} */
  const closers = []
  after(() => Promise.all(closers.map((close) => close())))
  return async (/** @type {Promise<Served>} */ serving) => {
    const { port, close } = await serving
    closers.push(close)
    return port
  }
}
