// A link whose fragment holds the policy and the caller. A fragment is not sent to any server; what is in it
// is for whoever gets the link, so neither a signature nor a secret ever is.
import { takenApart } from './token.js'

/** @typedef {{ [name: string]: any }} Json */
/** @typedef {import('./caller.js').Caller} Caller */
/** @typedef {{ policy: string, caller: Caller, request?: string }} Shared */

/** Members of a JWK that are private or secret (RFC 7518 §6, RFC 8037 §2). */
const PRIVATE = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])

/**
 * Why a policy is not to be handed around. Undefined if nothing in it is secret.
 *
 * @param {unknown} value the policy, or a part of it
 * @returns {string | undefined}
 */
export function secretIn(value) {
  if (typeof value !== 'object' || value === null) return typeof value === 'string' && value.includes('PRIVATE KEY-----') ? 'a private key' : undefined
  if ('kty' in value && Object.keys(value).some((name) => PRIVATE.has(name))) return 'a key that is not public'
  return Object.values(value).map(secretIn).find((found) => found !== undefined)
}

/**
 * The caller without what only they may have: of a token its claims.
 *
 * @param {Caller} caller
 * @returns {Caller}
 */
export function withoutSecrets(caller) {
  if (caller.kind !== 'token') return caller
  const parts = takenApart(caller.token)
  if (parts === undefined) return { kind: 'nobody' }
  const { alg, typ } = parts.header
  return { kind: 'claims', header: { alg, typ }, claims: parts.claims }
}

/** @param {Shared} shared */
export async function packed({ policy, caller, request }) {
  const text = JSON.stringify({ policy, caller: withoutSecrets(caller), request })
  const bytes = await through(new TextEncoder().encode(text), new CompressionStream('deflate-raw'))
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/**
 * @param {string} fragment
 * @returns {Promise<Shared | undefined>} undefined if it is none
 */
export async function unpacked(fragment) {
  try {
    const bytes = Uint8Array.from(atob(fragment.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0))
    const { policy, caller, request } = JSON.parse(new TextDecoder().decode(await through(bytes, new DecompressionStream('deflate-raw'))))
    return typeof policy === 'string' && isCaller(caller) ? { policy, caller, request: typeof request === 'string' ? request : undefined } : undefined
  } catch {
    return undefined
  }
}

/** @param {any} caller */
function isCaller(caller) {
  switch (caller?.kind) {
    case 'nobody': return true
    case 'scopes': return Array.isArray(caller.scopes) && caller.scopes.every((/** @type {unknown} */ scope) => typeof scope === 'string') && Number.isInteger(caller.issuer)
    case 'claims': return typeof caller.claims === 'object' && caller.claims !== null && typeof caller.header === 'object' && caller.header !== null
    case 'key': return typeof caller.record === 'object' && caller.record !== null
    default: return false
  }
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {CompressionStream | DecompressionStream} stream
 */
async function through(bytes, stream) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer())
}
