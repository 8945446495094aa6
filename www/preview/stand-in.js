// A key of the page's own in place of the keys of a policy.
//
// To say what a caller may do, the gate has to believe who they are, and the page has neither the private
// keys of the issuers nor their secrets. So it puts a key of its own where theirs were, made for this page
// and forgotten with it, and signs the claims anew. All else is as the policy says: which issuer is meant,
// the audience, the times, the types are checked by the gate itself, and nothing in it learns to skip a check.

const NAME = 'GATEWRIGHT_PREVIEW'
const ALGORITHM = 'HS256'

/** What the gate refuses in an issuer that takes HS256 alone. */
const OTHER_ALGORITHM = 'RS256'

const base64url = (/** @type {Uint8Array} */ bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
const encoded = (/** @type {unknown} */ value) => base64url(new TextEncoder().encode(JSON.stringify(value)))

/** @typedef {{ [name: string]: any }} Json */

/**
 * The policy with the page's key in place of all others.
 *
 * @param {Json} policy
 * @returns {{ policy: Json, secrets: Record<string, string>, sign: (claims: Json, header: Json) => Promise<string> }}
 */
export function standIn(policy) {
  const secret = base64url(crypto.getRandomValues(new Uint8Array(48)))
  const issuers = policy.authentication.issuers?.map((/** @type {Json} */ { jwks_uri, ...issuer }) => ({
    ...issuer, algorithms: [ALGORITHM], keys: [{ env: NAME }],
  }))
  const authentication = { ...policy.authentication, ...(issuers && { issuers }) }
  return {
    policy: { ...policy, authentication },
    secrets: { [NAME]: secret },
    sign: (claims, header) => signed(secret, claims, standInHeader(policy, claims, header)),
  }
}

/**
 * The header to sign with: as it was, but for the key. What the issuer would not take is not taken either.
 *
 * @param {Json} policy
 * @param {Json} claims
 * @param {Json} header
 */
function standInHeader(policy, claims, { kid, alg, ...header }) {
  const issuer = issuerOf(policy, claims)
  const isTaken = issuer?.algorithms.includes(alg) ?? true
  return { ...header, alg: isTaken ? ALGORITHM : OTHER_ALGORITHM }
}

/**
 * The issuer that a token is of.
 *
 * @param {Json} policy
 * @param {Json} claims
 * @returns {Json | undefined}
 */
export function issuerOf(policy, claims) {
  const issuers = policy.authentication.issuers ?? []
  return issuers.find((/** @type {Json} */ { issuer }) => issuer === claims.iss) ?? issuers.find((/** @type {Json} */ { issuer }) => issuer === 'any')
}

/**
 * @param {string} secret
 * @param {Json} claims
 * @param {Json} header
 */
async function signed(secret, claims, header) {
  const text = `${encoded(header)}.${encoded(claims)}`
  const bytes = new TextEncoder().encode(secret)
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const signature = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text))
  return `${text}.${base64url(new Uint8Array(signature))}`
}

/**
 * A secret for every name that a policy mentions, when only its shape is of interest.
 *
 * @param {Iterable<string>} names
 */
export const placeholders = (names) =>
  Object.fromEntries([...names].map((name) => [name, base64url(crypto.getRandomValues(new Uint8Array(48)))]))
