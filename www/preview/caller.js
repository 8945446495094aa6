// Who asks: from what a person composed or pasted to the headers of a request.
import { issuerOf, keyOf, placeholders, quickest } from './stand-in.js'
import { bare, base64url, claimAt, composedClaims, isCanonical, member, pathsOf, takenApart } from './token.js'

/**
 * @typedef {{ [name: string]: any }} Json
 *
 * @typedef {(
 *   | { kind: 'nobody' }
 *   | { kind: 'scopes', issuer: number, subject?: string, scopes: string[], team?: string, agents?: string[], tenant?: string, session?: string }
 *   | { kind: 'claims', header: Json, claims: Json }
 *   | { kind: 'token', token: string }
 *   | { kind: 'key', record: Json }
 * )} Caller
 *
 * @typedef {object} Introduced
 * @property {Record<string, string>} headers
 * @property {unknown} [algorithm] of the token
 * @property {Json} [record] of the virtual key, as a store has it
 * @property {Json} [claims] what is said to be true of the caller
 * @property {{ subject?: string, tenant?: string }} behalf on whose behalf agents act
 */

/**
 * Introduces a caller to a gate whose keys are the page's.
 *
 * @param {Caller} caller
 * @param {Json} policy as it was written
 * @param {number} now in seconds
 * @returns {Promise<Introduced>}
 */
export async function introduced(caller, policy, now) {
  switch (caller.kind) {
    case 'nobody':
      return { headers: {}, behalf: {} }
    case 'key': {
      const { subject, tenant } = caller.record
      const prefix = policy.authentication.virtual_keys?.prefix ?? 'sk-'
      const key = prefix + Object.values(placeholders(['key']))[0].replace(/[^A-Za-z0-9]/g, '').slice(0, 32)
      return { headers: carrying(policy, key), record: caller.record, behalf: texts({ subject, tenant }) }
    }
    case 'scopes': {
      const { kind, issuer, ...who } = caller
      const chosen = policy.authentication.issuers?.[issuer]
      if (chosen === undefined) return { headers: {}, behalf: {} }
      const header = { typ: chosen.typ ?? 'JWT', alg: quickest(chosen.algorithms) }
      return claiming(policy, header, composedClaims(chosen, who, now))
    }
    case 'claims':
      return claiming(policy, caller.header, caller.claims)
    case 'token': {
      const parts = takenApart(caller.token)
      // What is no token is for the gate to refuse.
      if (parts === undefined || !isCanonical(parts.signature)) return { headers: carrying(policy, bare(caller.token)), behalf: {} }
      return signed(policy, parts.header, parts.claims, parts.signed)
    }
  }
}

/** @param {Json} policy @param {Json} header @param {Json} claims */
const claiming = (policy, header, claims) =>
  signed(policy, header, claims, [header, claims].map((part) => base64url(new TextEncoder().encode(JSON.stringify(part)))).join('.'))

/**
 * @param {Json} policy
 * @param {Json} header
 * @param {Json | undefined} claims
 * @param {string} text what is to be signed
 * @returns {Promise<Introduced>}
 */
async function signed(policy, header, claims, text) {
  const algorithm = member(header, 'alg')
  const signature = (await (await keyOf(algorithm))?.sign(text)) ?? ''
  const { subject, tenant } = pathsOf(issuerOf(policy, claims) ?? {})
  const behalf = texts({ subject: claimAt(claims, subject), tenant: claimAt(claims, tenant) })
  return { headers: carrying(policy, `${text}.${signature}`), algorithm, claims, behalf }
}

/** @param {Record<string, unknown>} members @returns {Record<string, string>} those that are texts */
const texts = (members) => Object.fromEntries(Object.entries(members).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])))

/**
 * The headers that carry a token or key, in the place where the policy looks for it.
 *
 * @param {Json} policy
 * @param {string} credential
 * @returns {Record<string, string>}
 */
export function carrying(policy, credential) {
  const { header, cookie } = policy.authentication.credential ?? {}
  if (header === undefined && cookie !== undefined) return { cookie: `${cookie}=${credential}` }
  return { [(header ?? 'authorization').toLowerCase()]: `Bearer ${credential}` }
}
