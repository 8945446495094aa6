// The one instance of the module in this isolate: what goes into its memory, and what comes out.
//
// Texts go in through one buffer, and an answer comes out as numbers in one record: a string as an
// argument of wasm-bindgen would cost more than the decision. Whatever throws in here is a fault.
// A trap leaves the module's memory in an unknown state, so who catches one calls `reset` at once.
// Handles of the generation before would then name something else: they must not be used.
import { judgeFrom } from './guards.js'
import * as wasm from './wasm/gatewright.js'

export const DENIED = 0
export const PENDING = 2
export const NEEDS_KEY = 3

/** Instead of a length or a number: there is none. */
export const NONE = 0xffff_ffff

/** The bits of the record's word `FLAGS`. */
export const FLAG = { LIST: 1, ROSTERS: 2, ADMIN: 4, PUBLIC: 8, ISOLATE: 16, SESSION: 32, SUBJECT: 64, TENANT: 256 }

/** The words of the record, as `src/record.rs` has them. */
export const WORD = {
  REASON: 1, STATUS: 2, ROUTE: 3, ID_START: 4, ID_END: 5, FLAGS: 6, PRINCIPAL: 7, SUBJECT: 8,
  SESSION: 10, SLOT: 12, KEY: 13, SIGNED: 14, SIGNATURE: 16, ISSUER: 18, LISTING: 19, AGENT: 20, SHADOWED: 22,
  TENANT: 23,
}
const WORDS = 25

/** Flags of what is asked. */
export const EXPLAIN = 1
export const UPGRADE = 2
const ANY_CASE = 4

/** Enough for the path and the token of all but odd requests. */
const USUAL_INPUT = 32 * 1024

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** @type {WebAssembly.Module | undefined} */
let compiled
/** @type {WebAssembly.Memory} */
let memory
/** A view of the buffer. When memory grows it is detached, and its length is 0. */
let input = new Uint8Array(0)
/** A view of the record, detached likewise. */
let words = new Uint32Array(0)
let generation = 0
let isLoaded = false
let isSound = false

/** @param {WebAssembly.Module} [module] none if the glue has instantiated it already */
export function instantiate(module) {
  compiled = module
  attach()
  isLoaded = true
}

/** Whoever comes too early is told so; whoever comes after a fault has a new instance. */
function prepare() {
  if (!isLoaded) throw new Error('gatewright has not loaded its module yet: `await init()` first')
  if (!isSound) reset()
}

function attach() {
  // After the first time this hands out the instance that there is.
  memory = wasm.initSync({ module: /** @type {WebAssembly.Module} */ (compiled) }).memory
  judgeFrom(memory)
  input = new Uint8Array(0)
  words = new Uint32Array(0)
  isSound = true
}

/** Counts the instances. What was opened in one means nothing in the next. */
export const currentGeneration = () => generation

/** Throws the instance away, and every handle with it. Never throws: `open` tries again. */
export function reset() {
  generation += 1
  isSound = false
  try {
    wasm.__wbg_reset_state()
    attach()
  } catch {
    // There is no memory for an instance now. Everything is denied until there is.
  }
}

/**
 * @param {string} policy
 * @param {string} secrets a JSON object
 * @returns {{ handle: number, error?: any }}
 */
export function open(policy, secrets) {
  prepare()
  const [policyLength, secretsLength] = write([encoder.encode(policy), encoder.encode(secrets)])
  /** @type {any[]} */
  const errors = []
  const handle = wasm.open(policyLength, secretsLength, errors)
  return { handle, error: errors[0] }
}

/**
 * @param {string} policy
 * @returns {string[]}
 */
export function secretNames(policy) {
  prepare()
  const [length] = write([encoder.encode(policy)])
  return pushed((into) => wasm.secret_names(length, into)) ?? []
}

/**
 * @param {number} handle
 * @param {number} now
 * @param {number} method
 * @param {import('./request.js').Facts} facts
 * @param {boolean} isExplained
 */
