// Whether the signature of a pasted token was checked, and what came of it. It is, when its key is there: in
// the policy, or because somebody gave it. Where it was not, the page says so.
import { PolicyError } from '../../pkg/policy.js'
import { sentenceOf } from './compile.js'
import { issuerOf } from './stand-in.js'
import { takenApart } from './token.js'

/** @typedef {{ [name: string]: any }} Json */

/**
 * What somebody entered to check signatures with. It stays in the page.
 *
 * @typedef {object} Given
 * @property {Record<string, string>} secrets by name
 * @property {string} jwks a JWK Set
 */

/** @typedef {import('./sheet.js').Sheet} Sheet */
/** @typedef {{ kind: '' | 'warn' | 'good' | 'bad', words: string }} Note */

/**
 * The secrets and the JWK Set that the issuer of a token has its keys in.
 *
 * @param {Json} policy
 * @param {string} token
 * @returns {{ names: string[], set: boolean, listed: boolean }} `listed` if keys stand in the policy itself
 */
export function keysWanted(policy, token) {
  const parts = takenApart(token)
  const { keys = [], jwks_uri: uri } = (parts && issuerOf(policy, parts.claims)) ?? {}
  const names = keys.flatMap((/** @type {Json} */ { env }) => (env === undefined ? [] : [env]))
  return { names: [...new Set(/** @type {string[]} */ (names))], set: uri !== undefined, listed: keys.length > names.length }
}

/**
 * The secrets to check a token with. Undefined if that cannot be done.
 *
 * @param {Json} policy
 * @param {string} token
 * @param {Given} given
 * @returns {Given | undefined}
 */
export function keysFor(policy, token, { secrets, jwks }) {
  const { names, set, listed } = keysWanted(policy, token)
  const hasAll = names.every((name) => secrets[name])
  const hasSome = listed || names.length > 0 || (set && jwks.trim() !== '')
  if (!hasAll || !hasSome) return undefined
  return { secrets: Object.fromEntries(names.map((name) => [name, secrets[name]])), jwks: set ? jwks.trim() : '' }
}

/** What would be another answer if more keys were given. */
const FOR_LACK_OF_KEYS = new Set(['token_key_unknown', 'token_keys_unavailable'])

const HOLDS = 'What follows holds for whoever has a token with these claims and a good signature.'

/** What can be said of claims that came without a token. @type {Note} */
export const UNSIGNED = { kind: 'warn', words: `From a link: claims without a signature. ${HOLDS}` }

/**
 * The sheet of a token, decided with its real keys if they were given, and what can be said of its signature.
 *
 * @param {string} token
 * @param {Given | undefined} given
 * @param {(keys?: Given) => Promise<Sheet>} make
 * @returns {Promise<{ sheet: Sheet, note: Note, keys?: Given }>}
 */
export async function looked(token, given, make) {
  /** @type {Note | undefined} */
  let fault
  if (given !== undefined) {
    try {
      const sheet = await make(given)
      const note = await checked(sheet, given)
      if (note !== undefined) return { sheet, note, keys: given }
      sheet.gate.close()
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error
      fault = { kind: 'bad', words: `Not checked. What was given is no key: ${sentenceOf(error)}.` }
    }
  }
  const sheet = await make()
  return { sheet, note: fault ?? (await unchecked(sheet, token)) }
}

/** What the gate said of a token, that has these keys. Undefined if they were not enough. @param {Sheet} sheet @param {Given} given @returns {Promise<Note | undefined>} */
async function checked(sheet, { jwks }) {
  const { context, outcome } = await authenticated(sheet)
  if (outcome === undefined) return { kind: 'warn', words: `The signature was not checked. The gate did not come to it: ${context.message}.` }
  if (outcome === 'allow') return { kind: 'good', words: 'The signature was checked with the key that was given, and fits.' }
  if (jwks === '' && FOR_LACK_OF_KEYS.has(context.reason)) return undefined
  return { kind: 'bad', words: `Checked with the key that was given, and refused: ${context.message}.` }
}

/** What can be said of a token without its key. @param {Sheet} sheet @param {string} token @returns {Promise<Note>} */
async function unchecked(sheet, token) {
  if (token.trim() === '') return { kind: '', words: 'Paste a token. It stays in this page.' }
  const { context, outcome } = await authenticated(sheet)
  if (outcome === 'deny') return { kind: 'bad', words: `Refused, whatever its signature: ${context.message}.` }
  return { kind: 'warn', words: `The signature was not checked: no key was given. ${HOLDS}` }
}

/** What comes of a token alone. @param {Sheet} sheet */
async function authenticated({ gate, who: { headers } }) {
  const { context } = await gate.decide({ method: 'GET', url: NO_PUBLIC_PATH, headers }, { explain: true })
  return { context, outcome: context.trace?.find(({ layer }) => layer === 'authenticate')?.outcome }
}

/** A public path asks for no token. This is one of the gate's own, which no platform has. */
const NO_PUBLIC_PATH = '/.gate/preview/token'
