// A link whose fragment holds the policy and the caller. A fragment is not sent to any server; what is in it
// is for whoever gets the link, so neither a signature nor a secret ever is.
import { base64url, bytesOf, takenApart } from './token.js'

/** @typedef {{ [name: string]: any }} Json */
/** @typedef {import('./caller.js').Caller} Caller */
/** @typedef {{ policy: string, caller: Caller, request?: string }} Shared */

/** So much may be in a link, in bytes before it is packed. A small link can be made to unpack to anything. */
export const MOST = 1 << 20

/** Members of a JWK that are private or secret (RFC 7518 §6, RFC 8037 §2). */
const PRIVATE = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])

const PRIVATE_PEM = /PRIVATE KEY-----/
const SIGNED = /eyJ[\w-]+\.[\w-]+\.[\w-]+/

/**
 * What is not to be handed around, if there is something of the kind.
 *
 * @param {unknown} value all that is to be shared, or a part of it
 * @returns {string | undefined}
 */
export function secretIn(value) {
  if (typeof value === 'string') return PRIVATE_PEM.test(value) ? 'a private key' : SIGNED.test(value) ? 'a token with its signature' : undefined
  if (typeof value !== 'object' || value === null) return undefined
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
  const { header, claims } = takenApart(caller.token) ?? {}
  return header && claims ? { kind: 'claims', header, claims } : { kind: 'nobody' }
}

/**
 * The fragment of a link, or why there is none.
 *
 * @param {Shared} shared
 * @returns {Promise<{ fragment: string } | { refused: string }>}
 */
export async function packed({ policy, caller, request }) {
  const shared = { policy, caller: withoutSecrets(caller), request }
  const found = secretIn(shared) ?? secretIn(JSON.parse(policy))
  if (found !== undefined) return { refused: `it holds ${found}` }
  const bytes = new TextEncoder().encode(JSON.stringify(shared))
  if (bytes.length > MOST) return { refused: 'it is too large for a link' }
  const chunks = await drained(bytes, new CompressionStream('deflate-raw'))
  return { fragment: base64url(new Uint8Array(await new Blob(chunks ?? []).arrayBuffer())) }
}

/**
 * @param {string} fragment
 * @returns {Promise<Shared | undefined>} undefined if it is none
 */
export async function unpacked(fragment) {
  try {
    const chunks = await drained(bytesOf(fragment), new DecompressionStream('deflate-raw'))
    if (chunks === undefined) return undefined
    const { policy, caller, request } = JSON.parse(await new Blob(chunks).text())
    const known = callerOf(caller)
    if (typeof policy !== 'string' || known === undefined) return undefined
    return { policy, caller: known, ...(typeof request === 'string' && { request }) }
  } catch {
    return undefined
  }
}

const isText = (/** @type {unknown} */ value) => value === undefined || typeof value === 'string'
const isList = (/** @type {unknown} */ value) => Array.isArray(value) && value.every((item) => typeof item === 'string')
const isObject = (/** @type {unknown} */ value) => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The caller of a link, which anybody may have made. Undefined if it is none.
 *
 * @param {any} caller
 * @returns {Caller | undefined}
 */
function callerOf(caller) {
  switch (caller?.kind) {
    case 'nobody': return { kind: 'nobody' }
    case 'scopes': {
      const { kind, issuer, scopes, agents, subject, team, tenant, session } = caller
      const isGood = Number.isInteger(issuer) && isList(scopes) && (agents === undefined || isList(agents)) && [subject, team, tenant, session].every(isText)
      return isGood ? { kind, issuer, scopes, agents, subject, team, tenant, session } : undefined
    }
    case 'claims': return isObject(caller.claims) && isObject(caller.header) ? { kind: 'claims', header: caller.header, claims: caller.claims } : undefined
    case 'key': return isObject(caller.record) ? { kind: 'key', record: caller.record } : undefined
    default: return undefined
  }
}

/**
 * All that comes through, unless that is too much: then the rest is never looked at.
 *
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {CompressionStream | DecompressionStream} stream
 * @returns {Promise<Uint8Array<ArrayBuffer>[] | undefined>}
 */
async function drained(bytes, stream) {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader()
  const chunks = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return chunks
    chunks.push(value)
    size += value.length
    if (size > MOST) {
      await reader.cancel()
      return undefined
    }
  }
}
