// From the text in the editor to a policy, or to what is wrong with it and where.
import { PolicyError, createGate } from '../../pkg/index.js'
import { secretNames } from '../../pkg/engine.js'
import { lint, place } from './lint.js'
import { placeholders } from './stand-in.js'

/** @typedef {{ [name: string]: any }} Json */
/** @typedef {{ code: string, message: string, pointer: string, line?: number, column?: number, severity: 'error' | 'warning' | 'info' }} Finding */

/** What an error of a key is about, where the page has no key. */
const OF_KEY = /^\/authentication\/issuers\/\d+\/keys\/(\d+)/

/** A longer text would hold up the page for long, and there is an end to what the module takes. */
const MOST = 4_000_000

/** @typedef {{ policy?: Json, hash: string, findings: Finding[], needsGuards: boolean }} Compiled */

/**
 * @param {string} text
 * @returns {Promise<Compiled>} no policy if the text is none
 */
export async function compile(text) {
  if (text.length > MOST) {
    const message = 'this is larger than the page takes, which is 4 million characters'
    return { hash: '', findings: [{ code: 'too_large', message, pointer: '', severity: 'error' }], needsGuards: false }
  }
  const { findings: found = [], error } = lint(text)
  const findings = /** @type {Finding[]} */ ([...found])
  const hash = `sha256:${await sha256(text)}`
  if (error !== undefined) return { hash, findings: [{ ...error, severity: 'error' }], needsGuards: false }
  const policy = JSON.parse(text)
  try {
    const gate = await createGate({ policy: text, secrets: placeholders(secretNames(text)), report: () => {}, fetch: nothing })
    gate.close()
  } catch (fault) {
    if (!(fault instanceof PolicyError)) throw fault
    if (fault.code === 'policy_guard_unavailable') return { policy, hash, findings, needsGuards: true }
    if (!isOfPlaceholder(policy, fault.pointer)) {
      return { hash, findings: [asFinding(fault, text), ...findings], needsGuards: false }
    }
  }
  return { policy, hash, findings, needsGuards: false }
}

/** The message of an error without its place, which it begins with, and its code, which it ends with. @param {Pick<PolicyError, 'code' | 'pointer' | 'message'>} fault */
export const sentenceOf = ({ code, pointer, message }) => message.slice(`${pointer || 'the policy'}: `.length, -` (${code})`.length)

/** @param {PolicyError} fault @param {string} text @returns {Finding} */
function asFinding({ code, pointer, message, line, column }, text) {
  return { code, pointer, message: sentenceOf({ code, pointer, message }), severity: 'error', ...(line === undefined ? place(text, pointer) : { line, column }) }
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
