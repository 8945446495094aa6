// Tokens as they are pasted: taken apart, and never believed.

/** @typedef {{ [name: string]: any }} Json */

/**
 * The header and claims of a token. Undefined if it is not one.
 *
 * @param {string} text
 * @returns {{ header: Json, claims: Json } | undefined}
 */
export function takenApart(text) {
  const parts = text.trim().replace(/^bearer +/i, '').split('.')
  if (parts.length !== 3) return undefined
  const [header, claims] = parts.slice(0, 2).map(objectOf)
  return header && claims && { header, claims }
}

/** @param {string} part */
function objectOf(part) {
  if (!/^[\w-]+$/.test(part)) return undefined
  try {
    const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0))
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? /** @type {Json} */ (value) : undefined
  } catch {
    return undefined
  }
}

/**
 * Claims for somebody who is composed: what the issuer wants, and where it wants it.
 *
 * @param {Json} issuer
 * @param {{ subject?: string, scopes?: string[], team?: string, agents?: string[], tenant?: string, session?: string }} who
 * @param {number} now in seconds
 */
export function composedClaims(issuer, who, now) {
  const paths = { subject: 'sub', session: 'session_id', scopes: 'scopes', ...issuer.claims }
  const lifetime = Math.min(3600, issuer.max_lifetime_seconds ?? 3600)
  /** @type {Json} */
  const claims = { iat: Math.floor(now), exp: Math.floor(now) + lifetime }
  if (issuer.issuer !== 'any') claims.iss = issuer.issuer
  if (Array.isArray(issuer.audience)) claims.aud = issuer.audience[0]
  for (const [name, value] of Object.entries(who)) {
    if (value === undefined || value === '' || paths[name] === undefined || paths[name] === null) continue
    put(claims, paths[name].split('.'), value)
  }
  return claims
}

/**
 * @param {Json} into
 * @param {string[]} path
 * @param {unknown} value
 */
function put(into, [name, ...rest], value) {
  if (rest.length === 0) into[name] = value
  else put((into[name] ??= {}), rest, value)
}
