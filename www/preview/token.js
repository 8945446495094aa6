// Tokens as they are pasted: taken apart, and never believed.

/** @typedef {{ [name: string]: any }} Json */

/** What was pasted without what people copy along: white space, `Bearer`, the line breaks of a terminal. @param {string} text */
export const bare = (text) => text.trim().replace(/^(authorization: *)?bearer\s+/i, '').replace(/\s*[\r\n]\s*/g, '')

/**
 * The header and claims of a token, and what its signature is over. Undefined if it is not one; without
 * claims, if those cannot be read.
 *
 * @param {string} text
 * @returns {{ header: Json, claims?: Json, signed: string, signature: string } | undefined}
 */
export function takenApart(text) {
  const parts = bare(text).split('.')
  const header = parts.length === 3 ? objectOf(parts[0]) : undefined
  return header && { header, claims: objectOf(parts[1]), signed: `${parts[0]}.${parts[1]}`, signature: parts[2] }
}

/** Whether a text is base64url as the gate takes it: in its one spelling. @param {string} text */
export function isCanonical(text) {
  try {
    return base64url(bytesOf(text)) === text
  } catch {
    return false
  }
}

/** @param {Uint8Array} bytes */
export const base64url = (bytes) =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

/** @param {string} text @returns {Uint8Array<ArrayBuffer>} */
export const bytesOf = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0))

/** @param {string} part */
function objectOf(part) {
  if (!/^[\w-]+$/.test(part)) return undefined
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(part)))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? /** @type {Json} */ (value) : undefined
  } catch {
    return undefined
  }
}

/**
 * A member of an object, and nothing that all objects have.
 *
 * @param {any} value
 * @param {string} name
 */
export const member = (value, name) => (typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? value[name] : undefined)

/**
 * The claim at a path, as the gate finds it: by its whole name, else name by name along the dots.
 *
 * @param {Json | undefined} claims
 * @param {string | null | undefined} path
 */
export function claimAt(claims, path) {
  if (path === undefined || path === null) return undefined
  return member(claims, path) ?? path.split('.').reduce(member, claims)
}

/** Where an issuer's tokens say what. @param {Json} issuer @returns {Record<string, string | null | undefined>} */
export const pathsOf = (issuer) => ({ subject: 'sub', session: 'session_id', scopes: 'scopes', ...issuer.claims })

/**
 * Claims for somebody who is composed: what the issuer wants, and where it wants it.
 *
 * @param {Json} issuer
 * @param {{ subject?: string, scopes?: string[], team?: string, agents?: string[], tenant?: string, session?: string }} who
 * @param {number} now in seconds
 */
export function composedClaims(issuer, who, now) {
  const paths = pathsOf(issuer)
  const lifetime = Math.min(3600, issuer.max_lifetime_seconds ?? 3600)
  /** @type {Json} */
  const claims = { iat: Math.floor(now), exp: Math.floor(now) + lifetime }
  if (issuer.issuer !== 'any') claims.iss = issuer.issuer
  if (Array.isArray(issuer.audience)) claims.aud = issuer.audience[0]
  for (const [name, value] of Object.entries(who)) {
    const path = paths[name]
    if (value !== undefined && value !== '' && path) put(claims, path.split('.'), value)
  }
  return claims
}

/**
 * @param {Json} into
 * @param {string[]} path
 * @param {unknown} value
 */
function put(into, [name, ...rest], value) {
  const inside = rest.length === 0 ? value : member(into, name) ?? {}
  // A plain assignment to `__proto__` would change what all objects have.
  Object.defineProperty(into, name, { value: inside, enumerable: true, writable: true, configurable: true })
  if (rest.length > 0) put(/** @type {Json} */ (inside), rest, value)
}
