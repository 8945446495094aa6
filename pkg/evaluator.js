// Questions beyond requests: may this agent do that, with these arguments? Synchronous throughout,
// so that nothing comes between a question and what the store makes of it.
//
// A check that the policy decides alone crosses into the module once. Where a budget or an approval
// speaks, the first answer says which state it needs; the store tells it, the question is asked
// again, and what follows is written down before anybody learns that they may.
import { refusal } from './decision.js'
import * as engine from './engine.js'
import * as questions from './engine-questions.js'
import { askedOf, jsonOf } from './question.js'

/**
 * The state that follows from an evaluation, and what of it was not known.
 *
 * @typedef {object} Next
 * @property {[key: string, meter: object | null][]} meters
 * @property {import('./index.d.ts').ApprovalRecord | null} used
 * @property {string | null} binding what an approval is found by
 */

/** @typedef {import('./index.d.ts').Decision} Decision */
/** @typedef {import('./question.js').Asked} Asked */

const WAITING = new Set(['approval_required', 'approval_pending'])

/** An approval that is good for nothing any more, so that a new one may be asked for. */
const SPENT = new Set(['approval_expired', 'approval_used'])

/** The state that follows from what was not decided. @type {Next} */
const NO_STATE = { meters: [], used: null, binding: null }

/** The words of AgentWarden for a check that waits. */
const WAITS = 'This action requires human approval'

const SEARCHES = { subject: questions.QUESTION.SUBJECTS, resource: questions.QUESTION.RESOURCES, action: questions.QUESTION.ACTIONS }

/**
 * @param {object} options
 * @param {import('./pdp.js').Pdp} options.pdp
 * @param {import('./index.d.ts').Store | undefined} options.store
 * @param {() => number} options.now
 * @param {(event: import('./index.d.ts').GateEvent) => void} options.report
 */
