// What the origin gets, and what the caller gets.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createGate } from '../../pkg/node.js'
import { NOW, hs256, policyWith, request, secrets } from './tokens.js'

const RUN = '/agents/web-search-agent/runs'
const off = { isolation: 'off' }

/** @param {object} [options] */
async function gateWith({ policy = policyWith({}, off), ...options } = {}) {
  /** @type {any[]} */
  const events = []
  const gate = await createGate({ policy, secrets, now: () => NOW, report: (event) => events.push(event), ...options })
  /** @type {Request[]} */
  const sent = []
  const ask = (/** @type {Request} */ asked, answer = () => new Response('from the origin')) =>
    gate.enforce(asked, (forwarded) => { sent.push(forwarded); return answer() })
  return { gate, ask, sent, events }
}

describe('what is forwarded', () => {
  it('says who was verified, and how it was decided', async () => {
    const { gate, ask, sent } = await gateWith()
    const token = hs256({ sub: 'Zoë 100%', session_id: 's-1' })
    const response = await ask(request(`${RUN}?stream=true`, { method: 'POST', token, body: 'hello' }))
    assert.equal(await response.text(), 'from the origin')
    const [{ url, method, headers, redirect }] = sent
    assert.equal(url, `http://gate.example${RUN}?stream=true`)
    assert.deepEqual([method, redirect, await sent[0].text()], ['POST', 'manual', 'hello'])
    assert.equal(headers.get('authorization'), `Bearer ${token}`)
    assert.equal(headers.get('x-gatewright-subject'), 'Zo%C3%AB%20100%25')
    assert.equal(headers.get('x-gatewright-session'), 's-1')
    assert.equal(headers.get('x-gatewright-decision'), `allow;reason=allowed;policy=${gate.policy}`)
  })

  it('has no identity but ours', async () => {
    const { ask, sent } = await gateWith()
    const forged = {
      'X-Gatewright-Subject': 'admin', 'x-gatewright-session': 's', 'x_gatewright_subject': 'admin',
      'x-gatewright_session': 's', 'x-gatewright-anything': 'x', 'x-gatewright': 'x', 'x-gatewrights': 'not ours',
    }
    await ask(request('/agents', { token: hs256(), headers: forged }))
    await ask(request('/health', { headers: forged }))
    const ours = sent.map(({ headers }) => [...headers].filter(([name]) => name.includes('gatewright')))
    assert.deepEqual(ours[0].map(([name]) => name), ['x-gatewright-decision', 'x-gatewright-subject', 'x-gatewrights'])
    assert.equal(sent[0].headers.get('x-gatewright-subject'), 'web_user')
    assert.deepEqual(ours[1], [['x-gatewrights', 'not ours']])
  })

  it('has no header that is for the gate alone', async () => {
    const { ask, sent } = await gateWith()
    const asked = request('/agents', { token: hs256() })
    const headers = {
      connection: 'close, X-Hop, authorization, x-gatewright-subject, content-type, not a name',
      'x-hop': '1', 'keep-alive': '5', te: 'trailers', 'proxy-authorization': 'Basic eA==', trailer: 'x',
      'proxy-connection': 'close', 'content-type': 'text/plain', accept: '*/*',
    }
    for (const [name, value] of Object.entries(headers)) asked.headers.set(name, value)
    await ask(asked)
    assert.deepEqual([...sent[0].headers.keys()].sort(), [
      'accept', 'authorization', 'content-type', 'x-gatewright-decision', 'x-gatewright-subject',
    ])
  })

  it('is streamed, both ways', async () => {
    const { gate } = await gateWith()
    /** @type {ReadableStreamDefaultController<Uint8Array>} */
    let body = /** @type {any} */ (undefined)
    const stream = new ReadableStream({ start: (controller) => { body = controller } })
    const asked = request(RUN, { method: 'POST', token: hs256(), body: stream, ...{ duplex: 'half' } })
    const response = await gate.enforce(asked, (forwarded) => new Response(forwarded.body))
    const reader = response.body?.getReader()
    body.enqueue(new TextEncoder().encode('first'))
    assert.equal(new TextDecoder().decode((await reader?.read())?.value), 'first')
    body.close()
  })

  it('is the path that was decided on, or nothing', async () => {
    const { ask, sent } = await gateWith()
    for (const path of ['/agents/a"b/runs', '/agents/{x}/runs', '/agents/a|b/runs']) {
      const asked = request('/', { method: 'POST', token: hs256({ scopes: ['agents:run'] }) })
      Object.defineProperty(asked, 'url', { value: `http://gate.example${path}` })
      const response = await ask(asked)
      const arrived = sent.pop()
      if (arrived) assert.equal(arrived.url, `http://gate.example${path}`)
      else assert.equal(response.status, 400)
    }
  })

  it('never has a body that was read before', async () => {
    const { ask } = await gateWith()
    const asked = request(RUN, { method: 'POST', token: hs256(), body: 'hello' })
    await asked.text()
    await assert.rejects(ask(asked), TypeError)
  })
})

