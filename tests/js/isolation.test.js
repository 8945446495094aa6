// Whoever it says it is for: the origin hears of the verified user and session, and of nobody else.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createGate } from '../../pkg/node.js'
import { NOW, hs256, policyWith, request, secrets } from './tokens.js'

const RUN = '/agents/web-search-agent/runs'
const token = hs256({ sub: 'ann & bob' })
const withSession = hs256({ sub: 'ann & bob', session_id: 's-1' })
const FORM = 'application/x-www-form-urlencoded'

/** @param {object} [isolation] @param {object} [issuer] */
async function gateWith(isolation = {}, issuer) {
  const policy = policyWith(issuer, { isolation })
  const gate = await createGate({ policy, secrets, now: () => NOW, report: () => {} })
  /** @returns {Promise<{ status: number, detail?: string, sent?: Request }>} */
  return async (/** @type {string} */ path, /** @type {Parameters<typeof request>[1]} */ init) => {
    /** @type {Request | undefined} */
    let sent
    const response = await gate.enforce(request(path, init), (forwarded) => { sent = forwarded; return new Response() })
    return { status: response.status, detail: sent ? undefined : (await response.json()).detail, sent }
  }
}

describe('a query', () => {
  for (const [query, expected, sender = token] of [
    ['', '?user_id=ann+%26+bob'],
    ['?', '?user_id=ann+%26+bob'],
    ['?user_id=eve', '?user_id=ann+%26+bob'],
    ['?user_id=eve&a=%2f&user_id=ann&user%5Fid=x&user_id&b', '?a=%2f&b&user_id=ann+%26+bob'],
    ['?User_Id=eve&user_id%20=x', '?User_Id=eve&user_id%20=x&user_id=ann+%26+bob'],
    ['?session_id=s-2', '?session_id=s-2&user_id=ann+%26+bob'],
    ['?session_id=s-2', '?user_id=ann+%26+bob&session_id=s-1', withSession],
    ['', '?user_id=ann+%26+bob&session_id=s-1', withSession],
  ]) {
    it(`\`${query}\` becomes \`${expected}\``, async () => {
      const { sent } = await (await gateWith())(`/agents${query}`, { token: sender })
      assert.equal(sent?.url, `http://gate.example/agents${expected}`)
    })
  }

  it('is left alone for an administrator, on public routes, and where isolation is off', async () => {
    const admin = hs256({ sub: 'root', scopes: ['agent_os:admin'] })
    const on = await gateWith()
    assert.equal((await on('/agents?user_id=eve', { token: admin })).sent?.url, 'http://gate.example/agents?user_id=eve')
    assert.equal((await on('/health?user_id=eve')).sent?.url, 'http://gate.example/health?user_id=eve')
    const off = await gateWith(/** @type {any} */ ('off'))
    assert.equal((await off('/agents?user_id=eve', { token })).sent?.url, 'http://gate.example/agents?user_id=eve')
  })

  it('knows other names for the user, where they are used', async () => {
    const ask = await gateWith({ user: ['user_id', 'uid'] })
    assert.equal((await ask('/agents?uid=eve', { token })).sent?.url, 'http://gate.example/agents?user_id=ann+%26+bob&uid=ann+%26+bob')
    assert.equal((await ask('/agents', { token })).sent?.url, 'http://gate.example/agents?user_id=ann+%26+bob')
  })
})

describe('a token without subject', () => {
  it('speaks for nobody, so it is refused', async () => {
    const ask = await gateWith({}, { flavour: 'agno-3.1' })
    for (const sub of [undefined, '']) {
      assert.equal((await ask('/agents?user_id=eve', { token: hs256({ sub }) })).status, 403)
    }
  })
})

