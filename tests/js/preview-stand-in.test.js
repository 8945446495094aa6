// The page's own key in place of an issuer's: a token is refused for what it would be refused for, and no less.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, it } from 'node:test'
import * as gatewright from '../../pkg/node.js'
import { createSheet } from '../../www/preview/sheet.js'
import { issuerOf, keyOf, placeholders, quickest, standIn } from '../../www/preview/stand-in.js'
import { SECRET, now, pairOf, secretsOf, signed } from './preview-scenes.js'

/** @typedef {{ [name: string]: any }} Json */

const FAR = 40 * 24 * 3600
const AUTHORIZATION = 'authorization'
const encoded = (/** @type {string | object} */ part) => Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')
const good = { iss: 'https://id.example/', aud: 'us', sub: 'ann', exp: now + 600, scopes: ['agents:a:run'] }

/** A policy whose issuer takes tokens of an algorithm, and has the real key. @param {string} alg @param {object} [issuer] @returns {Json} */
const policyFor = (alg, issuer) => ({
  version: 1,
  authentication: { issuers: [{
    name: 'main', issuer: 'https://id.example/', audience: ['us'], algorithms: [alg], keys: [alg.startsWith('HS') ? { env: 'KEY' } : { jwk: pairOf(alg).jwk }], ...issuer,
  }] },
  routes: { profile: 'agentos' },
})

/** Signed with the real key, whatever stands in it. @param {string} alg @param {string | object} header @param {string | object} claims */
function raw(alg, header, claims) {
  const text = `${encoded(header)}.${encoded(claims)}`
  // The key pairs sign what `signed` makes of claims, so texts are signed with secrets alone.
  return `${text}.${createHmac(`sha${alg.slice(2)}`, SECRET).update(text).digest('base64url')}`
}

/** Tokens by what is the matter with them: claims and header that differ from good ones. @type {[string, Json, Json?][]} */
const TOKENS = [
  ['nothing', {}], ['another issuer', { iss: 'https://evil.example/' }], ['no issuer', { iss: undefined }], ['an issuer that is no text', { iss: 5 }],
  ['another audience', { aud: 'them' }], ['no audience', { aud: undefined }], ['a list of audiences', { aud: ['them', 'us'] }], ['an audience that is none', { aud: ['us', 5] }],
  ['its end', { exp: now }], ['no end', { exp: undefined }], ['an end that is no time', { exp: 'soon' }], ['an end that is far away', { exp: now + FAR }], ['an end in quotes', { exp: String(now + 600) }],
  ['a beginning', { nbf: now + 60 }], ['a birth to come', { iat: now + 60 }], ['no subject', { sub: undefined }], ['an empty subject', { sub: '' }],
  ['a subject of the platform', { sub: '__scheduler__' }], ['a subject with a control character', { sub: 'a\u0007' }], ['scopes as a text', { scopes: 'agents:a:run x' }],
  ['scopes that are none', { scopes: [1] }], ['scopes that are a number', { scopes: 7 }], ['no scopes', { scopes: undefined }], ['a session that is none', { session_id: 5 }], ['a jti that is none', { jti: 5 }],
  ['a type', {}, { typ: 'at+jwt' }], ['no type', {}, { typ: undefined }], ['a type that is none', {}, { typ: 5 }],
  ['the name of another key', {}, { kid: 'another' }], ['a name of a key that is none', {}, { kid: 5 }], ['a name of a key that is long', {}, { kid: 'k'.repeat(300) }],
  ['something critical', {}, { crit: ['exp'] }], ['a compression', {}, { zip: 'DEF' }], ['a token inside', {}, { cty: 'JWT' }], ['a key that it brings', {}, { jwk: { kty: 'oct', k: 'AAAA', alg: 'none' } }],
  ['no algorithm', {}, { alg: undefined }], ['an algorithm that is none', {}, { alg: 5 }], ['`none`', {}, { alg: 'none' }], ['an algorithm that nobody knows', {}, { alg: 'HS999' }],
  ['another algorithm of the same kind', {}, { alg: 'HS384' }], ['another algorithm', {}, { alg: 'RS256' }], ['a shared secret', {}, { alg: 'HS256' }], ['a curve', {}, { alg: 'ES256' }],
  ['its size', { padding: 'x'.repeat(6100) }], ['its size of one issuer', { padding: 'x'.repeat(500) }],
]

