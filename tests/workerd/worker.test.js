// The ready gateway in real workerd. The issuer and the origin are ours.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
// Of Miniflare, whose classes are others than Node's.
import { FormData, Response as Answer } from 'miniflare'
import { NOW, hs256, keyPair, policyWith, secrets } from '../js/tokens.js'
import { startWorker } from './gateway.js'

const RUN = '/agents/web-search-agent/runs'
const now = Math.floor(Date.now() / 1000)
const fresh = { exp: now + 3600 }
const pair = keyPair('ES256', 'k1')

/** Two issuers: one with a shared secret, one that publishes its keys. */
const policy = policyWith({}, {
  authentication: {
    issuers: [
      { name: 'main', issuer: 'https://id.example/', audience: ['agents'], algorithms: ['HS256'], keys: [{ env: 'KEY' }] },
      { name: 'other', issuer: 'https://other.example/', audience: ['agents'], algorithms: ['ES256'], jwks_uri: 'https://other.example/jwks.json' },
    ],
  },
})
const token = hs256(fresh)
const published = pair.token({ ...fresh, iss: 'https://other.example/' })

/** @param {string} [credential] */
const bearer = (credential) => (credential ? { authorization: `Bearer ${credential}` } : {})

/** What the origin says to a path. @param {any} request */
async function origin(request) {
  const { pathname } = new URL(request.url)
  if (pathname === '/agents') return Answer.json([{ id: 'a' }, { id: 'b' }], { headers: { etag: '"1"' } })
  return Answer.json({ method: request.method, url: request.url, headers: Object.fromEntries(request.headers), body: await request.text() })
}