export function begin(handle, now, method, facts, isExplained) {
  const { path, credential, cookie, keys } = facts
  const text = path + (credential ?? '') + (cookie ?? '') + (keys ?? '')
  if (text.length * 3 > input.length) makeRoom(text.length * 3)
  const isAscii = encoder.encodeInto(text, input).written === text.length
  const length = isAscii ? asciiLength : encodedLength
  const flags = (isExplained ? EXPLAIN : 0) | (facts.upgrade ? UPGRADE : 0) | (facts.anyCase ? ANY_CASE : 0)
  return wasm.begin(handle, now, method, length(path), length(credential), length(cookie), length(keys), flags)
}

/** @param {string | undefined} text */
const asciiLength = (text) => (text === undefined ? NONE : text.length)

/** @param {string | undefined} text */
const encodedLength = (text) => (text === undefined ? NONE : encoder.encode(text).length)

export { finish, close, seed, drop_keys as dropKeys } from './wasm/gatewright.js'

/**
 * Goes on with a request whose virtual key was looked up.
 *
 * @param {number} handle
 * @param {number} slot
 * @param {string | undefined} record JSON; undefined if there is no such key
 * @param {number} now
 */
export function finishKey(handle, slot, record, now) {
  const [length] = write([record === undefined ? undefined : encoder.encode(record)])
  return wasm.finish_key(handle, slot, length, now)
}

/**
 * The hash of a virtual key, as stores know it.
 *
 * @param {string} key
 */
export function hashKey(key) {
  prepare()
  const bytes = encoder.encode(key)
  const [length] = write([bytes])
  bytes.fill(0)
  if (wasm.hash_key(length) === 0) throw new RangeError('the key is too long')
  return decoder.decode(input.subarray(0, 64))
}

/** The record of the last answer, good until the next call. */
export function record() {
  if (words.length === 0) words = new Uint32Array(memory.buffer, wasm.record(), WORDS)
  return words
}

/** Numbers in the memory of the module, copied. @param {number} address @param {number} count */
export const numbersAt = (address, count) => [...new Uint32Array(memory.buffer, address, count)]

/**
 * The text whose address and length are in the record from `word` on.
 *
 * @param {number} word
 */
export const textAt = (word) => decoder.decode(bytesAt(word))

/**
 * The bytes likewise, in their place: good until the module is called again.
 *
 * @param {number} word
 */
export function bytesAt(word) {
  const [address, length] = [record()[word], record()[word + 1]]
  return new Uint8Array(memory.buffer, address, length)
}

/** @param {number} handle @returns {import('./session.js').Tables} */
export const describe = (handle) => pushed((into) => wasm.describe(handle, into))

/** @param {number} handle @returns {import('./index.d.ts').RouteTable} */
export const routes = (handle) => pushed((into) => wasm.routes(handle, into))

/** @param {number} handle @returns {import('./index.d.ts').Decision} */
export const explain = (handle) => pushed((into) => wasm.explain(handle, into))

/** @param {number} handle @returns {import('./respond.js').Answer} */
export const answer = (handle) => pushed((into) => wasm.answer(handle, into))

/** @param {number} handle @param {number} family @returns {import('./index.d.ts').Listing} */
export const listing = (handle, family) => pushed((into) => wasm.listing(handle, family, into))

/** @param {number} handle @returns {import('./keys.js').PlatformKey[]} */
export const platformKeys = (handle) => pushed((into) => wasm.platform_keys(handle, into))

/**
 * @param {number} handle
 * @param {number} issuer
 * @param {Uint8Array} jwkSet
 * @returns {{ accepted: import('./keys.js').PlatformKey[], rejected: { index: number, reason: string }[], error?: string }}
 */
export function setKeys(handle, issuer, jwkSet) {
  const [length] = write([jwkSet])
  return pushed((into) => wasm.set_keys(handle, issuer, length, into))
}

