// Verifying signatures with the platform's own cryptography.
//
// The module says which key, which bytes, which signature, and what becomes of the verdict. The
// algorithm is the key's, never the token's. A key is imported when it is first needed: nothing is
// awaited while a gate is made, and the global scope of a Worker allows nothing else.
//
// Everywhere that is WebCrypto. Where the platform has something faster for some keys, its entry file
// says so to `verifyWith`.

/**
 * @typedef {object} PlatformKey
 * @property {number} key its number in the session
 * @property {number} issuer
 * @property {string} alg
 * @property {JsonWebKey} jwk public members only, judged by the module
 */

/**
 * Verifies for one key, at once: `undefined` where that is better left to WebCrypto. Both may throw.
 *
 * @typedef {(signed: Uint8Array, signature: Uint8Array) => boolean} Verifier
 * @typedef {(alg: string, jwk: JsonWebKey) => Verifier | undefined} Platform
 */

export const VERDICT = { NO: 0, YES: 1, FAILED: 2 }

/** @type {Platform} */
let platform = () => undefined

/** @param {Platform} faster */
export function verifyWith(faster) {
  platform = faster
}

/** @param {string} hash */
const pkcs1 = (hash) => ({ name: 'RSASSA-PKCS1-v1_5', hash })

/** The salt is as long as the hash (RFC 7518 §3.5). @param {string} hash @param {number} saltLength */
const pss = (hash, saltLength) => ({ name: 'RSA-PSS', hash, saltLength })

/** @param {string} namedCurve @param {string} hash */
const ecdsa = (namedCurve, hash) => ({ name: 'ECDSA', namedCurve, hash })

/** Each is what `importKey` wants to know and what `verify` wants to know, in one. */
const ALGORITHMS = new Map(
  Object.entries({
    RS256: pkcs1('SHA-256'),
    RS384: pkcs1('SHA-384'),
    RS512: pkcs1('SHA-512'),
    PS256: pss('SHA-256', 32),
    PS384: pss('SHA-384', 48),
    PS512: pss('SHA-512', 64),
    ES256: ecdsa('P-256', 'SHA-256'),
    ES384: ecdsa('P-384', 'SHA-384'),
    ES512: ecdsa('P-521', 'SHA-512'),
    EdDSA: { name: 'Ed25519' },
  }),
)

/**
 * The keys of one session.
 *
 * @param {{ name: string }[]} issuers
 * @param {(event: import('./index.d.ts').GateEvent) => void} report
 */
export function createKeyring(issuers, report) {
  /** @type {Map<number, PlatformKey & { verifier?: Verifier, imported?: CryptoKey, isUnusable?: boolean }>} */
  const ring = new Map()

  /**
   * Takes the keys that there are now. One that was there before stays as it is.
   *
   * @param {PlatformKey[]} all
   */
  function hold(all) {
    const held = new Set(all.map(({ key }) => key))
    for (const key of ring.keys()) if (!held.has(key)) ring.delete(key)
    for (const key of all) if (!ring.has(key.key)) ring.set(key.key, { ...key })
  }

  /**
   * Never throws: what cannot be verified is not believed.
   *
   * Requests that meet a key for the first time at once import it each. A promise must not be
   * shared between the requests of a Worker; what came of it may.
   *
   * WebCrypto copies what it is given before it returns, so the bytes may lie in the module's
   * memory; they are copied here only if a key has to be waited for.
   *
   * @param {number} id
   * @param {Uint8Array<ArrayBuffer>} signed
   * @param {Uint8Array<ArrayBuffer>} signature
   * @returns {number | Promise<number>} a verdict
   */
  function verify(id, signed, signature) {
    const key = ring.get(id)
    const algorithm = key && ALGORITHMS.get(key.alg)
    if (!key || !algorithm || key.isUnusable) return VERDICT.NO
    try {
      if (!key.imported) key.verifier ??= platform(key.alg, key.jwk)
    } catch (error) {
      return giveUp(key, error)
    }
    if (!key.verifier) return verifyLater(key, algorithm, signed, signature)
    try {
      return key.verifier(signed, signature) ? VERDICT.YES : VERDICT.NO
    } catch {
      return VERDICT.FAILED
    }
  }

  /**
   * @param {PlatformKey & { imported?: CryptoKey, isUnusable?: boolean }} key
   * @param {AlgorithmIdentifier} algorithm
   * @param {Uint8Array<ArrayBuffer>} signed
   * @param {Uint8Array<ArrayBuffer>} signature
   */
  async function verifyLater(key, algorithm, signed, signature) {
    try {
      if (!key.imported) [signed, signature] = [signed.slice(), signature.slice()]
      key.imported ??= await crypto.subtle.importKey('jwk', key.jwk, algorithm, false, ['verify'])
    } catch (error) {
      return giveUp(key, error)
    }
    try {
      const fits = await crypto.subtle.verify(algorithm, key.imported, signature, signed)
      return fits ? VERDICT.YES : VERDICT.NO
    } catch {
      return VERDICT.FAILED
    }
  }

  /**
   * @param {PlatformKey & { isUnusable?: boolean }} key
   * @param {unknown} error
   */
  function giveUp(key, error) {
    key.isUnusable = true
    report({ event: 'key_unusable', issuer: issuers[key.issuer]?.name, alg: key.alg, error: String(error) })
    return VERDICT.NO
  }

  return { hold, verify }
}