describe('a JSON body', () => {
  const json = { 'content-type': 'application/json' }
  for (const [name, body, expected, sender = token] of /** @type {[string, string, string | number, string?][]} */ ([
    ['gets the user it lacks', ' {"a":1.0}', ' {"user_id":"ann & bob","a":1.0}'],
    ['gets the user where it is empty', '{ }', '{"user_id":"ann & bob" }'],
    ['gets user and session', '{"a":1}', '{"user_id":"ann & bob","session_id":"s-1","a":1}', withSession],
    ['may say who it is for', '{"user_id": "ann \\u0026 bob"}', '{"user_id": "ann \\u0026 bob"}'],
    ['may choose a session where the token has none', '{"session_id":"s-9"}', '{"user_id":"ann & bob","session_id":"s-9"}'],
    ['may be no object', '[{"user_id":"eve"}]', '[{"user_id":"eve"}]'],
    ['keeps big numbers', '{"user_id":"ann & bob","n":12345678901234567890}', '{"user_id":"ann & bob","n":12345678901234567890}'],
    ['may not name somebody else', '{"user_id":"eve"}', 403],
    ['may not name somebody else in other letters', '{"user\\u005fid":"eve"}', 403],
    ['may not name nobody', '{"user_id":null}', 403],
    ['may not name another session', '{"session_id":"s-2"}', 403, withSession],
    ['may not name a user twice', '{"user_id":"ann & bob","user_id":"eve"}', 400],
    ['may not be cut short', '{"a":1', 400],
    ['may not be UTF-16', '\ufeff{"a":1}', 400],
  ])) {
    it(name, async () => {
      const { status, sent } = await (await gateWith())(RUN, { method: 'POST', token: sender, headers: json, body })
      if (typeof expected === 'number') assert.equal(status, expected)
      else assert.equal(await sent?.text(), expected)
    })
  }

  it('says so in many ways', async () => {
    const ask = await gateWith()
    const body = new TextEncoder().encode('{"user_id":"eve"}')
    for (const type of ['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/vnd.x+json', undefined]) {
      const headers = type ? { 'content-type': type } : undefined
      assert.equal((await ask(RUN, { method: 'POST', token, headers, body })).status, 403, type)
    }
  })

  it('is not read beyond the limit', async () => {
    const ask = await gateWith({ max_body_bytes: 20 })
    const at = await ask(RUN, { method: 'POST', token, headers: json, body: '{"a":"123456789012"}' })
    assert.equal(at.status, 200)
    const over = await ask(RUN, { method: 'POST', token, headers: json, body: '{"a":"1234567890123"}' })
    assert.equal(over.status, 413)
    let pulled = 0
    const endless = new ReadableStream({ pull: (controller) => { pulled += 1; controller.enqueue(new Uint8Array(10)) } })
    const streamed = await ask(RUN, { method: 'POST', token, headers: json, body: endless, ...{ duplex: 'half' } })
    assert.equal(streamed.status, 413)
    assert.ok(pulled < 6, `${pulled} chunks read`)
  })

  it('is not read at all if it says that it is too large', async () => {
    const ask = await gateWith()
    const silent = new ReadableStream()
    const headers = { ...json, 'content-length': '1048577' }
    assert.equal((await ask(RUN, { method: 'POST', token, headers, body: silent, ...{ duplex: 'half' } })).status, 413)
  })

  it('has no longer the length that it had', async () => {
    const headers = { ...json, 'content-length': '7' }
    const { sent } = await (await gateWith())(RUN, { method: 'POST', token, headers, body: '{"a":1}' })
    assert.equal(sent?.headers.get('content-length'), null)
  })

  it('that breaks off is refused', async () => {
    const ask = await gateWith()
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('gone')) })
    assert.equal((await ask(RUN, { method: 'POST', token, headers: json, body: broken, ...{ duplex: 'half' } })).status, 400)
  })

  it('may be empty', async () => {
    const { status, sent } = await (await gateWith())(RUN, { method: 'POST', token, body: new Uint8Array(0) })
    assert.deepEqual([status, await sent?.text()], [200, ''])
  })
})

describe('a form', () => {
  it('is written anew, with the verified user', async () => {
    const ask = await gateWith()
    const { sent } = await ask(RUN, { method: 'POST', token: withSession, headers: { 'content-type': FORM }, body: 'message=a+%26b&user_id=ann+%26+bob&user_id=ann%20%26%20bob' })
    assert.equal(await sent?.text(), 'message=a+%26b&user_id=ann+%26+bob&session_id=s-1')
    assert.match(sent?.headers.get('content-type') ?? '', /^application\/x-www-form-urlencoded/)
  })

  it('with files is written anew, with the verified user', async () => {
    const ask = await gateWith()
    const body = new FormData()
    body.append('message', 'hello')
    body.append('files', new File(['file\r\n'], 'a "b".txt', { type: 'text/plain' }))
    const { sent } = await ask(RUN, { method: 'POST', token, body })
    assert.equal(sent?.headers.get('content-length'), null)
    const form = /** @type {FormData} */ (await sent?.formData())
    assert.deepEqual([form.get('message'), form.get('user_id'), form.get('session_id')], ['hello', 'ann & bob', null])
    const file = /** @type {File} */ (form.get('files'))
    assert.deepEqual([file.name, await file.text()], ['a "b".txt', 'file\r\n'])
  })

  for (const [name, type, body, status] of /** @type {[string, string, string, number][]} */ ([
    ['may not name somebody else', FORM, 'user_id=eve', 403],
    ['may not name somebody else as well', FORM, 'user_id=ann+%26+bob&user%5fid=eve', 403],
    ['is UTF-8', FORM, 'a=1', 200],
    ['is in a charset that we read', `${FORM}; charset=utf-16`, 'a=1', 415],
    ['has a boundary', 'multipart/form-data', 'a=1', 400],
    ['ends where it says', 'multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1', 400],
    ['may not name somebody else in parts', 'multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data; name="user_id"\r\n\r\neve\r\n--x--\r\n', 403],
    ['may not hide a user in a file', 'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="user_id"; filename="a"\r\n\r\nann & bob\r\n--x--\r\n', 403],
    ['is of a type that we read', 'text/plain', 'user_id=eve', 415],
    ['is of one type', 'application/json, text/plain', '{"user_id":"eve"}', 415],
    ['is not XML', 'application/xml', '<user_id>eve</user_id>', 415],
  ])) {
    it(name, async () => {
      const ask = await gateWith()
      assert.equal((await ask(RUN, { method: 'POST', token, headers: { 'content-type': type }, body })).status, status)
    })
  }
})
