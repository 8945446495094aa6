// Many questions in one crossing into the module.
import { UPGRADE, numbersAt, write } from './engine.js'
import * as wasm from './wasm/gatewright.js'

const encoder = new TextEncoder()

/** In the flags of `beginAll`: the key was looked up, whatever came of it. */
const LOOKED_UP = 1

/**
 * Decides many requests with one credential.
 *
 * @param {number} handle
 * @param {number} now
 * @param {import('./request.js').Facts} facts of any of them: what all have in common
 * @param {{ method: number, path: string }[]} requests
 * @param {import('./lookup.js').Found} [found] the record of their virtual key
 * @returns {number[]} a word for each, see src/wasm/many.rs
 */
export function beginAll(handle, now, { credential, cookie, keys, upgrade }, requests, found) {
  const texts = [credential, cookie, keys, found?.record].map((text) => (text === undefined ? undefined : encoder.encode(text)))
  const packed = requests.flatMap(({ method, path }) => [Uint8Array.of(method), ...behindLength(path)])
  const lengths = write([...texts, joined(packed)])
  const [authorization, cookieLength, keysLength, record, requestsLength] = lengths
  const flags = (found?.isKnown === undefined ? 0 : LOOKED_UP) | (upgrade ? UPGRADE : 0)
  return answers(wasm.begin_all(handle, now, authorization, cookieLength, keysLength, record, requestsLength, flags))
}

/**
 * Checks many actions, as if nothing had been spent or approved.
 *
 * @param {number} handle
 * @param {number} now
 * @param {import('./question.js').Asked[]} questions
 * @param {string} subject empty if there is none
 * @param {string} tenant likewise
 */
export function checkAll(handle, now, questions, subject, tenant) {
  const texts = [subject, tenant, ...questions.flatMap(({ agent, action, context }) => [agent, action, context])]
  const [length] = write([joined(texts.flatMap(behindLength))])
  return answers(wasm.check_all(handle, now, length))
}

/** @param {number} count */
const answers = (count) => numbersAt(wasm.answers(), count)

/** @param {string} text */
function behindLength(text) {
  const bytes = encoder.encode(text)
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, bytes.length, true)
  return [length, bytes]
}

/** @param {Uint8Array[]} parts */
function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
