// The second module, which judges URLs, patterns and SQL for the first. It is there for policies that
// need it, and instantiated when the first text has to be judged.
//
// The core calls `judge` in the middle of its work, so nothing here may throw into it or call it
// back. A fault is a verdict like the others, and denies. Texts are bounded before they get here.
import { createInstance } from './instance.js'
import * as wasm from './wasm/gatewright_guards.js'

/** What the core takes for: nobody could judge. As `Verdict` in src/guard/mod.rs. */
const UNAVAILABLE = 3

const instance = createInstance(wasm)

/** The memory of the core. @type {WebAssembly.Memory | undefined} */
let core
/** @type {(event: import('./index.d.ts').GateEvent) => void} */
let tell = () => {}

export const loadGuardsWith = instance.loadWith

/** Whether anybody has said so. */
export const hasGuards = instance.isLoadable

/** @param {WebAssembly.Memory} memory of the core, of which there is a new one after each trap */
export function judgeFrom(memory) {
  core = memory
}

/** @param {typeof tell} report who hears of faults, until somebody else asks for decisions; never throws */
export function reportGuardsTo(report) {
  tell = report
}

/**
 * Judges a text in the memory of the core. The core imports this function.
 *
 * @param {number} kind
 * @param {number} rules an address
 * @param {number} rulesLength
 * @param {number} text an address
 * @param {number} textLength
 * @returns {number} a verdict
 */
export function judge(kind, rules, rulesLength, text, textLength) {
  if (core === undefined || !instance.isLoadable()) return UNAVAILABLE
  const bytes = (/** @type {number} */ at, /** @type {number} */ length) =>
    new Uint8Array(/** @type {WebAssembly.Memory} */ (core).buffer, at >>> 0, length >>> 0)
  try {
    instance.write([bytes(rules, rulesLength), bytes(text, textLength)])
    const verdict = wasm.judge(kind, rulesLength >>> 0, textLength >>> 0)
    // It knows what it was asked for, and its input was whole: so its memory is not.
    if (verdict >= UNAVAILABLE) throw new Error('the module could not judge')
    return verdict
  } catch (error) {
    instance.discard()
    tell({ event: 'guards_fault', error: String(error) })
    return UNAVAILABLE
  }
}