describe('the worker', () => {
  /** @type {import('miniflare').Miniflare} */
  let worker
  let fetched = 0
  before(() => {
    worker = startWorker({
      bindings: { POLICY: policy, ...secrets },
      serviceBindings: { ORIGIN: origin },
      outboundService: () => { fetched += 1; return Answer.json({ keys: [pair.jwk] }) },
    })
  })
  after(() => worker.dispose())
  /** @param {string} path @param {any} [init] */
  const ask = (path, init) => worker.dispatchFetch(`http://gate.example${path}`, init)

  for (const { name, path, init, status, detail, challenge } of [
    { name: 'asks who sends no token for one, and tells of no error', path: RUN, init: { method: 'POST' }, status: 401,
      detail: 'Authorization header missing', challenge: 'Bearer' },
    { name: 'does not tell a stranger which paths there are', path: '/no/such/path', status: 401,
      detail: 'Authorization header missing', challenge: 'Bearer' },
    { name: 'tells who sends a token that there is no such path', path: '/no/such/path', init: { headers: bearer(token) }, status: 403,
      detail: 'no route has this method and path' },
    { name: 'denies an agent', path: '/agents/finance-agent/runs', init: { method: 'POST', headers: bearer(token) }, status: 403,
      detail: 'Insufficient permissions. Required scope(s): agents:run' },
    { name: 'denies a token that has expired', path: RUN, init: { method: 'POST', headers: bearer(hs256({ exp: now - 1 })) }, status: 401,
      detail: 'Token has expired', challenge: 'Bearer error="invalid_token", error_description="the token has expired"' },
    { name: 'denies a token of a key that is not ours', path: RUN, init: { method: 'POST', headers: bearer(keyPair('ES256', 'k1').token({ ...fresh, iss: 'https://other.example/' })) },
      status: 401, detail: 'Invalid token: Signature verification failed' },
    { name: 'denies a body that names somebody else', path: RUN, init: { method: 'POST', headers: { ...bearer(token), 'content-type': 'application/json' }, body: '{"user_id":"eve"}' },
      status: 403, detail: 'the body names another user' },
  ]) {
    it(name, async () => {
      const response = await ask(path, init)
      assert.equal(response.status, status)
      assert.deepEqual(await response.json(), { detail })
      if (challenge) assert.equal(response.headers.get('www-authenticate'), challenge)
    })
  }

  it('forwards what is allowed, with the verified identity', async () => {
    const headers = { ...bearer(token), 'x-gatewright-subject': 'eve', 'content-type': 'text/plain' }
    const response = await ask(`${RUN}?stream=false&user_id=eve`, { method: 'POST', headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' }, body: 'message=hi' })
    assert.equal(response.status, 200)
    const sent = /** @type {any} */ (await response.json())
    assert.equal(sent.url, `http://gate.example${RUN}?stream=false&user_id=web_user`)
    assert.equal(sent.body, 'message=hi&user_id=web_user')
    assert.equal(sent.headers['x-gatewright-subject'], 'web_user')
    assert.match(sent.headers['x-gatewright-decision'], /^allow;reason=allowed;policy=sha256:[0-9a-f]{64}$/)
    assert.equal(sent.headers.authorization, `Bearer ${token}`)
  })

  it('forwards forms with files', async () => {
    const body = new FormData()
    body.append('message', 'hi')
    body.append('files', new File(['content'], 'a.txt', { type: 'text/plain' }))
    const response = await ask(RUN, { method: 'POST', headers: bearer(token), body })
    const sent = /** @type {any} */ (await response.json())
    assert.match(sent.body, /name="user_id"\r\n\r\nweb_user\r\n/)
    assert.match(sent.body, /filename="a.txt"[^]*content/)
    assert.ok(sent.body.includes(/boundary="?([^"]+)/.exec(sent.headers['content-type'])?.[1]))
  })

  it('keeps the length of a body that it does not read', async () => {
    const response = await ask('/health', { method: 'POST', body: 'twelve bytes' })
    const sent = /** @type {any} */ (await response.json())
    assert.deepEqual([sent.body, sent.headers['content-length'], sent.headers['x-gatewright-decision']], ['twelve bytes', '12', undefined])
  })

  it('verifies tokens with the keys that an issuer publishes, fetched once', async () => {
    const run = () => ask(RUN, { method: 'POST', headers: bearer(published) })
    const responses = await Promise.all(Array.from({ length: 10 }, run))
    assert.deepEqual(new Set(responses.map(({ status }) => status)), new Set([200]))
    assert.equal(fetched, 1)
  })

  it('filters lists', async () => {
    const some = await ask('/agents', { headers: bearer(hs256({ ...fresh, scopes: ['agents:b:read'] })) })
    assert.deepEqual(await some.json(), [{ id: 'b' }])
    assert.deepEqual([some.headers.get('etag'), some.headers.get('cache-control')], [null, 'private, no-store'])
    const all = await ask('/agents', { headers: bearer(token) })
    assert.equal(/** @type {any} */ (await all.json()).length, 2)
    const head = await ask('/agents', { method: 'HEAD', headers: bearer(hs256({ ...fresh, scopes: ['agents:b:read'] })) })
    assert.deepEqual([head.status, head.headers.get('content-length')], [200, null])
  })

  it('denies upgrades', async () => {
    const response = await ask('/workflows/ws', { headers: { ...bearer(token), upgrade: 'websocket' } })
    assert.equal(response.status, 403)
  })

  it('has paths of its own, which never reach the origin', async () => {
    for (const [path, status] of /** @type {const} */ ([
      ['/.gate/health', 200], ['/.gate/ready', 200], ['/.gate', 404], ['/.gate/', 404], ['/.gate/policy', 404],
    ])) {
      const response = await ask(path)
      const body = /** @type {any} */ (await response.json())
      assert.deepEqual([response.status, body.url], [status, undefined], path)
    }
    assert.equal((await ask('/.gate/health', { method: 'POST' })).status, 405)
    assert.equal((await ask('/%2Egate/health')).status, 400)
  })
})

