// The third module, which looks policies over, and knows whether a ledger is intact (see verify.js). People ask
// for it, and no request does.
import { createInstance } from './instance.js'
import * as wasm from './wasm/gatewright_lint.js'

export const instance = createInstance(wasm)
const encoder = new TextEncoder()

export const loadLintWith = instance.loadWith

/** Whether anybody has said where the module comes from. */
export const hasLint = instance.isLoadable

/**
 * Looks at a policy for what it can hardly mean. Throws if the module is not there, or traps.
 *
 * @param {string} policy
 * @returns {{ findings?: import('./index.d.ts').Finding[], error?: any }} why it is none
 */
export const lint = (policy) => answered([policy], wasm.lint)

/**
 * Finds the line and column of a pointer into a policy.
 *
 * @param {string} policy
 * @param {string} pointer
 * @returns {{ line?: number, column?: number }}
 */
export const place = (policy, pointer) => answered([policy, pointer], wasm.place)

/**
 * The answer of the module to texts.
 *
 * @param {string[]} texts
 * @param {(...lengths: any[]) => number} ask
 */
export function answered(texts, ask) {
  if (!instance.isLoadable()) throw new Error('the module that looks policies over is not loaded: await `initLint()` first')
  const parts = texts.map((text) => encoder.encode(text))
  try {
    instance.write(parts)
    return answer(ask(...parts.map((part) => part.length)))
  } catch (error) {
    instance.discard()
    throw error
  }
}

/** The last answer, which has so many bytes. @param {number} length */
export const answer = (length) => JSON.parse(new TextDecoder().decode(instance.read(wasm.output(), length)))
