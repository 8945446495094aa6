// Whether a ledger is intact: src/audit/ in the third module, which reads it piece by piece.
import { answer, answered, instance } from './lint.js'
import * as wasm from './wasm/gatewright_lint.js'

/** What the module says when there is no such verifier. */
const NONE = 0xffff_ffff

/** So much goes in at once, in bytes. */
const PIECE = 1 << 20

/**
 * What is wrong, and where: nothing of what the row says.
 *
 * @typedef {{ code: string, message: string, line?: number, seq?: number, expected?: number }} Fault
 */

/**
 * @typedef {object} Report
 * @property {string | null} shard
 * @property {number} rows
 * @property {number} seq of the last one
 * @property {string} hash of the last one
 * @property {readonly Fault[]} faults the first hundred
 * @property {number} fault_count
 */

/**
 * @typedef {object} Checkpoint
 * @property {string} shard
 * @property {number} seq
 * @property {string} hash
 * @property {number} at milliseconds
 * @property {string} key in base64url
 * @property {string} signature in base64url
 * @property {string} signed what it is a signature of
 */

/**
 * Reads a checkpoint. Its signature is the caller's to verify.
 *
 * @param {string} text
 * @returns {Checkpoint | undefined} undefined if it is none
 */
export const readCheckpoint = (text) => answered([text], wasm.audit_checkpoint) ?? undefined

/**
 * A verifier for one ledger.
 *
 * @param {string} [checkpoint] its text; an empty one is none
 * @throws {TypeError} if it is no checkpoint
 */
export function createVerifier(checkpoint = '') {
  const text = new TextEncoder().encode(checkpoint)
  const handle = faultless(() => {
    instance.write([text])
    return wasm.audit_open(text.length)
  })
  if (handle === NONE) throw new TypeError('this is no checkpoint')
  /** The instance that it is in, until it is finished. */
  let home = instance.current()

  /** @template T @param {() => T} work @returns {T} */
  function inPlace(work) {
    // After a fault the module is another one, which knows nothing of this ledger.
    if (home === undefined || instance.current() !== home) throw new Error('the verifier is lost: begin anew')
    return faultless(work)
  }

  return {
    /**
     * Reads on. Where a piece ends does not matter.
     *
     * @param {Uint8Array} bytes
     */
    push(bytes) {
      for (let at = 0; at < bytes.length; at += PIECE) {
        const piece = bytes.subarray(at, at + PIECE)
        inPlace(() => {
          instance.write([piece])
          if (wasm.audit_push(handle, piece.length) === NONE) throw new Error('there is no such verifier')
        })
      }
    },
    /** Ends the ledger here, and the verifier with it. @returns {Report} */
    finish() {
      const report = inPlace(() => answer(wasm.audit_finish(handle)))
      home = undefined
      return report
    },
  }
}

/** @template T @param {() => T} work @returns {T} */
function faultless(work) {
  if (!instance.isLoadable()) throw new Error('the module that verifies is not loaded')
  try {
    return work()
  } catch (error) {
    instance.discard()
    throw error
  }
}