/** @param {Json} policy @param {string} token */
async function reasons(policy, token) {
  const asked = { method: 'POST', url: '/agents/a/runs' }
  const real = await gatewright.createGate({ policy, secrets: secretsOf(policy), now: () => now, report: () => {} })
  const sheet = await createSheet({ createGate: gatewright.createGate, policy, caller: { kind: 'token', token }, now: () => now })
  const [expected, shown] = [
    await real.decide({ ...asked, headers: { [AUTHORIZATION]: `Bearer ${token}` } }), await sheet.gate.decide({ ...asked, headers: sheet.who.headers }),
  ]
  for (const gate of [real, sheet.gate]) gate.close()
  return [expected.context.reason, shown.context.reason]
}

describe('a token with', () => {
  for (const [alg, issuer] of /** @type {[string, object?][]} */ ([
    ['HS256'], ['HS256', { flavour: 'agno-3.1' }], ['HS512', { typ: 'at+jwt', max_token_bytes: 700, leeway_seconds: 100 }],
    ['RS256'], ['PS384'], ['ES256'], ['ES384', { flavour: 'agno-3.1' }], ['ES512'], ['EdDSA', { require_expiry: false, typ: 'JWT', max_token_bytes: 700 }],
  ])) {
    it(`whatever is the matter with it, for ${alg} ${JSON.stringify(issuer ?? {})}`, async () => {
      const policy = policyFor(alg, issuer)
      const seen = new Set()
      for (const [name, claims, header] of TOKENS) {
        const token = signed({ ...good, ...claims }, alg, { kid: undefined, typ: policy.authentication.issuers[0].typ ?? 'JWT', ...header })
        const [expected, shown] = await reasons(policy, token)
        // The page's key has no name, so it does for all names. That there is no such key is the key's business.
        if (expected === 'token_key_unknown') assert.deepEqual([header?.kid, shown], ['another', 'allowed'])
        else assert.equal(shown, expected, name)
        seen.add(expected)
      }
      assert.ok(seen.has('allowed') && seen.size > 12, [...seen].join(' '))
    })
  }

  for (const [name, header, claims, reason] of /** @type {[string, string, string, string][]} */ ([
    ['an algorithm twice', '{"alg":"HS256","alg":"HS256"}', JSON.stringify(good), 'token_duplicate_member'],
    ['a subject twice', '{"alg":"HS256"}', `{"sub":"eve",${JSON.stringify(good).slice(1)}`, 'token_duplicate_member'],
    ['claims that are a list', '{"alg":"HS256"}', '[]', 'token_payload'],
    ['claims that are deep', '{"alg":"HS256"}', `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`, 'token_depth'],
    ['white space', '{ "alg" : "HS256" }', `  ${JSON.stringify(good)}\n`, 'allowed'],
    ['escapes in its header', '{"\\u0061lg":"HS256"}', JSON.stringify(good), 'allowed'],
  ])) {
    it(`${name}, byte for byte as it was pasted`, async () => {
      assert.deepEqual(await reasons(policyFor('HS256'), raw('HS256', header, claims)), [reason, reason])
    })
  }

  for (const [name, change] of /** @type {[string, (token: string) => string][]} */ ([
    ['four parts', (token) => `${token}.x`], ['five parts', (token) => `${token}.x.y`], ['two parts', (token) => token.slice(0, token.lastIndexOf('.'))],
    ['a padded signature', (token) => `${token}=`], ['a signature of spare bits', (token) => `${token.slice(0, -1)}B`], ['a signature that is no base64url', (token) => `${token}!`],
    ['a padded header', (token) => token.replace('.', '=.')], ['nothing', () => 'x'],
  ])) {
    it(`${name} is refused for its form`, async () => {
      const [expected, shown] = await reasons(policyFor('HS256'), change(signed(good, 'HS256')))
      assert.equal(shown, expected)
      assert.match(shown, /^token_(malformed|encoding|encrypted)$/)
    })
  }
})