/**
 * @param {number} handle
 * @param {object} question
 * @returns {import('./index.d.ts').Listing | undefined} undefined if the question makes no sense
 */
export function accessible(handle, question) {
  const [length] = write([encoder.encode(JSON.stringify(question))])
  return pushed((into) => wasm.accessible(handle, length, into))
}

/**
 * @param {number} handle
 * @param {Uint8Array} body
 * @param {string | undefined} subject
 * @param {string | undefined} session
 */
export function isolate(handle, body, subject, session) {
  const texts = [subject, session].map((text) => (text === undefined ? undefined : encoder.encode(text)))
  const [bodyLength, subjectLength, sessionLength] = write([body, ...texts])
  return wasm.isolate(handle, bodyLength, subjectLength, sessionLength)
}

/** In the number of a check: what the store knows would help, or something is to be written there. */
export const STATE = 1 << 8

/**
 * Checks whether an agent may do something.
 *
 * @param {number} handle
 * @param {number} now
 * @param {import('./question.js').Asked} asked
 * @param {string | undefined} state
 * @param {boolean} isExplained
 * @returns {number} that of a reason, and `STATE`
 */
export function check(handle, now, { agent, action, context, subject, tenant, key }, state, isExplained) {
  const text = agent + action + context + (subject ?? '') + (tenant ?? '') + (key ?? '') + (state ?? '')
  if (text.length * 3 > input.length) makeRoom(text.length * 3)
  const isAscii = encoder.encodeInto(text, input).written === text.length
  const length = isAscii ? asciiLength : encodedLength
  return wasm.check(
    handle, now, length(agent), length(action), length(context), length(subject), length(tenant), length(key),
    length(state), isExplained ? EXPLAIN : 0,
  )
}

/**
 * What is told of the last check, and the state that follows from it.
 *
 * @param {number} handle
 * @returns {[import('./index.d.ts').Decision, import('./evaluator.js').Next, import('./index.d.ts').ToolVerdict]}
 */
export function evaluation(handle) {
  /** @type {any} */
  const into = []
  wasm.evaluation(handle, into)
  return into
}

/**
 * Takes the kill switches that the store holds.
 *
 * @param {number} handle
 * @param {string} switches a JSON list
 * @returns {boolean} whether they could be read; if not, everything is stopped
 */
export function setSwitches(handle, switches) {
  const [length] = write([encoder.encode(switches)])
  return wasm.set_switches(handle, length) === 0
}

/**
 * @param {string} guards a JSON array, as a policy has it
 * @param {string} context a JSON object
 * @returns {{ reason: number, error?: any }} the number of a reason, and why the guards are none
 */
export function checkGuards(guards, context) {
  prepare()
  const [guardsLength, contextLength] = write([encoder.encode(guards), encoder.encode(context)])
  /** @type {any[]} */
  const errors = []
  const reason = wasm.check_guards(guardsLength, contextLength, errors)
  return { reason, error: errors[0] }
}

/**
 * The module pushes values into an array, since an export that returns one can abort Node 20 and 22.
 *
 * @param {(into: any[]) => unknown} call
 */
export function pushed(call) {
  /** @type {any[]} */
  const into = []
  call(into)
  return into[0]
}

/**
 * Writes parts one after the other into the buffer, and returns their lengths.
 *
 * @param {(Uint8Array | undefined)[]} parts
 */
export function write(parts) {
  const size = parts.reduce((sum, part) => sum + (part?.length ?? 0), 0)
  if (size > input.length || input.length === 0) makeRoom(size)
  let at = 0
  return parts.map((part) => {
    if (part === undefined) return NONE
    input.set(part, at)
    at += part.length
    return part.length
  })
}

/** @param {number} size */
function makeRoom(size) {
  const capacity = Math.max(size, USUAL_INPUT)
  const address = wasm.buffer(capacity)
  if (address === 0) throw new RangeError('the input is larger than the module takes')
  input = new Uint8Array(memory.buffer, address, capacity)
}