export function createEvaluator({ pdp, store, now, report }) {
  const { reasons } = pdp.tables
  const numberOf = (/** @type {string} */ code) => reasons.findIndex((reason) => reason.code === code)
  /** Why nothing was decided: a fault, or a gate that was closed. */
  const nothing = () => refusal(pdp.tables, pdp.fault()).decision

  /**
   * @param {string} agent
   * @param {string} action
   * @param {unknown} [context]
   * @param {import('./index.d.ts').CheckOptions} [options]
   * @returns {import('./index.d.ts').CheckResult}
   */
  function check(agent, action, context = {}, options = {}) {
    const { number, decision, approval } = ask(agent, action, context, options, false)
    const { code, allows, message } = reasons[number]
    const requires = WAITING.has(code)
    return {
      allowed: allows,
      requires_approval: requires,
      reason: allows ? null : requires ? WAITS : (decision?.context.message ?? message),
      approval_id: (requires && approval?.id) || null,
      code,
    }
  }

  /**
   * What the gateway of a tool is told: the same check, with the level of the tool.
   *
   * @param {string} agent
   * @param {string} action
   * @param {unknown} context
   * @param {import('./index.d.ts').CheckOptions} [options]
   * @returns {import('./index.d.ts').ToolVerdict & { code: string }}
   */
  function checkTool(agent, action, context, options = {}) {
    const { number, tool } = ask(agent, action, context, options, true)
    const { code, message } = reasons[number]
    return { ...(tool ?? { level: 'unknown', status: 'blocked', error: message, dry_run: false }), code }
  }

  /**
   * @param {unknown} agent
   * @param {unknown} action
   * @param {unknown} context
   * @param {import('./index.d.ts').CheckOptions} options
   * @param {boolean} isExplained
   */
  function ask(agent, action, context, options, isExplained) {
    const asked = askedOf(agent, action, context, options, pdp.tables)
    if (typeof asked === 'string') return { number: numberOf(asked) }
    return settle(asked, isExplained) ?? { number: numberOf(pdp.fault()) }
  }

  /**
   * @param {Asked} asked
   * @param {boolean} isExplained
   * @returns {{ number: number, decision?: Decision, tool?: import('./index.d.ts').ToolVerdict, approval?: import('./index.d.ts').ApprovalRecord } | undefined}
   *   undefined after a fault
   */
  function settle(asked, isExplained) {
    return pdp.run((handle) => {
      let outcome = engine.check(handle, now(), asked, undefined, isExplained)
      if (outcome === (outcome & ~engine.STATE)) {
        const isPlain = !isExplained && reasons[outcome].code !== 'amount_exceeded'
        if (isPlain) return { number: outcome }
        const [decision, , tool] = engine.evaluation(handle)
        return { number: outcome, decision, tool }
      }
      let [decision, next, tool] = engine.evaluation(handle)
      const known = recall(next)
      if (known === null && reasons[outcome & ~engine.STATE].code === 'approval_required') {
        return { number: numberOf('approval_unavailable') }
      }
      if (!known) return { number: outcome & ~engine.STATE, decision, tool }
      outcome = engine.check(handle, now(), asked, known.text, isExplained)
      ;[decision, next = NO_STATE, tool] = engine.evaluation(handle)
      // What the state needed was not all that it needs now: whoever changed it comes first.
      const code = reasons[outcome & ~engine.STATE].code
      const approval = approvalOf(handle, code)
      const isWritten = commit(next, approval)
      if (!isWritten && (reasons[outcome & ~engine.STATE].allows || approval)) {
        return { number: numberOf(next.used ? 'approval_unavailable' : 'budget_unavailable'), tool: undefined }
      }
      const isAnew = approval !== undefined && SPENT.has(code)
      const number = isAnew ? numberOf('approval_required') : outcome & ~engine.STATE
      return { number, decision, tool, approval: approval ?? known.approval ?? undefined }
    }, undefined)
  }

  /**
   * What the store knows of what an evaluation needs, as the module takes it. Undefined if there is
   * no store, `null` if it does not answer, or not with what is JSON.
   *
   * @param {Next} next
   * @returns {{ text: string, approval: import('./index.d.ts').ApprovalRecord | null } | null | undefined}
   */
  function recall({ meters, binding }) {
    if (!store?.meter || !store.approval || !store.commit) return undefined
    try {
      /** @type {Record<string, object | null>} */
      const known = Object.create(null)
      for (const [key] of meters) known[key] = store.meter(key) ?? null
      const approval = binding === null ? null : (store.approval(binding) ?? null)
      return { text: JSON.stringify({ meters: known, approval }), approval }
    } catch (error) {
      complain(error)
      return null
    }
  }

  /**
   * A new approval, where one has to be asked for. One that is required is never there already: a
   * record that does not suffice, a confirmation where an approver is wanted, makes room for it.
   *
   * @param {number} handle
   * @param {string} code
   */
  function approvalOf(handle, code) {
    const isWanted = code === 'approval_required' || SPENT.has(code)
    return isWanted ? questions.requestApproval(handle, newId()) : undefined
  }

  /**
   * @param {Next} next
   * @param {import('./index.d.ts').ApprovalRecord | undefined} approval
   */
  function commit({ meters, used, binding }, approval) {
    try {
      const written = meters.filter(([, meter]) => meter !== null)
      const record = used ?? approval
      const approvals = record && binding ? [{ binding, record }] : []
      if (written.length > 0 || approvals.length > 0) store?.commit?.({ meters: written, approvals })
      return true
    } catch (error) {
      complain(error)
      return false
    }
  }

  /** @param {unknown} error whatever a store throws, also what has no text */
  function complain(error) {
    report({ event: 'store_unavailable', error: textOf(error) })
  }

  /**
   * @param {object} request
   * @param {import('./index.d.ts').DecideOptions} [options]
   * @returns {Decision}
   */
  function evaluate(request, options) {
    const isExplained = options?.explain === true
    return put(questions.QUESTION.EVALUATION, request, isExplained, (handle, [decision, next], text) => {
      const known = next.meters.length > 0 || next.binding !== null ? recall(next) : undefined
      if (known === null && decision.context.reason === 'approval_required') return unavailable('approval')
      if (!known) return decision
      const again = questions.evaluate(handle, now(), questions.QUESTION.EVALUATION, text, known.text, isExplained)
      const [settled, then] = again.pushed
      if (commit(then, undefined) || !settled.decision) return settled
      return unavailable(then.used ? 'approval' : 'budget')
    }) ?? nothing()
  }

  /** @param {'approval' | 'budget'} what */
  const unavailable = (what) => refusal(pdp.tables, `${what}_unavailable`).decision

  /**
   * @param {object} request
   * @param {import('./index.d.ts').DecideOptions} [options]
   * @returns {{ evaluations: Decision[] }}
   */
  function evaluations(request, options) {
    const answer = put(questions.QUESTION.EVALUATIONS, request, options?.explain === true, (_, [list]) => list)
    return { evaluations: answer ?? [nothing()] }
  }

  /**
   * @param {'subject' | 'resource' | 'action'} wanted
   * @param {object} request
   * @returns {import('./index.d.ts').SearchResult}
   */
  function search(wanted, request) {
    const question = Object.hasOwn(SEARCHES, wanted) ? SEARCHES[wanted] : undefined
    if (question === undefined) throw new TypeError('a search is for a `subject`, a `resource` or an `action`')
    const nothing = { results: [], page: { next_token: '', count: 0, total: 0 } }
    return put(question, request, false, (_, [found]) => found) ?? nothing
  }

  /**
   * Puts an AuthZEN request to the module.
   *
   * @template T
   * @param {number} question
   * @param {object} request
   * @param {boolean} isExplained
   * @param {(handle: number, pushed: any[], text: string) => T} read
   * @returns {T | undefined} undefined after a fault
   * @throws {TypeError} if the request is not one
   */
  function put(question, request, isExplained, read) {
    const text = jsonOf(request)
    if (text === undefined) throw new TypeError('the request is not JSON')
    if (text.length > pdp.tables.max_context_bytes) throw new TypeError('the request is too large')
    /** @type {string | undefined} */
    let why
    const answer = pdp.run((handle) => {
      const { isMalformed, pushed } = questions.evaluate(handle, now(), question, text, undefined, isExplained)
      if (!isMalformed) return read(handle, pushed, text)
      why = String(pushed[0])
      return undefined
    }, undefined)
    if (why !== undefined) throw new TypeError(why)
    return answer
  }

  /**
   * Decides an approval.
   *
   * @param {string} id
   * @param {import('./index.d.ts').Approver} approver
   * @returns {import('./index.d.ts').Resolution}
   */
  function resolve(id, approver) {
    const refuse = (/** @type {string} */ code) =>
      ({ decided: /** @type {const} */ (false), reason: code, message: reasons[numberOf(code)].message })
    const by = jsonOf(approver)
    if (by === undefined || by.length > pdp.tables.max_context_bytes) return refuse('question_malformed')
    const held = approvalById(id)
    if (!held) return refuse('approval_unavailable')
    const { binding, record } = held
    const answer = pdp.run((handle) => questions.decideApproval(handle, now(), record, by), undefined)
    if (!answer) return refuse(pdp.fault())
    const { reason, record: decided } = answer
    if (!decided) return refuse(reasons[reason].code)
    const next = { meters: [], used: decided, binding }
    return commit(next, undefined) ? { decided: true, approval: decided } : refuse('approval_unavailable')
  }

  /**
   * An approval as the store holds it: what it is bound to, and its record as JSON.
   *
   * @param {string} id
   */
  function approvalById(id) {
    try {
      const held = store?.approvalById?.(id)
      return held && { binding: held.binding, record: JSON.stringify(held.record) ?? '' }
    } catch (error) {
      complain(error)
      return undefined
    }
  }

  return { check, checkTool, evaluate, evaluations, search, resolve }
}

/** @param {unknown} error */
function textOf(error) {
  try {
    return String(error)
  } catch {
    return 'an error without a text'
  }
}

/** An id that nobody can guess. */
function newId() {
  const letters = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0'))
  return `apr_${letters.join('')}`
}
