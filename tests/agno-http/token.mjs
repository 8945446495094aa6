// The tokens of recordings that say only what is in them.
import { createHmac } from 'node:crypto'

const DIGESTS = /** @type {Record<string, string>} */ ({ HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' })

/** Keys that recordings call by a name. */
const KEYS = /** @type {Record<string, string>} */ ({
  SECRET: 'agno-oracle-hs256-secret-0123456789abcdef0123456789abcdef0123456789',
  SECRET2: 'agno-oracle-hs256-second-key-0123456789abcdef0123456789abcdef0123',
})

const base64url = (/** @type {unknown} */ value) => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * Mints a token as the recorder did: for `user-1`, good for an hour, unless its claims say otherwise.
 *
 * @param {object} token
 * @param {Record<string, unknown>} token.claims
 * @param {string} [token.alg]
 * @param {string} [token.key]
 * @param {number} [token.exp_in] in seconds, from now on
 * @param {number} [token.nbf_in]
 * @param {number} [token.iat_in]
 * @param {number} now in seconds
 */
export function mint({ claims, alg = 'HS256', key = 'SECRET', exp_in = 3600, nbf_in, iat_in }, now) {
  const digest = DIGESTS[alg]
  if (!digest) throw new Error(`a token with ${alg} has to be recorded: its key is not here`)
  const all = {
    sub: 'user-1',
    ...claims,
    ...(!('exp' in claims) && { exp: now + exp_in }),
    ...(nbf_in !== undefined && { nbf: now + nbf_in }),
    ...(iat_in !== undefined && { iat: now + iat_in }),
  }
  const kept = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== '__drop__'))
  const signed = `${base64url({ alg, typ: 'JWT' })}.${base64url(kept)}`
  return `${signed}.${createHmac(digest, KEYS[key] ?? key).update(signed).digest('base64url')}`
}