describe('an answer of the gate', () => {
  for (const [name, path, init, status, detail, challenge] of /** @type {[string, string, any, number, string, string?][]} */ ([
    ['asks who sends no token for one', RUN, { method: 'POST' }, 401, 'Authorization header missing', 'Bearer'],
    ['says what is wrong with a token', RUN, { method: 'POST', token: hs256({ exp: NOW }) }, 401, 'Token has expired',
      'Bearer error="invalid_token", error_description="the token has expired"'],
    ['says which scope is missing', '/sessions', { token: hs256() }, 403,
      'Insufficient permissions. Required scope(s): sessions:read',
      'Bearer error="insufficient_scope", scope="sessions:read"'],
    ['does not say whether there is such an agent', '/agents/ghost/runs', { method: 'POST', token: hs256() }, 403,
      'Insufficient permissions. Required scope(s): agents:run', undefined],
    ['refuses a bad path', '/a%2Fb', {}, 400, 'the path holds an encoded slash', undefined],
  ])) {
    it(name, async () => {
      const { ask, sent, events } = await gateWith()
      const response = await ask(request(path, init))
      assert.equal(sent.length, 0)
      assert.equal(response.status, status)
      assert.deepEqual(await response.json(), { detail })
      assert.equal(response.headers.get('content-type'), 'application/json')
      assert.equal(response.headers.get('cache-control'), 'no-store')
      if (challenge) assert.equal(response.headers.get('www-authenticate'), challenge)
      assert.equal(events.length, 1)
      assert.deepEqual([events[0].event, events[0].status, events[0].path], ['denied', status, path])
      assert.doesNotMatch(JSON.stringify(events), /eyJ|Bearer/)
    })
  }

  it('has no body for HEAD', async () => {
    const { ask } = await gateWith()
    const response = await ask(request('/agents', { method: 'HEAD' }))
    assert.deepEqual([response.status, response.body], [401, null])
  })

  it('is 502 where the origin fails, and says why in the log alone', async () => {
    const { ask, events } = await gateWith()
    const response = await ask(request('/agents', { token: hs256() }), () => { throw new Error('10.0.0.7 refused') })
    assert.equal(response.status, 502)
    assert.deepEqual(await response.json(), { detail: 'the origin cannot be reached' })
    assert.deepEqual(events.map(({ event, reason }) => reason ?? event), ['origin_unreachable', 'origin_unreachable'])
    assert.match(events[0].error, /10\.0\.0\.7/)
  })
})

describe('an answer of the origin', () => {
  it('goes back as it is', async () => {
    const { ask } = await gateWith()
    const response = new Response('x', { status: 418, headers: { etag: '"1"' } })
    assert.equal(await ask(request('/health'), () => response), response)
    assert.equal(await ask(request(RUN, { method: 'POST', token: hs256() }), () => response), response)
  })

  it('is filtered if it is a list, for whom it has to be', async () => {
    const { ask, sent } = await gateWith()
    const headers = { 'if-none-match': '"1"', range: 'bytes=0-9' }
    const list = () => Response.json([{ id: 'web-search-agent' }, { id: 'finance-agent' }], { headers: { etag: '"1"' } })
    const some = { token: hs256({ scopes: ['agents:finance-agent:read'] }), headers }
    const filtered = await ask(request('/agents', some), list)
    assert.deepEqual(await filtered.json(), [{ id: 'finance-agent' }])
    assert.deepEqual(
      ['etag', 'content-length', 'cache-control', 'vary'].map((name) => filtered.headers.get(name)),
      [null, null, 'private, no-store', 'Authorization'],
    )
    const whole = await ask(request('/agents', { token: hs256(), headers }), list)
    assert.equal((await whole.json()).length, 2)
    assert.equal(whole.headers.get('etag'), '"1"')
    assert.deepEqual(sent.map(({ headers }) => [headers.has('if-none-match'), headers.has('range')]), [[false, false], [true, true]])
  })

  it('is filtered inside /config', async () => {
    const { ask } = await gateWith()
    const body = { os_id: 'x', agents: [{ id: 'a' }, { id: 'b' }], teams: [{ id: 't' }], workflows: [] }
    const token = hs256({ scopes: ['config:read', 'agents:b:read', 'teams:read'] })
    const response = await ask(request('/config', { token }), () => Response.json(body))
    assert.deepEqual(await response.json(), { ...body, agents: [{ id: 'b' }] })
  })

  it('is 502 if the list cannot be read', async () => {
    const token = hs256({ scopes: ['agents:a:read'] })
    const { ask } = await gateWith({ maxListBytes: 100 })
    for (const answer of [
      () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
      () => new Response('[{"id":', { headers: { 'content-type': 'application/json' } }),
      () => new Response(new Uint8Array([0x5b, 0x22, 0xff, 0x22, 0x5d]), { headers: { 'content-type': 'application/json' } }),
      () => Response.json({ data: [{ id: 'b' }] }),
      () => Response.json([{ id: 'a', description: 'x'.repeat(100) }]),
      () => new Response('[{"id":"b"}]', { status: 206, headers: { 'content-type': 'text/plain' } }),
    ]) {
      const response = await ask(request('/agents', { token }), answer)
      assert.equal(response.status, 502)
      assert.deepEqual(await response.json(), { detail: "the origin's list cannot be read" })
    }
    const failed = await ask(request('/agents', { token }), () => Response.json({ detail: 'broken' }, { status: 500 }))
    assert.deepEqual([failed.status, await failed.json()], [500, { detail: 'broken' }])
  })

  it('to HEAD does not tell how long the list is', async () => {
    const { ask } = await gateWith()
    const asked = request('/agents', { method: 'HEAD', token: hs256({ scopes: ['agents:a:read'] }) })
    const response = await ask(asked, () => new Response(null, { headers: { 'content-length': '1234', etag: '"1"' } }))
    assert.deepEqual([response.status, response.headers.get('content-length'), response.headers.get('etag')], [200, null, null])
  })
})
