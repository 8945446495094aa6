// Development mode, and everybody who would like to have it without being on the developer's machine.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Response as Answer } from 'miniflare'
import { policyWith, secrets } from '../js/tokens.js'
import { startEdge, tokenOf } from './edge.js'
import { startWorker } from './gateway.js'

const RUN = '/agents/research/runs'
const HERE = 'http://localhost:8787'

/** @type {import('miniflare').Request[]} */
const reached = []
const outboundService = (/** @type {any} */ request) => { reached.push(request); return Answer.json({ ran: true }) }
const bindings = { ...secrets, POLICY: policyWith(), RUNTIME_ENV: 'dev', ORIGIN_URL: 'http://127.0.0.1:7777' }

/** @param {object} [other] bindings @param {object} [options] of Miniflare */
function start(other, options) {
  const bound = Object.entries({ ...bindings, ...other }).filter(([, value]) => value !== undefined)
  return startWorker({ outboundService, bindings: Object.fromEntries(bound), ...options })
}

/** @param {ReturnType<typeof startWorker>} worker @param {string} url @param {any} [init] */
async function ask(worker, url, init) {
  reached.length = 0
  const response = await worker.dispatchFetch(url, { method: 'POST', ...init })
  const text = await response.text()
  const { code, detail } = /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : /** @type {any} */ ({})
  return { status: response.status, code, detail, marked: response.headers.get('x-gatewright-development'), reached: reached.length }
}

const REFUSED = {
  status: 503, code: 'development_refused', detail: 'RUNTIME_ENV=dev is for requests on the machine of the developer', marked: null, reached: 0,
}

