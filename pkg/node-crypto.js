// Verifying in Node, at once.
//
// Node's WebCrypto hands every signature to a pool of threads, and the way there and back costs this
// thread more than looking at a usual signature does itself: RS256 takes 20 µs here and 43 µs there,
// ES256 70 and 117. What takes long, large keys and large curves, is still left to the pool, so that
// whoever sends forged tokens keeps this thread no busier than with small ones.
import { constants, createPublicKey, verify } from 'node:crypto'

/** The modulus of a key of 4096 bits, in base64url. */
const LONGEST_MODULUS = 683

/** @param {number} saltLength as long as the hash (RFC 7518 §3.5) */
const pss = (saltLength) => ({ padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })
const pkcs1 = { padding: constants.RSA_PKCS1_PADDING }

/** What `verify` wants to know. @type {Map<string, [hash: string | null, options: object]>} */
const ALGORITHMS = new Map([
  ['RS256', ['sha256', pkcs1]],
  ['RS384', ['sha384', pkcs1]],
  ['RS512', ['sha512', pkcs1]],
  ['PS256', ['sha256', pss(32)]],
  ['PS384', ['sha384', pss(48)]],
  ['PS512', ['sha512', pss(64)]],
  // RFC 7518 §3.4: the two numbers side by side, not in DER.
  ['ES256', ['sha256', { dsaEncoding: 'ieee-p1363' }]],
  ['EdDSA', [null, {}]],
])

/** @type {import('./keys.js').Platform} */
export function verifierOf(alg, jwk) {
  const algorithm = ALGORITHMS.get(alg)
  if (!algorithm || (jwk.n?.length ?? 0) > LONGEST_MODULUS) return undefined
  const [hash, options] = algorithm
  const key = { ...options, key: createPublicKey({ key: /** @type {any} */ (jwk), format: 'jwk' }) }
  return (signed, signature) => verify(hash, signed, key, signature)
}