describe('the worker streams', () => {
  it('what the origin says as it says it', async () => {
    const encoder = new TextEncoder()
    /** @type {(text: string) => void} */
    let say = () => {}
    const events = () => new Answer(new ReadableStream({
      start(controller) {
        say = (text) => controller.enqueue(encoder.encode(text))
        say('data: one\n\n')
      },
    }), { headers: { 'content-type': 'text/event-stream' } })
    const worker = startWorker({ bindings: { POLICY: policy, ...secrets }, serviceBindings: { ORIGIN: events } })
    try {
      const response = await worker.dispatchFetch(`http://gate.example${RUN}`, { method: 'POST', headers: bearer(token) })
      const reader = /** @type {ReadableStreamDefaultReader<Uint8Array>} */ (response.body?.getReader())
      const read = async () => new TextDecoder().decode((await reader.read()).value)
      assert.equal(await read(), 'data: one\n\n')
      say('data: two\n\n')
      assert.equal(await read(), 'data: two\n\n')
      await reader.cancel()
    } finally {
      await worker.dispose()
    }
  })
})

describe('the origin of the worker', () => {
  for (const [why, bindings] of /** @type {const} */ ([
    ['is not said', {}],
    ['is nonsense', { ORIGIN_URL: 'nonsense' }],
    ['does not answer', { ORIGIN_URL: 'http://127.0.0.1:9' }],
  ])) {
    it(`${why}, and the answer is 502`, async () => {
      /** @type {string[]} */
      const log = []
      const worker = startWorker({
        bindings: { POLICY: policy, ...secrets, ...bindings },
        handleStructuredLogs: (/** @type {any} */ { message }) => log.push(message),
      })
      try {
        const response = await worker.dispatchFetch('http://gate.example/health')
        assert.deepEqual([response.status, await response.json()], [502, { detail: 'the origin cannot be reached' }])
        assert.match(log.join('\n'), /"event":"origin_unreachable"/)
      } finally {
        await worker.dispose()
      }
    })
  }
})

describe('the worker is closed', () => {
  for (const [why, bindings, logged] of /** @type {[string, object, RegExp][]} */ ([
    ['without a policy', secrets, /"code":"policy_syntax"/],
    ['with a policy that is none', { POLICY: '{"version": 1, "nonsense": true}', ...secrets }, /"pointer":"\/nonsense"/],
    ['without a secret', { POLICY: policy }, /"code":"policy_secret_missing"/],
    ['with a secret that is too short', { POLICY: policy, KEY: 'pa55word' }, /"code":"policy_key_weak"/],
  ])) {
    it(why, async () => {
      /** @type {string[]} */
      const log = []
      const worker = startWorker({
        bindings, serviceBindings: { ORIGIN: origin }, handleStructuredLogs: (/** @type {any} */ { message }) => log.push(message),
      })
      try {
        for (const path of ['/health', RUN, '/no/such/path']) {
          const response = await worker.dispatchFetch(`http://gate.example${path}`, { headers: bearer(token) })
          assert.equal(response.status, 503)
          assert.equal(response.headers.get('retry-after'), '1')
          assert.deepEqual(await response.json(), { detail: 'the gate has no valid policy' })
        }
        assert.equal((await worker.dispatchFetch('http://gate.example/.gate/health')).status, 200)
        const ready = await worker.dispatchFetch('http://gate.example/.gate/ready')
        assert.deepEqual([ready.status, await ready.json()], [503, { title: 'Service Unavailable', status: 503 }])
        const said = log.filter((line) => line.includes('policy_invalid'))
        assert.equal(said.length, 1, 'said once')
        assert.match(said[0], logged)
        assert.doesNotMatch(log.join('\n'), /pa55word|eyJ/)
      } finally {
        await worker.dispose()
      }
    })
  }

  it('while the keys of an issuer cannot be had, and only for that issuer', async () => {
    const worker = startWorker({
      bindings: { POLICY: policy, ...secrets },
      serviceBindings: { ORIGIN: origin },
      outboundService: () => new Answer('no', { status: 500 }),
    })
    try {
      const run = (/** @type {string} */ credential) =>
        worker.dispatchFetch(`http://gate.example${RUN}`, { method: 'POST', headers: bearer(credential) })
      const other = await run(published)
      assert.deepEqual([other.status, other.headers.get('retry-after')], [503, '1'])
      assert.equal((await run(token)).status, 200)
      assert.equal((await worker.dispatchFetch('http://gate.example/.gate/ready')).status, 503)
    } finally {
      await worker.dispose()
    }
  })
})

