// A signature is checked when its key is there, and what is said of it is true.
import assert from 'node:assert/strict'
import { registerHooks } from 'node:module'
import { describe, it } from 'node:test'
import { createGate } from '../../pkg/node.js'
import { SECRET, jwks, now, pairOf, signed } from './preview-scenes.js'

// As the page is bundled: the module of the preview is the core and lint in one.
registerHooks({ resolve: (name, context, next) => next(name.endsWith('wasm/gatewright_preview.js') ? new URL('../../pkg/wasm/gatewright.js', import.meta.url).href : name, context) })
const { keysFor, keysWanted, looked } = await import('../../www/preview/signature.js')
const { createSheet } = await import('../../www/preview/sheet.js')

/** @typedef {{ [name: string]: any }} Json */

const good = { iss: 'https://id.example/', sub: 'ann', exp: now + 600, scopes: ['agents:a:run'] }
const issuer = (/** @type {string} */ alg, /** @type {object} */ more) => ({ name: alg, issuer: 'https://id.example/', audience: 'any', algorithms: [alg], ...more })
const policyOf = (/** @type {object[]} */ ...issuers) => ({ version: 1, authentication: { issuers }, routes: { profile: 'agentos' } })
const shared = policyOf(issuer('HS256', { keys: [{ env: 'KEY' }] }))
const published = policyOf(issuer('RS256', { jwks_uri: 'https://id.example/jwks.json' }))
const listed = policyOf(issuer('ES256', { keys: [{ jwk: pairOf('ES256').jwk }] }))
const both = policyOf(issuer('ES256', { keys: [{ jwk: pairOf('ES256').jwk }], jwks_uri: 'https://id.example/jwks.json' }))

/** @param {Json} policy @param {string} token @param {{ secrets?: Record<string, string>, jwks?: string }} [given] */
async function look(policy, token, { secrets = {}, jwks: set = '' } = {}) {
  const make = (/** @type {any} */ keys) => createSheet({ createGate, policy, caller: { kind: 'token', token }, keys, now: () => now })
  const { sheet, note, keys } = await looked(token, keysFor(policy, token, { secrets, jwks: set }), make)
  const { decision } = await sheet.gate.decide({ method: 'POST', url: '/agents/a/runs', headers: sheet.who.headers })
  sheet.gate.close()
  return { kind: note.kind, words: note.words, runs: decision, isReal: keys !== undefined }
}

const FORGED = { HS256: signed(good, 'HS256').replace(/.{10}$/, 'AAAAAAAAAA'), RS256: signed(good, 'RS256').replace(/.{10}$/, 'AAAAAAAAAA'), ES256: signed(good, 'ES256').replace(/.{10}$/, 'AAAAAAAAAA') }

const SET = JSON.stringify(jwks())

