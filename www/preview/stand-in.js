// A key of the page's own in place of the keys of a policy.
//
// To say what a caller may do, the gate has to believe who they are, and the page has neither the private
// keys of the issuers nor their secrets. So it puts a key of its own where theirs were, of the kind that the
// token asks for, made for this page and forgotten with it, and signs the same bytes anew. All else is as the
// policy and the token say: issuer, algorithm, type, audience and times are checked by the gate itself, and
// nothing in it learns to skip a check.
import { base64url, member } from './token.js'

/** @typedef {{ [name: string]: any }} Json */

const OURS = 'GATEWRIGHT_PREVIEW'
const NOBODYS = 'GATEWRIGHT_PREVIEW_NOBODY'

/** Where there are no keys, for issuers whose tokens are not the caller's. */
const NOWHERE = 'https://keys.invalid/'

/** The algorithms, those first whose keys are made fastest. */
const ALGORITHMS = ['HS256', 'HS384', 'HS512', 'ES256', 'EdDSA', 'ES384', 'ES512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']

/** @param {string[]} algorithms of an issuer @returns {string} the one to sign a composed token with */
export const quickest = (algorithms) => ALGORITHMS.find((one) => algorithms.includes(one)) ?? algorithms[0]

/** What WebCrypto calls them. @param {string} algorithm @returns {any} */
function parametersOf(algorithm) {
  const bits = algorithm.slice(2)
  const rsa = { hash: `SHA-${bits}`, modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) }
  switch (algorithm.slice(0, 2)) {
    case 'HS': return { name: 'HMAC', hash: `SHA-${bits}`, length: 512 }
    case 'ES': return { name: 'ECDSA', hash: `SHA-${bits}`, namedCurve: bits === '512' ? 'P-521' : `P-${bits}` }
    case 'RS': return { name: 'RSASSA-PKCS1-v1_5', ...rsa }
    case 'PS': return { name: 'RSA-PSS', ...rsa, saltLength: Number(bits) / 8 }
    default: return { name: 'Ed25519' }
  }
}

/** @type {Map<string, Promise<{ document: string, sign: (text: string) => Promise<string> }>>} */
const made = new Map()

/**
 * The page's key for an algorithm. Undefined if there is no such algorithm.
 *
 * @param {unknown} algorithm
 */
export function keyOf(algorithm) {
  if (typeof algorithm !== 'string' || !ALGORITHMS.includes(algorithm)) return undefined
  const known = made.get(algorithm)
  if (known) return known
  const key = make(algorithm)
  made.set(algorithm, key)
  return key
}

/** @param {string} algorithm */
async function make(algorithm) {
  const parameters = parametersOf(algorithm)
  /** @type {any} */
  const key = await crypto.subtle.generateKey(parameters, true, ['sign', 'verify']).catch(() => {
    throw new Error(`this browser makes no keys for ${algorithm}, so tokens that are signed so cannot be looked at in it`)
  })
  const { kty, crv, x, y, n, e, k } = /** @type {Json} */ (await crypto.subtle.exportKey('jwk', key.publicKey ?? key))
  const sign = async (/** @type {string} */ text) =>
    base64url(new Uint8Array(await crypto.subtle.sign(parameters, key.privateKey ?? key, new TextEncoder().encode(text))))
  return { document: JSON.stringify({ kty, crv, x, y, n, e, k }), sign }
}

/**
 * The policy with the page's key in place of all others, and the secrets that it then needs.
 *
 * @param {Json} policy
 * @param {unknown} algorithm of the caller's token
 * @returns {Promise<{ policy: Json, secrets: Record<string, string> }>}
 */
export async function standIn(policy, algorithm) {
  const key = await keyOf(algorithm)
  return {
    policy: withIssuers(policy, (issuer) => (key && issuer.algorithms.includes(algorithm) ? withKeys(issuer, [{ env: OURS }]) : keyless(issuer))),
    secrets: { [OURS]: key?.document ?? '', ...placeholders([NOBODYS]) },
  }
}

/**
 * The policy with the keys of one issuer left as they are, and none for the others.
 *
 * @param {Json} policy
 * @param {Json | undefined} kept
 * @param {Record<string, string>} secrets of that issuer
 */
export const withOwnKeys = (policy, kept, secrets) => ({
  policy: withIssuers(policy, (issuer) => (issuer === kept ? issuer : keyless(issuer))),
  secrets: { ...secrets, ...placeholders([NOBODYS]) },
})

/** @param {Json} policy @param {(issuer: Json) => Json} change */
function withIssuers(policy, change) {
  const { issuers, ...rest } = policy.authentication
  return { ...policy, authentication: { ...rest, ...(issuers && { issuers: issuers.map(change) }) } }
}

/** @param {Json} issuer @param {Json[]} keys */
const withKeys = ({ jwks_uri, ...issuer }, keys) => ({ ...issuer, keys })

/** An issuer whose tokens nobody can sign: published keys that are not there, or a secret that is told to nobody. @param {Json} issuer */
const keyless = (issuer) =>
  issuer.algorithms[0].startsWith('HS') ? withKeys(issuer, [{ env: NOBODYS }]) : { ...issuer, keys: [], jwks_uri: NOWHERE }

/**
 * The issuer that a token is of, as the gate picks it: the only one, or the one that `iss` names.
 *
 * @param {Json} policy
 * @param {Json | undefined} claims
 * @returns {Json | undefined}
 */
export function issuerOf(policy, claims) {
  const issuers = /** @type {Json[]} */ (policy.authentication.issuers ?? [])
  if (issuers.length === 1) return issuers[0]
  const of = (/** @type {unknown} */ iss) => issuers.find(({ issuer }) => issuer === iss)
  return of(member(claims, 'iss')) ?? of('any')
}

/**
 * A secret for every name that a policy mentions, when only its shape is of interest.
 *
 * @param {Iterable<string>} names
 */
export const placeholders = (names) =>
  Object.fromEntries([...names].map((name) => [name, base64url(crypto.getRandomValues(new Uint8Array(64)))]))
