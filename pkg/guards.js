// The second module, which judges URLs, patterns and SQL for the first. It is there for policies that
// need it, and instantiated when the first text has to be judged.
//
// It looks policies over as well (`lint` and `place`), which is asked for by people and by no request.
//
// The core calls `judge` in the middle of its work, so nothing here may throw into it or call it
// back. A fault is a verdict like the others, and denies. Texts are bounded before they get here.
import * as wasm from './wasm/gatewright_guards.js'

/** What the core takes for: nobody could judge. As `Verdict` in src/guard/mod.rs. */
const UNAVAILABLE = 3

/** Enough for the rules and the text of all but odd arguments. */
const USUAL_INPUT = 16 * 1024

/** @type {(() => WebAssembly.Module) | undefined} */
let load
/** @type {WebAssembly.Module | undefined} */
let compiled
/** The memory of the core. @type {WebAssembly.Memory | undefined} */
let core
/** @type {WebAssembly.Memory} */
let memory
/** A view of the buffer. When memory grows it is detached, and its length is 0. */
let input = new Uint8Array(0)
/** Whether there is an instance, and whether it can be used. */
let isMade = false
let isSound = false
/** @type {(event: import('./index.d.ts').GateEvent) => void} */
let tell = () => {}

/**
 * Says where the module comes from. It is asked for when it is needed, and once.
 *
 * @param {() => WebAssembly.Module} source
 */
export function loadGuardsWith(source) {
  load = source
}

/** Whether anybody has said so. */
export const hasGuards = () => load !== undefined

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
  if (core === undefined || load === undefined) return UNAVAILABLE
  const bytes = (/** @type {number} */ at, /** @type {number} */ length) =>
    new Uint8Array(/** @type {WebAssembly.Memory} */ (core).buffer, at >>> 0, length >>> 0)
  try {
    return judgeBytes(kind, bytes(rules, rulesLength), bytes(text, textLength))
  } catch (error) {
    isSound = false
    tell({ event: 'guards_fault', error: String(error) })
    return UNAVAILABLE
  }
}

/**
 * @param {number} kind
 * @param {Uint8Array} rules
 * @param {Uint8Array} text
 */
function judgeBytes(kind, rules, text) {
  if (!isSound) attach()
  const size = rules.length + text.length
  if (size > input.length || input.length === 0) makeRoom(size)
  input.set(rules)
  input.set(text, rules.length)
  const verdict = wasm.judge(kind, rules.length, text.length)
  // It knows what it was asked for, and its input was whole: so its memory is not.
  if (verdict >= UNAVAILABLE) throw new Error('the module could not judge')
  return verdict
}

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
 * @param {string[]} texts
 * @param {(...lengths: any[]) => number} ask
 */
function answered(texts, ask) {
  if (load === undefined) throw new Error('the module that lints is not loaded: await `initGuards()` first')
  const parts = texts.map((text) => new TextEncoder().encode(text))
  try {
    if (!isSound) attach()
    const size = parts.reduce((sum, part) => sum + part.length, 0)
    if (size > input.length || input.length === 0) makeRoom(size)
    let at = 0
    for (const part of parts) {
      input.set(part, at)
      at += part.length
    }
    const length = ask(...parts.map((part) => part.length))
    return JSON.parse(new TextDecoder().decode(new Uint8Array(memory.buffer, wasm.output(), length)))
  } catch (error) {
    isSound = false
    throw error
  }
}

/** After the first time with a new instance: a trap has left the memory of the old one in an unknown state. */
function attach() {
  compiled ??= /** @type {() => WebAssembly.Module} */ (load)()
  if (isMade) wasm.__wbg_reset_state()
  memory = wasm.initSync({ module: compiled }).memory
  isMade = true
  input = new Uint8Array(0)
  isSound = true
}

/** @param {number} size */
function makeRoom(size) {
  const capacity = Math.max(size, USUAL_INPUT)
  const address = wasm.buffer(capacity)
  if (address === 0) throw new RangeError('the input is larger than the module takes')
  input = new Uint8Array(memory.buffer, address, capacity)
}
