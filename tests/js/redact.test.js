// What is taken out of an entry before it is written, and what is not.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { entryText, sortedText } from '../../pkg/state/entry.js'
import { REDACTED, redacted } from '../../pkg/state/redact.js'

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl'
const PEM = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIGdnZ2c\n-----END PRIVATE KEY-----'

/** A letter by its code, so that none is hidden here. @param {number} code */
const letter = (code) => String.fromCodePoint(code)

describe('a member loses its value', () => {
  for (const name of [
    'password', 'PASSWORD', 'db_password', 'passwd', 'passphrase', 'pwd', 'secret', 'client_secret', 'clientSecret', 'token', 'access_token', 'refreshToken',
    'authorization', 'Authorization', 'x-authorization', 'proxy_authorisation', 'api_key', 'apiKey', 'api-key', 'api key', 'x-api-key', 'APIKEY', 'key', 'keys',
    'license_key', 'signingKey', 'private_key', 'cookie', 'Set-Cookie', 'credentials', 'jwt', 'bearer', 'session_id', 'sessionId', 'pin', 'card.pin', 'otp', 'cvv', 'userPin',
    `pass${letter(0x200b)}word`, `${letter(0xff50)}assword`, `tok${letter(0xad)}en`,
  ]) {
    it(`of the name ${JSON.stringify(name)}`, () => {
      for (const value of ['hush', 1234, ['hush'], { a: 'hush' }]) {
        assert.deepEqual(Object.values(redacted({ [name]: value })), [REDACTED])
        assert.deepEqual(Object.values(redacted([{ a: { [name]: value } }])[0].a), [REDACTED])
      }
      assert.deepEqual(Object.values(redacted({ [name]: true })), [true], 'that there is one is no secret')
    })
  }
})

describe('a text loses', () => {
  for (const [text, expected] of /** @type {[string, string][]} */ ([
    [JWT, REDACTED], [`say ${JWT}, please`, `say ${REDACTED}, please`], [JWT.split('.').slice(0, 2).join('.'), REDACTED], [`${JWT}.e.f`, REDACTED],
    ['sk-1234567890', REDACTED], ['"sk-proj-abc_def-123"', `"${REDACTED}"`], ['x=sk_live_1234567890', `x=${REDACTED}`], [`ak_${'a'.repeat(32)}`, REDACTED],
    [`ghp_${'A'.repeat(36)}`, REDACTED], [`xoxb-${'1'.repeat(20)}`, REDACTED], ['AKIAIOSFODNN7EXAMPLE', REDACTED],
    [PEM, REDACTED], [`key: ${PEM} end`, `key: ${REDACTED} end`], [PEM.slice(0, 50), REDACTED],
    ['Bearer abc123def', `Bearer ${REDACTED}`], ['authorization: Basic dXNlcjpwYXNz', `authorization: ${REDACTED} ${REDACTED}`],
    ['password=hunter2', `password=${REDACTED}`], ['password: hunter2 and more', `password: ${REDACTED} and more`], ["the secret = 'x'", `the secret = '${REDACTED}'`],
    ['https://u:pw@host/p', `https://${REDACTED}@host/p`], ['https://host/?access_token=abc&x=1', `https://host/?access_token=${REDACTED}&x=1`], ['api_key:abc123', `api_key:${REDACTED}`],
    ['{"password":"hush","x":1}', `{"password":"${REDACTED}","x":1}`], [' [{"a":"{\\"token\\":\\"hush\\"}"}]', `[{"a":"{\\"token\\":\\"${REDACTED}\\"}"}]`],
    ['broken {"password": "hush"', `broken {"password": "${REDACTED}"`],
    [`sk${letter(0x200b)}-1234567890`, REDACTED], [[...'sk-1234567890'].map((one) => (one === '-' ? one : letter(one.charCodeAt(0) + 0xfee0))).join(''), REDACTED],
  ])) {
    it(`what is in ${JSON.stringify(text).slice(0, 60)}`, () => {
      assert.equal(redacted(text), expected)
      assert.deepEqual(Object.keys(redacted({ [text]: 1 })), [expected], 'in a name as well')
    })
  }
})

it('what is neither stays as it is', () => {
  for (const value of [
    'hello', '', 'a task-management-agent', 'sk-…', 'sk-...abcd', '…abcd', 'tokens: 500 were used', 'secret:read', 'agents:tokens:run', 'token', 'https://host/path', 'me@host',
    'agent_keyboard', `tenant:gr${letter(0xf6)}${letter(0xdf)}e`, '{"a":1}', '{ "a" : 1 }', '[1, 2', 'a'.repeat(64), 'apr_0123456789abcdef0123456789abcdef', '/a/b?x=1', null, true, 1.5,
    { action: 'key.create', target: { id: 'a'.repeat(64) }, before: null, after: { kind: 'virtual', name: '…abcd', key_alias: 'x', agents: ['a'], max_budget: 5 } },
    { approval_id: 'apr_1', context_sha256: 'a'.repeat(64), keyboard: 'x', monkey: 'x', spinning: 1 },
  ]) assert.deepEqual(redacted(value), value)
})

it('nothing is looked at or kept that is too deep, and no member is mistaken for another', () => {
  /** @type {any} */
  let deep = 'hush'
  for (let level = 0; level < 50_000; level += 1) deep = [deep]
  assert.ok(!JSON.stringify(redacted(deep)).includes('hush'))
  const odd = redacted(JSON.parse('{"__proto__":{"token":"hush"},"rawJSON":"sk-1234567890","constructor":"x"}'))
  assert.equal(JSON.stringify(odd), `{"__proto__":{"token":"${REDACTED}"},"rawJSON":"${REDACTED}","constructor":"x"}`)
})

it('no text takes long', () => {
  for (const part of ['a.', 'token:', 'eyJ', '-----BEGIN ', '-----BEGIN A PRIVATE KEY-----', 'sk-', 'bearer ', 'password  ', 'a://', 'a://b', '{"a":"', '["', '\\"', 'key ', '-_']) {
    const text = part.repeat(128 * 1024 / part.length)
    const begun = performance.now()
    redacted({ [text]: text })
    assert.ok(performance.now() - begun < 1000, `${part}: ${performance.now() - begun} ms`)
  }
})

it('it is done once: what is clean stays clean', () => {
  for (const text of [JWT, 'password=x', 'Bearer abc123def', `{"token":"${JWT}"}`, 'https://u:p@h', PEM, 'authorization: Basic dXNlcjpwYXNz']) {
    assert.deepEqual(redacted(redacted({ a: text })), redacted({ a: text }))
  }
})

describe('an entry', () => {
  it('is cut where it is too large, member by member', () => {
    const text = entryText({ action: 'agent.create', before: null, after: { description: 'x'.repeat(100_000) }, token: 'hush', none: undefined })
    assert.deepEqual(JSON.parse(text), { action: 'agent.create', before: null, after: { too_large: 100_018 }, token: REDACTED })
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`m${n}`, 'x'.repeat(4000)]))
    assert.ok(entryText(many).length < 64 * 1024)
  })

  it('has one text for one context', () => {
    assert.equal(sortedText({ b: 1, a: [{ d: 1, c: 'x' }] }), '{"a":[{"c":"x","d":1}],"b":1}')
    assert.equal(sortedText({ [letter(0x20ac)]: 1, [letter(0x1f600)]: 2, [letter(0xfb33)]: 3, A: 4 }), '{"A":4,"\u20ac":1,"\u{1f600}":2,"\ufb33":3}')
    assert.equal(sortedText('x'), '"x"')
  })
})
