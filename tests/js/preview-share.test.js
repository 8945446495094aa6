// A link holds the policy and the caller, and nothing that is anybody's secret. Whoever opens one did not make it.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { MOST, packed, secretIn, unpacked, withoutSecrets } from '../../www/preview/share.js'
import { pairOf, signed } from './preview-scenes.js'

/** @typedef {import('../../www/preview/caller.js').Caller} Caller */

const policy = JSON.stringify({ version: 1, authentication: { virtual_keys: {} }, routes: {} }, undefined, 2)

/** @param {Caller} caller @param {string} [text] */
async function linkTo(caller, text = policy) {
  const link = await packed({ policy: text, caller, request: 'POST /agents/a/runs' })
  assert.ok('fragment' in link, JSON.stringify(link))
  return link.fragment
}

/** What a fragment really holds. @param {string} fragment */
const within = (fragment) => inflateRawSync(Buffer.from(fragment, 'base64url')).toString()

/** A fragment that somebody made by hand. @param {unknown} shared */
const made = (shared) => deflateRawSync(JSON.stringify(shared)).toString('base64url')

describe('a link', () => {
  for (const caller of /** @type {Caller[]} */ ([
    { kind: 'nobody' }, { kind: 'scopes', issuer: 0, scopes: ['agents:🦀:run'], subject: 'ä', agents: [], team: undefined },
    { kind: 'claims', header: { alg: 'RS256' }, claims: { sub: 'ann', deep: { er: [1] } } }, { kind: 'key', record: { agents: ['a'], blocked: true } },
  ])) {
    it(`opens what was shared: ${caller.kind}`, async () => {
      const fragment = await linkTo(caller)
      assert.match(fragment, /^[\w-]+$/)
      assert.deepEqual(JSON.parse(JSON.stringify(await unpacked(fragment))), { policy, caller: JSON.parse(JSON.stringify(caller)), request: 'POST /agents/a/runs' })
    })
  }

  it('holds the header and the claims of a token, and no signature', async () => {
    for (const alg of ['HS256', 'RS256']) {
      const token = signed({ sub: 'ann', scopes: ['agents:read'] }, alg)
      for (const pasted of [token, `Bearer ${token}`, `  ${token}\n`]) {
        const fragment = await linkTo({ kind: 'token', token: pasted })
        assert.ok(!within(fragment).includes(token.split('.')[2]) && !within(fragment).includes(token.split('.')[1]))
        const opened = /** @type {any} */ (await unpacked(fragment))
        assert.deepEqual([opened.caller.kind, opened.caller.claims.sub, opened.caller.header.alg], ['claims', 'ann', alg])
      }
    }
  })

  it('holds nobody where there is no token to read', () => {
    for (const token of ['', 'x', 'a.b.c', 'sk-some-key', `${signed({}, 'HS256')}.x`, 'eyJhbGciOiJIUzI1NiJ9.W10.x']) {
      assert.deepEqual(withoutSecrets({ kind: 'token', token }), { kind: 'nobody' })
    }
  })

  for (const [what, key] of /** @type {[string, object][]} */ ([
    ['a private RSA key', { jwk: { kty: 'RSA', n: 'AA', e: 'AQAB', d: 'AA' } }], ['a private curve', { jwk: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', d: 'AA' } }],
    ['a secret', { jwk: { kty: 'oct', k: 'AA' } }], ['a secret in a set', { jwks: { keys: [pairOf('ES256').jwk, { kty: 'oct', k: 'AA' }] } }], ['a prime', { jwk: { kty: 'RSA', n: 'AA', e: 'AQAB', p: 'AA' } }],
    ['a private key in PEM', { pem: '-----BEGIN PRIVATE KEY-----\nAA' }], ['an old private key in PEM', { pem: '-----BEGIN RSA PRIVATE KEY-----\nAA' }], ['a token', { env: signed({}, 'HS256') }],
  ])) {
    it(`is refused for ${what}`, async () => {
      const text = JSON.stringify({ version: 1, authentication: { issuers: [{ keys: [key] }] } })
      const link = await packed({ policy: text, caller: { kind: 'nobody' } })
      assert.ok('refused' in link && /^it holds a /.test(link.refused), JSON.stringify(link))
    })
  }

  it('is refused for a secret elsewhere, and made for public keys', async () => {
    const token = signed({}, 'HS256')
    for (const shared of /** @type {any[]} */ ([
      { policy, caller: { kind: 'scopes', issuer: 0, scopes: [token] } }, { policy, caller: { kind: 'nobody' }, request: `GET /a?token=${token}` },
      { policy, caller: { kind: 'key', record: { subject: '-----BEGIN PRIVATE KEY-----' } } }, { policy, caller: { kind: 'claims', header: {}, claims: { cnf: { jwk: { kty: 'oct', k: 'AA' } } } } },
    ])) assert.ok('refused' in (await packed(shared)))
    assert.equal(secretIn({ keys: [pairOf('RS256').jwk, pairOf('EdDSA').jwk], a: null, b: [1, 'd'], d: 'x' }), undefined)
  })

  it('is refused where it is too large, and one that unpacks to more is not opened', async () => {
    const large = JSON.stringify({ version: 1, $schema: 'x'.repeat(MOST) })
    assert.deepEqual(await packed({ policy: large, caller: { kind: 'nobody' } }), { refused: 'it is too large for a link' })
    const fits = JSON.stringify({ version: 1, $schema: 'x'.repeat(MOST - 1000) })
    assert.equal((await unpacked(await linkTo({ kind: 'nobody' }, fits)))?.policy, fits)
    const bomb = made({ policy: 'x'.repeat(100 * MOST), caller: { kind: 'nobody' } })
    assert.ok(bomb.length < MOST)
    const before = process.memoryUsage().arrayBuffers
    assert.equal(await unpacked(bomb), undefined)
    assert.ok(process.memoryUsage().arrayBuffers - before < 50 * MOST, 'it was not unpacked to its end')
  })

  for (const [what, fragment] of /** @type {[string, string][]} */ ([
    ['nothing', ''], ['no base64', '!!!'], ['no packed text', 'AAAA'], ['half of one', made({ policy, caller: { kind: 'nobody' } }).slice(0, 40)], ['no JSON', deflateRawSync('{').toString('base64url')],
    ['`null`', made(null)], ['a text', made('x')], ['no policy', made({ caller: { kind: 'nobody' } })], ['a policy that is no text', made({ policy: {}, caller: { kind: 'nobody' } })],
    ['no caller', made({ policy })], ['a caller that is none', made({ policy, caller: 'ann' })], ['a caller of no kind', made({ policy, caller: { kind: 'root' } })],
    ['a token', made({ policy, caller: { kind: 'token', token: 'a.b.c' } })], ['scopes that are none', made({ policy, caller: { kind: 'scopes', issuer: 0, scopes: 'x' } })],
    ['scopes of no issuer', made({ policy, caller: { kind: 'scopes', issuer: '0', scopes: [] } })], ['a subject that is none', made({ policy, caller: { kind: 'scopes', issuer: 0, scopes: [], subject: {} } })],
    ['agents that are none', made({ policy, caller: { kind: 'scopes', issuer: 0, scopes: [], agents: [1] } })], ['claims that are a list', made({ policy, caller: { kind: 'claims', header: {}, claims: [] } })],
    ['claims of no header', made({ policy, caller: { kind: 'claims', claims: {} } })], ['a record that is none', made({ policy, caller: { kind: 'key', record: null } })],
  ])) it(`of ${what} is none`, async () => assert.equal(await unpacked(fragment), undefined))

  it('brings nothing along that nobody asked for', async () => {
    const caller = JSON.parse('{ "kind": "scopes", "issuer": 0, "scopes": [], "__proto__": { "team": "x" }, "more": 1 }')
    const opened = /** @type {any} */ (await unpacked(made({ policy, caller, more: 1, request: 5 })))
    assert.deepEqual([opened.caller.team, opened.caller.more, opened.more, opened.request], [undefined, undefined, undefined, undefined])
  })
})
