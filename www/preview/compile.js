// From the text in the editor to a policy, or to what is wrong with it and where.
import { PolicyError, createGate } from '../../pkg/index.js'
import { secretNames } from '../../pkg/engine.js'
import { lint, place } from './lint.js'
import { placeholders } from './stand-in.js'

/** @typedef {{ [name: string]: any }} Json */
/** @typedef {{ code: string, message: string, pointer: string, line?: number, column?: number, severity: 'error' | 'warning' | 'info' }} Finding */

/** What an error of a key is about, where the page has no key. */
const OF_KEY = /^\/authentication\/issuers\/\d+\/keys\/(\d+)/

/**
 * @param {string} text
 * @returns {Promise<{ policy?: Json, hash: string, names: string[], findings: Finding[], needsGuards: boolean }>} no
 *   policy if the text is none
 */
export async function compile(text) {
  const { findings: found = [], error } = lint(text)
  const findings = /** @type {Finding[]} */ ([...found])
  const hash = `sha256:${await sha256(text)}`
  if (error !== undefined) return { hash, names: [], findings: [{ ...error, severity: 'error' }], needsGuards: false }
  const policy = JSON.parse(text)
  const names = secretNames(text)
  try {
    const gate = await createGate({ policy: text, secrets: placeholders(names), report: () => {}, fetch: nothing })
    gate.close()
  } catch (fault) {
    if (!(fault instanceof PolicyError)) throw fault
    if (fault.code === 'policy_guard_unavailable') return { policy, hash, names, findings, needsGuards: true }
    if (!isOfPlaceholder(policy, fault.pointer)) {
      return { hash, names, findings: [asFinding(fault, text), ...findings], needsGuards: false }
    }
  }
  return { policy, hash, names, findings, needsGuards: false }
}

/** @param {PolicyError} fault @param {string} text @returns {Finding} */
function asFinding({ code, pointer, message, line, column }, text) {
  // The message of the error begins with its place and ends with its code.
  const sentence = message.slice(`${pointer || 'the policy'}: `.length, -` (${code})`.length)
  return { code, pointer, message: sentence, severity: 'error', ...(line === undefined ? place(text, pointer) : { line, column }) }
}

/**
 * Whether an error is about a secret that the page only made up: a key in PEM, say, cannot be.
 *
 * @param {Json} policy
 * @param {string} pointer
 */
function isOfPlaceholder(policy, pointer) {
  if (!OF_KEY.test(pointer)) return false
  const [, , , issuer, , key] = pointer.split('/')
  return policy.authentication.issuers?.[issuer]?.keys?.[key]?.env !== undefined
}

/** @param {string} text */
async function sha256(text) {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** @returns {Promise<never>} */
const nothing = async () => {
  throw new Error('this page asks nobody')
}
