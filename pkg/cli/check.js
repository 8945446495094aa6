// `gatewright check`: whether a policy is one, and what it can hardly mean.
import { place } from '../lint.js'
import { PolicyError, createGate, lintPolicy } from '../node.js'
import { SECRETS, readArguments, readSecrets, readText } from './arguments.js'
import { plain, print, printJson, red, yellow } from './report.js'

/** @param {string[]} args */
export async function check(args) {
  const options = { ...SECRETS, json: /** @type {const} */ ({ type: 'boolean' }), strict: /** @type {const} */ ({ type: 'boolean' }) }
  const given = readArguments(args, options, ['POLICY'])
  const file = given.words[0]
  const text = await readText(file, 'the policy')
  const { findings } = lintPolicy(text)
  const error = await errorOf(text, await readSecrets(given))
  const name = file === '-' ? 'stdin' : file
  if (given.flags.has('json')) printJson({ file: name, valid: error === undefined, error: error ?? null, findings })
  else tell(name, error, findings)
  if (error !== undefined) return 2
  return given.flags.has('strict') && findings.length > 0 ? 1 : 0
}

/** @typedef {{ code: string, pointer: string, message: string, line?: number, column?: number }} Fault */

/**
 * Why a text is no policy.
 *
 * @param {string} text
 * @param {Record<string, unknown>} secrets
 * @returns {Promise<Fault | undefined>}
 */
export async function errorOf(text, secrets) {
  try {
    const gate = await createGate({ policy: text, secrets, report: () => {}, fetch: unreachable })
    gate.close()
    return undefined
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    return faultOf(error, text)
  }
}

/** Whether a policy is one can be said without the network. @returns {Promise<never>} */
const unreachable = async () => {
  throw new Error('nothing is fetched by this command')
}

/**
 * @param {PolicyError} error
 * @param {string} text
 * @returns {Fault}
 */
export function faultOf({ code, pointer, message, line, column }, text) {
  // The message of the error begins with its place and ends with its code, which go in columns here.
  const sentence = message.slice(`${pointer || 'the policy'}: `.length, -` (${code})`.length)
  return { code, pointer, message: sentence, ...(line === undefined ? place(text, pointer) : { line, column }) }
}

/**
 * `file:line:column pointer code message`
 *
 * @param {string} file
 * @param {Fault} fault
 */
export const lineOf = (file, { code, pointer, message, line = 1, column = 1 }) =>
  plain(`${file}:${line}:${column} ${pointer || '/'} ${code} ${message}`)

/**
 * @param {string} file
 * @param {Fault | undefined} error
 * @param {readonly import('../index.d.ts').Finding[]} findings
 */
function tell(file, error, findings) {
  if (error !== undefined) print(`${red('error')} ${lineOf(file, error)}`)
  for (const finding of findings) {
    const { severity } = finding
    print(`${severity === 'warning' ? yellow(severity) : severity} ${lineOf(file, finding)}`)
  }
  const count = (/** @type {string} */ severity) => findings.filter((finding) => finding.severity === severity).length
  print(`${plain(file)} is ${error === undefined ? 'a policy' : 'no policy'}: ${amount(count('warning'), 'warning')}, ${amount(count('info'), 'info')}`)
}

/** @param {number} count @param {string} what */
const amount = (count, what) => `${count} ${what}${count === 1 ? '' : 's'}`
