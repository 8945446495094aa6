// Routers that read a path or a method otherwise than the policy are no way around the gate.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import connect from 'connect'
import express from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'
import { Router, json } from 'itty-router'
import { gatewright as forExpress } from '../../pkg/express.js'
import { gatewright as forFastify } from '../../pkg/fastify.js'
import { withGate } from '../../pkg/fetch.js'
import { gatewright as forHono } from '../../pkg/hono.js'
import { createGate } from '../../pkg/node.js'
import { ask, listen, listenFastify } from './servers.js'
import { NOW, hs256, policyWith, request, secrets } from './tokens.js'

/** Lets routes through that it does not know; this token may do nothing of what it knows. */
const open = policyWith({}, { routes: { profile: 'agentos', flavour: 'agno-3.1', rules: [{ method: 'GET', path: '/vault', scopes: ['vault:read'] }] } })
const token = hs256({ scopes: [] })

/** The gate, and the reason of its last denial. @param {object} [policy] */
async function gateOf(policy = open) {
  const told = { reason: '' }
  const gate = await createGate({ policy, secrets, now: () => NOW, report: ({ reason }) => { told.reason = String(reason) } })
  return { gate, told }
}

/** @param {(gate: any) => Promise<import('./servers.js').Served>} serve @param {(port: number, told: { reason: string }) => Promise<unknown>} test */
async function behind(serve, test) {
  const { gate, told } = await gateOf()
  const { port, close } = await serve(gate)
  try {
    await test(port, told)
  } finally {
    await close()
  }
}

/** What is answered to a path, with the reason if the gate said no. @param {number} port @param {{ reason: string }} told */
const asking = (port, told) => async (/** @type {string} */ path, method = 'GET') => {
  told.reason = ''
  const { status } = await ask(port, path, { token, method })
  return told.reason === '' ? status : told.reason
}

describe('Express', () => {
  /** @param {any} gate @param {string[]} settings @param {express.RouterOptions} [inner] */
  const served = (gate, settings = [], inner = {}) => {
    const app = express()
    for (const setting of settings) app.enable(setting)
    app.use(forExpress(gate))
    const router = express.Router(inner)
    router.get('/vault', (_, res) => { res.send('opened') })
    router.get('/agents', (_, res) => { res.send('listed') })
    router.get('/elsewhere/:id', (_, res) => { res.send('anybody') })
    app.use(router)
    return listen(app)
  }

  for (const settings of [[], ['case sensitive routing', 'strict routing']]) {
    it(`serves no known path in another case, ${settings.join(', ') || 'by default'}`, () =>
      behind((gate) => served(gate, settings), async (port, told) => {
        const answer = asking(port, told)
        // A router within the application is not bound by its settings, and by default takes any case.
        for (const path of ['/VAULT', '/Vault', '/Vault/', '/AGENTS', '/%76ault', '/%56ault']) {
          assert.notEqual(await answer(path), 200, path)
        }
        assert.equal(await answer('/VAULT'), 'route_spelling')
        for (const path of ['/vault', '/vault/', '/agents', '/agents/']) assert.equal(await answer(path), 'scope_missing', path)
        assert.equal(await answer('/elsewhere/Some-Id'), 200)
        assert.equal(await answer('/vault', 'HEAD'), 'scope_missing')
        assert.equal(await answer('/VAULT', 'HEAD'), 'route_spelling')
      }))
  }

  it('really would serve them', async (t) => {
    const { port, close } = await served({ enforce: (/** @type {any} */ { headers }, /** @type {any} */ forward) => forward({ headers }, {}) })
    t.after(close)
    for (const path of ['/VAULT', '/vault/']) assert.equal((await ask(port, path)).text, 'opened')
  })

  it('serves a literal to nobody who may have what a capture beside it stands for', async (t) => {
    const rule = (/** @type {string} */ path, /** @type {string} */ scope) => ({ method: 'GET', path, scopes: [scope] })
    const { gate, told } = await gateOf(policyWith({}, { isolation: 'off', routes: { rules: [rule('/files/secret', 'secrets:read'), rule('/files/{id}', 'files:read')] } }))
    const app = express()
    app.use(forExpress(gate))
    app.get('/files/secret', (_, res) => { res.send('secret') })
    app.get('/files/:id', (req, res) => { res.send(req.params.id) })
    const { port, close } = await listen(app)
    t.after(close)
    const get = (/** @type {string} */ path) => ask(port, path, { token: hs256({ scopes: ['files:read'] }) })
    assert.equal((await get('/files/Mine')).text, 'Mine')
    assert.deepEqual([(await get('/files/secret')).status, told.reason], [403, 'scope_missing'])
    assert.deepEqual([(await get('/files/SECRET')).status, told.reason], [403, 'route_spelling'])
  })
})

