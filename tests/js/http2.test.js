// The gate in front of servers of HTTP/2: Fastify, Connect, and a bare handler of `node:http2`.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectTo, createServer } from 'node:http2'
import { after, before, describe, it } from 'node:test'
import connect from 'connect'
import Fastify from 'fastify'
import { gatewright as forExpress } from '../../pkg/express.js'
import { gatewright as forFastify } from '../../pkg/fastify.js'
import { createGate } from '../../pkg/node.js'
import { listen, listenFastify } from './servers.js'
import { NOW, hs256, policyWith, secrets } from './tokens.js'

const RUN = '/agents/web-search-agent/runs'
const forged = { 'x-gatewright-subject': 'eve', 'x_gatewright-session': 'eve' }

/** Everything that a handler can see of the headers. @param {any} raw */
const seen = (raw) => ({
  path: raw.headers[':path'], authority: raw.headers[':authority'], url: raw.url,
  subject: raw.headers['x-gatewright-subject'],
  raw: raw.rawHeaders.filter((/** @type {string} */ _, /** @type {number} */ index) => /gatewright|:path/.test(raw.rawHeaders[index - (index % 2)])),
  isForged: JSON.stringify([raw.headers, raw.headersDistinct, raw.rawHeaders]).includes('eve'),
})

/** @type {Record<string, (gate: any) => Promise<import('./servers.js').Served>>} */
const servers = {
  async Fastify(gate) {
    const app = Fastify({ http2: true })
    await app.register(forFastify, { gate })
    app.post('/agents/:id/runs', (req) => ({ ...seen(req.raw), header: req.headers['x-gatewright-subject'], body: req.body }))
    return listenFastify(app)
  },
  Connect(gate) {
    return listen(createServer(connect().use(forExpress(gate)).use(echo)))
  },
  'a bare handler'(gate) {
    const middleware = forExpress(gate)
    return listen(createServer((req, res) => {
      middleware(/** @type {any} */ (req), /** @type {any} */ (res), (error) => (error ? res.stream.destroy() : echo(req, res)))
    }))
  },
}

/** @param {any} req @param {any} res */
async function echo(req, res) {
  let text = ''
  for await (const chunk of req) text += chunk
  res.end(JSON.stringify({ ...seen(req), body: JSON.parse(text) }))
}

for (const [name, serve] of Object.entries(servers)) {
  describe(`HTTP/2 with ${name}`, () => {
    /** @type {Promise<import('./servers.js').Served>} */
    let serving
    /** @type {import('node:http2').ClientHttp2Session} */
    let client
    /** @type {any[]} what the gate was asked */
    const asked = []
    before(async () => {
      const gate = await createGate({ policy: policyWith({}, { isolation: 'off' }), secrets, now: () => NOW, report: () => {} })
      const enforce = /** @type {typeof gate.enforce} */ ((request, ...rest) => {
        asked.push({ url: request.url, headers: Object.fromEntries(request.headers) })
        return gate.enforce(request, ...rest)
      })
      serving = serve({ ...gate, enforce })
      client = connectTo(`http://127.0.0.1:${(await serving).port}`)
    })
    after(async () => {
      client.close()
      await (await serving).close()
    })

    /** @param {import('node:http2').OutgoingHttpHeaders} headers @param {string} [body] */
    async function ask(headers, body = '{}') {
      const stream = client.request({ ':method': 'POST', ':path': RUN, ':authority': 'gate.example', 'content-type': 'application/json', ...headers })
      stream.end(body)
      const [answer] = await once(stream, 'response')
      let text = ''
      for await (const chunk of stream) text += chunk
      return { status: answer[':status'], headers: answer, text }
    }

    it('hands on what is allowed, with the verified identity and its body', async () => {
      const { status, text } = await ask({ authorization: `Bearer ${hs256()}`, ':path': `${RUN}?x=1`, ...forged }, '{"m":1}')
      assert.equal(status, 200)
      const { header, raw, ...rest } = JSON.parse(text)
      assert.deepEqual(rest, { path: `${RUN}?x=1`, authority: 'gate.example', url: `${RUN}?x=1`, subject: 'web_user', isForged: false, body: { m: 1 } })
      if (name === 'Fastify') assert.equal(header, 'web_user')
      assert.deepEqual(raw.filter((/** @type {string} */ text) => /subject|web_user|\?x=1/.test(text)).sort(), [`${RUN}?x=1`, 'web_user', 'x-gatewright-subject'])
    })

    it('shows the gate the target and the headers, and no pseudo-header as one', () => {
      const { url, headers } = asked[0]
      assert.equal(url, `${RUN}?x=1`)
      assert.deepEqual(Object.keys(headers).sort(), ['authorization', 'content-type', 'x-gatewright-subject', 'x_gatewright-session'])
    })

    it('answers what is denied', async () => {
      for (const [headers, expected, reason] of /** @type {const} */ ([
        [{}, 401, /Authorization/],
        [{ authorization: `Bearer ${hs256()}`, ':path': '/agents/ghost/runs' }, 403, /agents:run/],
        [{ authorization: `Bearer ${hs256()}`, ':path': '//agents' }, 400, /empty segment/],
      ])) {
        const { status, headers: answered, text } = await ask(headers)
        assert.equal(status, expected, text)
        assert.match(text, reason)
        assert.equal(answered['cache-control'], 'no-store')
      }
    })
  })
}
