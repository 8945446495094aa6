// The policy and its secrets, as the module wants them.
import * as engine from './engine.js'
import * as module from './lint.js'

/** Why a policy is not one. Its message holds no secret. */
export class PolicyError extends Error {
  /**
   * @param {{ code: string, pointer: string, message: string, line?: number | null, column?: number | null }} error
   * @param {ErrorOptions} [options]
   */
  constructor({ code, pointer, message, line, column }, options) {
    super(`${pointer || 'the policy'}: ${message} (${code})`, options)
    this.name = 'PolicyError'
    this.code = code
    this.pointer = pointer
    this.line = line ?? undefined
    this.column = column ?? undefined
  }
}

/** @param {string | object} policy */
export const policyText = (policy) => (typeof policy === 'string' ? policy : JSON.stringify(policy))

/**
 * The secrets that a policy mentions, as a JSON object. Nothing else is read: `secrets` is often the
 * whole environment.
 *
 * @param {string} policy
 * @param {Readonly<Record<string, unknown>>} secrets
 */
export function secretsText(policy, secrets) {
  /** @type {Record<string, string>} */
  const named = Object.create(null)
  for (const name of engine.secretNames(policy)) {
    if (!Object.hasOwn(secrets, name)) continue
    const value = secrets[name]
    if (typeof value !== 'string') {
      throw new PolicyError({ code: 'policy_secret_type', pointer: '', message: `the secret \`${name}\` is not a string` })
    }
    named[name] = value
  }
  return JSON.stringify(named)
}

/** @type {typeof import('./index.d.ts').lintPolicy} */
export function lintPolicy(policy) {
  const { findings = [], error } = module.lint(policyText(policy))
  return error === undefined ? { findings } : { findings, error: new PolicyError(error) }
}