describe('a token', () => {
  for (const [name, policy, token, given, kind, words, runs] of /** @type {[string, Json, string, any, string, RegExp, boolean][]} */ ([
    ['without its secret is not checked', shared, signed(good, 'HS256'), {}, 'warn', /not checked: no key was given/, true],
    ['that is forged, without its secret, is not checked, which is said', shared, FORGED.HS256, {}, 'warn', /not checked: no key was given/, true],
    ['with its secret is checked', shared, signed(good, 'HS256'), { secrets: { KEY: SECRET } }, 'good', /was checked.*fits/, true],
    ['that is forged is refused', shared, FORGED.HS256, { secrets: { KEY: SECRET } }, 'bad', /Checked.*refused: the signature does not fit/, false],
    ['with another secret is refused', shared, signed(good, 'HS256'), { secrets: { KEY: SECRET.toUpperCase() } }, 'bad', /Checked.*refused: the signature does not fit/, false],
    ['with a secret that is too short is not checked', shared, signed(good, 'HS256'), { secrets: { KEY: 'short' } }, 'bad', /Not checked. What was given is no key: /, true],
    ['that has expired is refused, whatever its signature', shared, signed({ ...good, exp: now }, 'HS256'), {}, 'bad', /Refused, whatever its signature: the token has expired/, false],
    ['that has expired is refused with its secret, too', shared, signed({ ...good, exp: now }, 'HS256'), { secrets: { KEY: SECRET } }, 'bad', /Checked.*refused: the token has expired/, false],
    ['with the JWK Set of its issuer is checked', published, signed(good, 'RS256'), { jwks: SET }, 'good', /fits/, true],
    ['that is forged, with the JWK Set, is refused', published, FORGED.RS256, { jwks: SET }, 'bad', /refused: the signature does not fit/, false],
    ['with a JWK Set that has no key is refused', published, signed(good, 'RS256'), { jwks: '{"keys":[]}' }, 'bad', /refused: the issuer's keys are not available/, false],
    ['with a JWK Set that is none is refused', published, signed(good, 'RS256'), { jwks: 'nonsense' }, 'bad', /refused: the issuer's keys are not available/, false],
    ['without the JWK Set is not checked', published, signed(good, 'RS256'), {}, 'warn', /no key was given/, true],
    ['whose key stands in the policy is checked with that', listed, signed(good, 'ES256'), {}, 'good', /fits/, true],
    ['that is forged, and whose key stands in the policy, is refused', listed, FORGED.ES256, {}, 'bad', /refused: the signature does not fit/, false],
    ['of a key that may be published is not checked without it', both, signed(good, 'ES256', { kid: 'another' }), {}, 'warn', /no key was given/, true],
    ['of a listed key is checked, whatever may be published besides', both, signed(good, 'ES256'), {}, 'good', /fits/, true],
    ['that is none is refused', shared, 'nonsense', {}, 'bad', /Refused, whatever its signature: the token is not three parts/, false],
    ['of another algorithm is refused', shared, signed(good, 'RS256'), {}, 'bad', /Refused, whatever its signature: the token's algorithm/, false],
    ['that is empty is asked for', shared, ' ', {}, '', /Paste a token/, false],
  ])) {
    it(name, async () => {
      const found = await look(policy, token, given)
      assert.match(found.words, words)
      assert.deepEqual([found.kind, found.runs], [kind, runs])
    })
  }

  it('that nobody looks at is said not to be checked', async () => {
    const stopped = { ...shared, switches: [{ stop: 'all' }] }
    const found = await look(stopped, FORGED.HS256, { secrets: { KEY: SECRET } })
    assert.notEqual(found.kind, 'good')
    const open = { ...shared, routes: { profile: 'agentos', public: ['/.gate/*'] } }
    assert.notEqual((await look(open, FORGED.HS256, { secrets: { KEY: SECRET } })).kind, 'good')
  })

  it('that is public to all is not taken for one that was checked', async () => {
    // The root of a platform is often public, so asking for it says nothing of a token.
    const root = policyOf(issuer('HS256', { keys: [{ env: 'KEY' }] }))
    assert.equal((await look({ ...root, routes: { profile: 'agentos', public: ['/'] } }, FORGED.HS256, { secrets: { KEY: SECRET } })).kind, 'bad')
  })
})

it('of several issuers that of the token says which keys are wanted', async () => {
  const policy = policyOf(issuer('HS256', { keys: [{ env: 'ONE' }, { env: 'TWO' }] }), { ...issuer('RS256', { keys: [{ env: 'THREE' }], jwks_uri: 'https://x.example/' }), issuer: 'https://x.example/' })
  assert.deepEqual(keysWanted(policy, signed(good, 'HS256')), { names: ['ONE', 'TWO'], set: false, listed: false })
  assert.deepEqual(keysWanted(policy, signed({ ...good, iss: 'https://x.example/' }, 'RS256')), { names: ['THREE'], set: true, listed: false })
  assert.deepEqual(keysWanted(policy, signed({ ...good, iss: 'https://y.example/' }, 'RS256')), { names: [], set: false, listed: false })
  assert.deepEqual(keysWanted(policy, 'x'), { names: [], set: false, listed: false })
  assert.equal(keysFor(policy, signed(good, 'HS256'), { secrets: { ONE: SECRET }, jwks: '' }), undefined)
  const { kind } = await look(policy, signed(good, 'HS256'), { secrets: { ONE: SECRET.toUpperCase(), TWO: SECRET, THREE: 'nonsense' } })
  assert.equal(kind, 'good')
})