describe('Connect', () => {
  it('serves no known path in another case', () =>
    behind((gate) => listen(connect().use(forExpress(gate)).use('/vault', (/** @type {any} */ _, /** @type {any} */ res) => res.end('opened'))), async (port, told) => {
      const answer = asking(port, told)
      assert.equal(await answer('/VAULT'), 'route_spelling')
      assert.equal(await answer('/vault'), 'scope_missing')
    }))
})

describe('Fastify', () => {
  /** @param {any} gate @param {any} [options] */
  async function served(gate, options) {
    const app = Fastify(options)
    await app.register(forFastify, { gate })
    app.get('/vault', () => 'opened')
    app.get('/agents', () => 'listed')
    app.get('/elsewhere/:id', () => 'anybody')
    return listenFastify(app)
  }
  const silent = { logger: false }

  for (const [name, routerOptions, expected] of /** @type {const} */ ([
    ['by default', {}, { '/VAULT': 404, '/vault;x': 404, '/vault/': 'scope_missing' }],
    ['in any case', { caseSensitive: false }, { '/VAULT': 'route_spelling', '/%E2%84%AA': 404, '/vault;x': 404 }],
    ['with semicolons', { useSemicolonDelimiter: true }, { '/vault;x': 'scope_missing', '/vault;x?y;z': 'scope_missing', '/elsewhere/a;b': 200, '/elsewhere/a?b;c': 200, '/VAULT': 404 }],
    ['with slashes more', { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true }, { '/vault/': 'scope_missing', '//vault': 'path_empty_segment', '/elsewhere/a/': 200 }],
  ])) {
    it(`serves no known path in another spelling, ${name}`, () =>
      behind((gate) => served(gate, { ...silent, routerOptions }), async (port, told) => {
        const answer = asking(port, told)
        for (const [path, wanted] of Object.entries(expected)) assert.equal(await answer(path), wanted, path)
        assert.equal(await answer('/elsewhere/Some-Id'), 200)
        assert.equal(await answer('/vault', 'HEAD'), 'scope_missing')
      }))
  }

  it('is told of the settings where they stood before as well', (t) => {
    t.mock.method(process, 'emitWarning', () => {})
    return behind((gate) => served(gate, { ...silent, caseSensitive: false }), async (port, told) => {
      assert.equal(await asking(port, told)('/VAULT'), 'route_spelling')
    })
  })

  it('that does not say how it reads paths is taken to read them in every way', async () => {
    /** @type {any} */
    let hook
    const { gate, told } = await gateOf()
    await forFastify({ decorateRequest() {}, addHook: (_, added) => { hook = added } }, { gate })
    const reply = { header() {}, code: (/** @type {number} */ status) => ({ send: () => status }) }
    for (const [url, reason] of [['/VAULT', 'route_spelling'], ['/vault;x', 'path_not_absolute']]) {
      const raw = { method: 'GET', url, rawHeaders: ['authorization', `Bearer ${token}`], headers: {}, headersDistinct: {} }
      await hook({ raw, method: 'GET' }, reply)
      assert.equal(told.reason, reason)
    }
  })
})

describe('routers of `fetch`', () => {
  const get = (/** @type {string} */ path, method = 'GET') => request(path, { token, method })

  for (const strict of [true, false]) {
    it(`Hono, strict ${strict}`, async () => {
      const { gate, told } = await gateOf()
      const app = new Hono({ strict })
      app.use(forHono(gate))
      app.get('/vault', (c) => c.text('opened'))
      for (const [path, method] of [['/vault', 'GET'], ['/vault/', 'GET'], ['/vault', 'HEAD'], ['/vault/', 'HEAD']]) {
        told.reason = ''
        assert.equal((await app.fetch(get(path, method))).status, 403)
        assert.equal(told.reason, 'scope_missing', `${method} ${path}`)
      }
      assert.equal((await app.fetch(get('/VAULT'))).status, 404)
    })
  }

  it('itty-router', async () => {
    const { gate, told } = await gateOf()
    const router = Router()
    router.get('/vault', () => json('opened')).all('*', () => new Response(null, { status: 404 }))
    const worker = withGate(router, gate)
    for (const path of ['/vault', '/vault/']) {
      assert.equal((await worker.fetch(get(path))).status, 403, path)
      assert.equal(told.reason, 'scope_missing')
    }
    assert.equal((await worker.fetch(get('/vault', 'HEAD'))).status, 403)
    assert.equal((await worker.fetch(get('/VAULT'))).status, 404)
  })
})