it('an HS256 token under the public key of an RS256 issuer is refused, as the gate refuses it', async () => {
  const text = `${encoded({ alg: 'HS256' })}.${encoded(good)}`
  const forged = `${text}.${createHmac('sha256', JSON.stringify(pairOf('RS256').jwk)).update(text).digest('base64url')}`
  assert.deepEqual(await reasons(policyFor('RS256'), forged), ['token_algorithm', 'token_algorithm'])
})

it('of several issuers the token picks its own', async () => {
  const issuers = [
    { name: 'one', issuer: 'https://one.example/', audience: 'any', algorithms: ['ES256'], keys: [{ jwk: pairOf('ES256').jwk }] },
    { name: 'two', issuer: 'https://two.example/', audience: ['us'], algorithms: ['HS256'], keys: [{ env: 'TWO' }] },
    { name: 'rest', issuer: 'any', audience: 'any', algorithms: ['HS512', 'HS256'], keys: [{ env: 'REST' }] },
  ]
  const policy = { version: 1, authentication: { issuers }, routes: { profile: 'agentos' } }
  const seen = new Set()
  for (const iss of ['https://one.example/', 'https://two.example/', 'https://three.example/', 'any', 5, undefined]) {
    for (const alg of ['ES256', 'HS256', 'HS512', 'RS256']) {
      for (const aud of ['us', 'them']) {
        const token = signed({ ...good, iss, aud }, alg, { kid: undefined })
        const [expected, shown] = await reasons(policy, token)
        assert.equal(shown, expected, `${iss} ${alg} ${aud}`)
        seen.add(shown)
      }
    }
  }
  assert.deepEqual([...seen].sort(), ['allowed', 'token_algorithm', 'token_audience'])
  const closed = { ...policy, authentication: { issuers: issuers.slice(0, 2) } }
  assert.deepEqual(await reasons(closed, signed({ ...good, iss: 'https://three.example/' }, 'HS256')), ['token_issuer', 'token_issuer'])
})

it('the issuer is the one that the gate picks', () => {
  const of = (/** @type {Json[]} */ issuers, /** @type {Json} */ claims) => issuerOf({ authentication: { issuers } }, claims)
  const [one, any] = [{ issuer: 'https://one.example/' }, { issuer: 'any' }]
  assert.equal(of([one], { iss: 'https://two.example/' }), one)
  assert.equal(of([any, one], { iss: 'https://one.example/' }), one)
  assert.equal(of([any, one], {}), any)
  assert.equal(of([one, { issuer: 'https://two.example/' }], {}), undefined)
  assert.equal(issuerOf({ authentication: {} }, {}), undefined)
})

it('no key of the policy is left in it, and no secret is asked for that the page has not', async () => {
  const issuers = [
    { name: 'a', issuer: 'any', audience: 'any', algorithms: ['HS256'], keys: [{ env: 'A' }, { env: 'B' }] },
    { name: 'b', issuer: 'https://b.example/', audience: 'any', algorithms: ['RS256', 'HS256'], keys: [{ pem: 'PEM' }], jwks_uri: 'https://b.example/jwks' },
    { name: 'c', issuer: 'https://c.example/', audience: 'any', algorithms: ['ES256'], keys: [{ jwk: {} }] },
  ]
  for (const algorithm of ['HS256', 'ES256', 'none', undefined, 5]) {
    const { policy, secrets } = await standIn({ version: 1, authentication: { issuers }, routes: {} }, algorithm)
    const text = JSON.stringify(policy)
    for (const word of ['"A"', '"B"', 'PEM', 'b.example/jwks', '"jwk"']) assert.ok(!text.includes(word), `${word} with ${algorithm}`)
    for (const [, name] of text.matchAll(/"env":"([^"]+)"/g)) assert.ok(secrets[name], name)
  }
})

it('keys are made once, and the fastest is taken where there is a choice', async () => {
  assert.equal(await keyOf('HS256'), await keyOf('HS256'))
  for (const none of ['none', 'HS255', '', undefined, 5, '__proto__']) assert.equal(keyOf(none), undefined)
  assert.equal(quickest(['RS256', 'ES256']), 'ES256')
  assert.equal(quickest(['PS512']), 'PS512')
  const { A, B } = placeholders(['A', 'B'])
  assert.ok(A.length >= 64 && A !== B)
})
