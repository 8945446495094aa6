// Who asks: from what a person composed or pasted to the headers of a request.
import { issuerOf, placeholders } from './stand-in.js'
import { composedClaims, takenApart } from './token.js'

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
 * @property {{ key: string } & Json} [key] of the caller, as `memoryStore` takes it
 * @property {Json} [claims] what is said to be true of the caller
 */

/**
 * Introduces a caller to a gate whose keys are the page's.
 *
 * @param {Caller} caller
 * @param {Json} policy as it was written
 * @param {(claims: Json, header: Json) => Promise<string>} sign
 * @param {number} now in seconds
 * @returns {Promise<Introduced>}
 */
export async function introduced(caller, policy, sign, now) {
  switch (caller.kind) {
    case 'nobody':
      return { headers: {} }
    case 'key': {
      const prefix = policy.authentication.virtual_keys?.prefix ?? 'sk-'
      const key = prefix + Object.values(placeholders(['key']))[0].replace(/[^A-Za-z0-9]/g, '').slice(0, 32)
      return { headers: carryingKey(policy, key), key: { key, ...caller.record } }
    }
    case 'scopes': {
      const { kind, issuer, ...who } = caller
      const chosen = policy.authentication.issuers?.[issuer]
      if (chosen === undefined) return { headers: {} }
      const claims = composedClaims(chosen, who, now)
      return { headers: carrying(policy, await sign(claims, { typ: chosen.typ ?? 'JWT', alg: chosen.algorithms[0] })), claims }
    }
    case 'claims':
      return { headers: carrying(policy, await sign(caller.claims, caller.header)), claims: caller.claims }
    case 'token': {
      const parts = takenApart(caller.token)
      // What is no token is for the gate to refuse.
      if (parts === undefined) return { headers: carrying(policy, caller.token.trim()) }
      return { headers: carrying(policy, await sign(parts.claims, parts.header)), claims: parts.claims }
    }
  }
}

/**
 * The headers that carry a token, in the place where the policy looks for it.
 *
 * @param {Json} policy
 * @param {string} token
 * @returns {Record<string, string>}
 */
export function carrying(policy, token) {
  const { header, cookie } = policy.authentication.credential ?? {}
  const bare = token.replace(/^bearer +/i, '')
  if (header === undefined && cookie !== undefined) return { cookie: `${cookie}=${bare}` }
  return { [(header ?? 'authorization').toLowerCase()]: `Bearer ${bare}` }
}

/** The first of the headers that LiteLLM takes keys from, besides that of tokens. */
const KEY_HEADER = 'x-litellm-api-key'

/**
 * @param {Json} policy
 * @param {string} key
 * @returns {Record<string, string>}
 */
function carryingKey(policy, key) {
  const headers = carrying(policy, key)
  return headers.cookie === undefined ? headers : { [policy.authentication.virtual_keys?.headers?.[0] ?? KEY_HEADER]: key }
}

/**
 * What can be said of the signature of a token without its key.
 *
 * @param {Json} policy
 * @param {string} token
 * @returns {string}
 */
export function signatureNote(policy, token) {
  const parts = takenApart(token)
  if (parts === undefined) return 'This is no JWT. The gate refuses it.'
  const issuer = issuerOf(policy, parts.claims)
  if (issuer === undefined) return 'No issuer of the policy is meant. The gate refuses it.'
  if (!issuer.algorithms.includes(parts.header.alg)) return `${issuer.name} takes no token with this \`alg\`. The gate refuses it.`
  return 'The signature was not checked: no key was given. What follows holds for whoever has a token with these claims and a good signature.'
}