describe('development', () => {
  /** @type {ReturnType<typeof startWorker>} */
  let worker
  before(() => { worker = start() })
  after(() => worker.dispose())

  it('lets a request without a credential go on, as the developer, and says so', async () => {
    for (const host of [HERE, 'http://127.0.0.1:8787', 'http://[::1]:8787']) {
      const { status, marked, reached: times } = await ask(worker, host + RUN)
      assert.deepEqual([status, marked, times], [200, 'on', 1], host)
      assert.equal(reached[0].headers.get('x-gatewright-subject'), 'developer')
      assert.equal(reached[0].headers.get('authorization'), null)
    }
  })

  it('decides what comes with a credential as ever', async () => {
    const headers = { authorization: 'Bearer not.a.token' }
    const { status, marked, reached: times } = await ask(worker, HERE + RUN, { headers })
    assert.deepEqual([status, marked, times], [401, 'on', 0])
  })

  it('opens no route that is none, and takes no path in another spelling', async () => {
    assert.equal((await ask(worker, `${HERE}/nothing/here`)).status, 403)
    assert.equal((await ask(worker, `${HERE}/agents/res%65arch/runs`)).status, 400)
  })

  it('believes nobody who says who they are', async () => {
    const headers = { 'x-gatewright-subject': 'root', 'x-gatewright-decision': 'allow' }
    await ask(worker, HERE + RUN, { headers })
    assert.equal(reached[0].headers.get('x-gatewright-subject'), 'developer')
    assert.match(reached[0].headers.get('x-gatewright-decision') ?? '', /^allow;reason=allowed;policy=/)
  })

  for (const [what, url, headers] of /** @type {[string, string, Record<string, string>][]} */ ([
    ['a name that leads to this machine, as a page would use it', 'http://rebound.example', {}],
    ['a hostname of Cloudflare', 'https://gate.example.workers.dev', {}],
    ['a name that begins like this machine', 'http://localhost.example', {}],
    ['a name that ends like this machine', 'http://evil.localhost', {}],
    ['another address of the loopback', 'http://127.0.0.2:8787', {}],
    ['every address', 'http://0.0.0.0:8787', {}],
    ['a client somewhere else', HERE, { 'cf-connecting-ip': '192.0.2.7' }],
    ['a client here, and one elsewhere', HERE, { 'cf-connecting-ip': '127.0.0.1, 192.0.2.7' }],
    ['Cloudflare', HERE, { 'cf-ray': '8f0c1d2e3f4a5b6c-FRA' }],
    ['another Worker', HERE, { 'cf-worker': 'example.com' }],
    ['a tunnel', HERE, { 'x-forwarded-for': '127.0.0.1' }],
    ['a proxy', HERE, { forwarded: 'for=127.0.0.1' }],
    ['a page of another site', HERE, { origin: 'https://evil.example' }],
    ['a page without an origin', HERE, { origin: 'null' }],
    ['a picture in a page of another site', HERE, { 'sec-fetch-site': 'cross-site' }],
  ])) {
    it(`is refused to ${what}, whatever else is sent`, async () => {
      for (const more of [{}, { authorization: 'Bearer not.a.token' }]) {
        assert.deepEqual(await ask(worker, url + RUN, { headers: { ...headers, ...more } }), REFUSED)
      }
      assert.deepEqual(await ask(worker, `${url}/.gate/ready`, { method: 'GET', headers }), REFUSED)
    })
  }

  it('is there for a page on this machine', async () => {
    for (const headers of [{ origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' }, { 'sec-fetch-site': 'none' }]) {
      assert.equal((await ask(worker, HERE + RUN, { headers })).status, 200)
    }
  })
})

describe('development of a Worker', () => {
  for (const [what, other, options] of /** @type {[string, any, any][]} */ ([
    ['whose platform is somewhere else', { ORIGIN_URL: 'https://platform.example' }, {}],
    ['whose platform is on the network', { ORIGIN_URL: 'http://192.168.0.7:7777' }, {}],
    ['whose platform is on a name like this machine', { ORIGIN_URL: 'http://localhost.example' }, {}],
    ['without a platform', { ORIGIN_URL: undefined }, {}],
    ['with a binding to its platform', {}, { serviceBindings: { ORIGIN: outboundService } }],
  ])) {
    it(`${what} is refused: it could be deployed`, async () => {
      const worker = start(other, options)
      try {
        assert.deepEqual(await ask(worker, HERE + RUN), REFUSED)
      } finally {
        await worker.dispose()
      }
    })
  }

  it('that another Worker calls by the name of this machine is refused: no client was there', async () => {
    // As somebody's Worker would call the gate, if both were deployed: the URL is theirs to choose.
    const script = `
      import worker from './pkg/worker.js'
      export * from './pkg/worker.js'
      export default {
        fetch(request, env, ctx) { return worker.fetch(new Request('http://localhost${RUN}', { method: 'POST' }), env, ctx) },
      }`
    const worker = startWorker({ outboundService, bindings }, script)
    try {
      assert.deepEqual(await ask(worker, HERE + RUN), REFUSED)
    } finally {
      await worker.dispose()
    }
  })

  for (const word of ['prd', 'DEV', 'dev ', 'development', '', undefined]) {
    it(`is not asked for by \`${word}\``, async () => {
      const worker = start({ RUNTIME_ENV: word })
      try {
        const { status, marked, reached: times } = await ask(worker, HERE + RUN)
        assert.deepEqual([status, marked, times], [401, null, 0])
      } finally {
        await worker.dispose()
      }
    })
  }

  it('is loud: each request that is let in, and each that is refused, is an event', async () => {
    const script = `
      import { createWorker } from './pkg/worker.js'
      const events = []
      const worker = createWorker({ report: (event) => events.push(event) })
      export default { fetch: (request, env, ctx) => request.url.endsWith('/events') ? Response.json(events) : worker.fetch(request, env, ctx) }`
    const worker = startWorker({ outboundService, bindings }, script)
    try {
      await ask(worker, `${HERE}${RUN}?secret=1`)
      await ask(worker, `http://gate.example${RUN}`)
      const events = await (await worker.dispatchFetch(`${HERE}/events`)).json()
      assert.deepEqual(events, [
        { event: 'development', error: 'a request without a credential is let in', method: 'POST', path: RUN },
        { event: 'development_refused', code: 'host', error: 'RUNTIME_ENV=dev, and the request is not from this machine to this machine' },
      ])
    } finally {
      await worker.dispose()
    }
  })
})

describe('development with a state', () => {
  /** @type {ReturnType<typeof startEdge>} */
  let edge
  before(() => { edge = startEdge({ control: { max_stale_seconds: 0 } }, { outboundService, bindings: { RUNTIME_ENV: 'dev', ORIGIN_URL: 'http://127.0.0.1:7777' } }) })
  after(() => edge.dispose())
  /** @param {string} path @param {any} [init] */
  const here = (path, init) => ask(edge.worker, HERE + path, init)
  const asMaster = (/** @type {object} */ body) => ({
    headers: { authorization: 'Bearer sk-master-key-for-tests', 'content-type': 'application/json' }, body: JSON.stringify(body),
  })

  it('lets a request go on, and stops it by a kill switch', async () => {
    assert.deepEqual([(await here(RUN)).status, reached.length], [200, 1])
    assert.equal((await here('/.gate/api/switches', asMaster({ stop: 'agent', target: 'research' }))).status, 201)
    const stopped = await here(RUN)
    assert.deepEqual([stopped.status, stopped.marked, stopped.reached], [403, 'on', 0])
    assert.equal((await here('/agents/other/runs')).status, 200)
  })

  it('manages nothing, checks nothing and decides no approval without a credential', async () => {
    for (const path of ['/.gate/api/agents', '/.gate/api/keys', '/sdk/check', '/sdk/log', '/access/v1/evaluation', '/.gate/api/approvals/x/decision']) {
      const { status, marked } = await here(path, { body: '{}', headers: { 'content-type': 'application/json' } })
      assert.deepEqual([status, marked], [401, 'on'], path)
    }
  })

  it('leaves those who have a token to their tenant', async () => {
    const headers = { authorization: `Bearer ${tokenOf('t', ['agents:read'])}` }
    assert.equal((await here(RUN, { headers })).status, 403)
  })
})