describe('the policy of the worker', () => {
  it('can be in KV, and the origin at an address', async () => {
    /** @type {string[]} */
    const reached = []
    const worker = startWorker({
      kvNamespaces: ['POLICY'],
      bindings: { ...secrets, ORIGIN_URL: 'http://platform.internal:7777/os/' },
      outboundService: (/** @type {any} */ request) => { reached.push(request.url); return new Answer('from the platform') },
    })
    try {
      await (await worker.getKVNamespace('POLICY')).put('policy', JSON.stringify(policy))
      const response = await worker.dispatchFetch('http://gate.example/health?a=%2F', {})
      assert.deepEqual([response.status, await response.text()], [200, 'from the platform'])
      assert.deepEqual(reached, ['http://platform.internal:7777/os/health?a=%2F'])
    } finally {
      await worker.dispose()
    }
  })
})

describe('a policy in KV', () => {
  const script = `
    import { createWorker } from './pkg/worker.js'
    let now = 0, policy
    const worker = createWorker({ now: () => now, report: () => {} })
    const POLICY = { get: async () => { if (policy === 'away') throw new Error('KV is away'); return policy ?? null } }
    export default {
      async fetch(request, env, ctx) {
        if (request.url.endsWith('/world')) {
          ({ now, policy } = await request.json())
          return new Response()
        }
        return worker.fetch(request, { ...env, POLICY }, ctx)
      },
    }`
  const open = JSON.stringify(policyWith())
  const closed = JSON.stringify(policyWith({}, { agents: {} }))

  it('holds from half a minute after it was written, and an hour without KV', async () => {
    const worker = startWorker({ bindings: secrets, serviceBindings: { ORIGIN: origin } }, script)
    try {
      for (const [after, policy, status] of /** @type {const} */ ([
        [0, open, 200], [29, closed, 200], [30, closed, 403], [60, open, 200], [90, '{', 503], [119, open, 503],
        [120, open, 200], [150, 'away', 200], [3719, 'away', 200], [3750, 'away', 503], [3780, open, 200],
        [3810, undefined, 503], [3840, closed, 403],
      ])) {
        const body = JSON.stringify({ now: NOW + after, policy })
        await worker.dispatchFetch('http://gate.example/world', { method: 'POST', body })
        const headers = bearer(hs256({ exp: NOW + 7200 }))
        const response = await worker.dispatchFetch(`http://gate.example${RUN}`, { method: 'POST', headers })
        assert.equal(response.status, status, `after ${after} s`)
        await response.text()
      }
    } finally {
      await worker.dispose()
    }
  })
})

describe('at the global scope of a Worker', () => {
  it('a gate can be made, though there is neither clock nor randomness', async () => {
    const script = `
      import { createGate } from './pkg/workerd.js'
      const gate = await createGate({ policy: ${JSON.stringify(policyWith())}, secrets: ${JSON.stringify(secrets)}, now: () => ${NOW} })
      export default {
        async fetch({ method, url, headers }) { return Response.json(await gate.decide({ method, url, headers })) },
      }`
    const worker = startWorker({}, script)
    try {
      const response = await worker.dispatchFetch(`http://gate.example${RUN}`, { method: 'POST', headers: bearer(hs256()) })
      assert.equal(/** @type {any} */ (await response.json()).decision, true)
    } finally {
      await worker.dispose()
    }
  })
})
