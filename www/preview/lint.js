// Lint, which is part of the page's own module: it reads a policy with the same code as the gate does.
import * as engine from '../../pkg/engine.js'
import * as wasm from '../../pkg/wasm/gatewright_preview.js'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * @param {string} policy
 * @returns {{ findings?: import('./compile.js').Finding[], error?: any }}
 */
export const lint = (policy) => answered([policy], wasm.lint)

/**
 * The line and column of a pointer into a policy.
 *
 * @param {string} policy
 * @param {string} pointer
 * @returns {{ line?: number, column?: number }}
 */
export const place = (policy, pointer) => answered([policy, pointer], wasm.place)

/**
 * @param {string[]} texts
 * @param {(...lengths: any[]) => number} ask
 */
function answered(texts, ask) {
  const parts = texts.map((text) => encoder.encode(text))
  try {
    const address = wasm.room(parts.reduce((sum, part) => sum + part.length, 0))
    if (address === 0) throw new RangeError('the policy is larger than the gate takes')
    // There is an instance, so this hands it out.
    const { memory } = wasm.initSync(/** @type {any} */ ({}))
    let at = address
    for (const part of parts) {
      new Uint8Array(memory.buffer, at, part.length).set(part)
      at += part.length
    }
    const length = ask(...parts.map((part) => part.length))
    return JSON.parse(decoder.decode(new Uint8Array(memory.buffer, wasm.output(), length)))
  } catch (error) {
    // After a trap nothing in the module's memory can be trusted, the gates in it included.
    engine.reset()
    throw error
  }
}
