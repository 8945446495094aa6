// What the tests sign with, and the policies that know it.
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'

export const NOW = 1_790_000_000
export const SECRET = 'a-shared-secret-of-at-least-512-bits-0123456789-0123456789-0123456'
export const ISSUER = 'https://id.example/'

const base64url = (/** @type {string | object} */ part) =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')

/** Claims that are good for an hour. */
export const claims = (/** @type {object} */ other = {}) => ({
  iss: ISSUER, aud: 'agents', sub: 'web_user', exp: NOW + 3600,
  scopes: ['agents:read', 'agents:web-search-agent:run'], ...other,
})

/** @param {object} [other] claims that are different @param {string} [secret] */
export function hs256(other, secret = SECRET) {
  const signed = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims(other))}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

const PAIRS = /** @type {Record<string, [any, any?]>} */ ({
  RS: ['rsa', { modulusLength: 2048 }], PS: ['rsa', { modulusLength: 2048 }],
  ES256: ['ec', { namedCurve: 'P-256' }], ES384: ['ec', { namedCurve: 'P-384' }],
  ES512: ['ec', { namedCurve: 'P-521' }], EdDSA: ['ed25519'],
})

/**
 * A key pair: what it signs, and the JWK that verifies it.
 *
 * @param {string} alg
 * @param {string} kid
 */
export function keyPair(alg, kid) {
  const [type, options] = PAIRS[alg] ?? PAIRS[alg.slice(0, 2)]
  const { publicKey, privateKey } = generateKeyPairSync(type, options)
  const hash = alg === 'EdDSA' ? null : `sha${alg.slice(2)}`
  const how = alg.startsWith('PS') ? { padding: 6, saltLength: Number(alg.slice(2)) / 8 } : { dsaEncoding: 'ieee-p1363' }
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg }
  const token = (/** @type {object} */ other = {}, /** @type {object} */ header = {}) => {
    const signed = `${base64url({ alg, kid, typ: 'JWT', ...header })}.${base64url(claims(other))}`
    const signature = sign(hash, Buffer.from(signed), /** @type {any} */ ({ key: privateKey, ...how }))
    return `${signed}.${signature.toString('base64url')}`
  }
  return { jwk, token }
}

/** @param {object} [issuer] @param {object} [other] members of the policy */
export const policyWith = (issuer, other) => ({
  version: 1,
  authentication: {
    issuers: [{ name: 'main', issuer: ISSUER, audience: ['agents'], algorithms: ['HS256'], keys: [{ env: 'KEY' }], ...issuer }],
  },
  routes: { profile: 'agentos' },
  ...other,
})

export const secrets = { KEY: SECRET }

/** A run of an agent. @param {string} [token] @param {string} [agent] */
export const run = (token, agent = 'web-search-agent') => ({
  method: 'POST',
  url: `/agents/${agent}/runs`,
  headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
})

/** The same as a `Request`. @param {string} path @param {RequestInit & { token?: string }} [init] */
export function request(path, { token, ...init } = {}) {
  const headers = new Headers(init.headers)
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  return new Request(`http://gate.example${path}`, { ...init, headers })
}
