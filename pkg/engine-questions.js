// AuthZEN requests and approvals, to the module and back.
import { EXPLAIN, pushed as pushedOne, write } from './engine.js'
import * as wasm from './wasm/gatewright.js'

const encoder = new TextEncoder()

/** What `evaluate` answers. */
export const QUESTION = { EVALUATION: 0, EVALUATIONS: 1, SUBJECTS: 2, RESOURCES: 3, ACTIONS: 4 }

/**
 * Answers an AuthZEN request.
 *
 * @param {number} handle
 * @param {number} now
 * @param {number} question
 * @param {string} request
 * @param {string | undefined} state
 * @param {boolean} isExplained
 * @returns {{ isMalformed: boolean, pushed: any[] }}
 */
export function evaluate(handle, now, question, request, state, isExplained) {
  const texts = [request, state].map((text) => (text === undefined ? undefined : encoder.encode(text)))
  const [requestLength, stateLength] = write(texts)
  /** @type {any[]} */
  const pushed = []
  const flags = isExplained ? EXPLAIN : 0
  const isMalformed = wasm.evaluate(handle, now, question, requestLength, stateLength, flags, pushed) !== 0
  return { isMalformed, pushed }
}

/**
 * The record of a new approval for what the last check wants.
 *
 * @param {number} handle
 * @param {string} id
 * @returns {import('./index.d.ts').ApprovalRecord | undefined}
 */
export function requestApproval(handle, id) {
  const [length] = write([encoder.encode(id)])
  return pushedOne((into) => wasm.request_approval(handle, length, into))
}

/**
 * @param {number} handle
 * @param {number} now
 * @param {string} record JSON
 * @param {string} approver JSON
 * @returns {{ reason: number, record?: import('./index.d.ts').ApprovalRecord }}
 */
export function decideApproval(handle, now, record, approver) {
  const parts = [record, approver].map((part) => encoder.encode(part))
  const [recordLength, approverLength] = write(parts)
  /** @type {any[]} */
  const into = []
  const reason = wasm.decide_approval(handle, now, recordLength, approverLength, into)
  return { reason, record: into[0] }
}
