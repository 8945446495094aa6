// Questions beyond requests: may this agent do that, with these arguments? Synchronous throughout,
// so that nothing comes between a question and what the store makes of it.
//
// A check that the policy decides alone crosses into the module once. Where a budget or an approval
// speaks, the first answer says which state it needs; the store tells it, the question is asked
// again, and what follows is written down before anybody learns that they may.
import { refusal } from './decision.js'
import * as engine from './engine.js'

/**
 * A check as the module takes it: texts.
 *
 * @typedef {object} Asked
 * @property {string} agent
 * @property {string} action
 * @property {string} context JSON
 * @property {string} [subject]
 * @property {string} [tenant]
 * @property {string} [key] for idempotency
 */

/**
 * The state that follows from an evaluation, and what of it was not known.
 *
 * @typedef {object} Next
 * @property {[key: string, meter: object | null][]} meters
 * @property {import('./index.d.ts').ApprovalRecord | null} used
 * @property {string | null} binding what an approval is found by
 */

/** @typedef {import('./index.d.ts').Decision} Decision */

const WAITING = new Set(['approval_required', 'approval_pending'])

/** An approval that is good for nothing any more, so that a new one may be asked for. */
const SPENT = new Set(['approval_expired', 'approval_used'])

/** The words of AgentWarden for a check that waits. */
const WAITS = 'This action requires human approval'

const SEARCHES = { subject: engine.QUESTION.SUBJECTS, resource: engine.QUESTION.RESOURCES, action: engine.QUESTION.ACTIONS }

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
  const FAULT = numberOf('engine_fault')

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
  function ask(agent, action, context, { subject, tenant, idempotencyKey: key }, isExplained) {
    const text = jsonOf(context)
    if (text === undefined) return { number: numberOf('context_malformed') }
    const asked = { agent, action, context: text, subject, tenant, key }
    return areTexts(asked) ? settle(asked, isExplained) : { number: numberOf('name_malformed') }
  }

  /**
   * @param {Asked} asked
   * @param {boolean} isExplained
   * @returns {{ number: number, decision?: Decision, tool?: import('./index.d.ts').ToolVerdict, approval?: import('./index.d.ts').ApprovalRecord }}
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
      if (known === undefined) return { number: outcome & ~engine.STATE, decision, tool }
      outcome = engine.check(handle, now(), asked, JSON.stringify(known), isExplained)
      ;[decision, next, tool] = engine.evaluation(handle)
      // What the state needed was not all that it needs now: whoever changed it comes first.
      const code = reasons[outcome & ~engine.STATE].code
      const approval = approvalOf(handle, code, known.approval)
      const isWritten = commit(next, approval)
      if (!isWritten && (reasons[outcome & ~engine.STATE].allows || approval)) {
        return { number: numberOf(next.used ? 'approval_unavailable' : 'budget_unavailable'), tool: undefined }
      }
      const isAnew = approval !== undefined && SPENT.has(code)
      const number = isAnew ? numberOf('approval_required') : outcome & ~engine.STATE
      return { number, decision, tool, approval: approval ?? known.approval ?? undefined }
    }, { number: FAULT })
  }

  /**
   * What the store knows of what an evaluation needs. Undefined if it does not answer.
   *
   * @param {Next} next
   * @returns {{ meters?: Record<string, object | null>, approval?: import('./index.d.ts').ApprovalRecord | null } | undefined}
   */
  function recall({ meters, binding }) {
    if (!store?.meter || !store.approval || !store.commit) return undefined
    try {
      /** @type {Record<string, object | null>} */
      const known = Object.create(null)
      for (const [key] of meters) known[key] = store.meter(key) ?? null
      return { meters: known, approval: binding === null ? null : (store.approval(binding) ?? null) }
    } catch (error) {
      report({ event: 'store_unavailable', error: String(error) })
      return undefined
    }
  }

  /**
   * A new approval, where one has to be asked for.
   *
   * @param {number} handle
   * @param {string} code
   * @param {import('./index.d.ts').ApprovalRecord | null | undefined} known
   */
  function approvalOf(handle, code, known) {
    const isWanted = (code === 'approval_required' && !known) || SPENT.has(code)
    return isWanted ? engine.requestApproval(handle, newId()) : undefined
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
      report({ event: 'store_unavailable', error: String(error) })
      return false
    }
  }

  /**
   * @param {object} request
   * @param {import('./index.d.ts').DecideOptions} [options]
   * @returns {Decision}
   */
  function evaluate(request, options) {
    const isExplained = options?.explain === true
    return put(engine.QUESTION.EVALUATION, request, isExplained, (handle, [decision, next], text) => {
      const known = next.meters.length > 0 || next.binding !== null ? recall(next) : undefined
      if (known === undefined) return decision
      const again = engine.evaluate(handle, now(), engine.QUESTION.EVALUATION, text, JSON.stringify(known), isExplained)
      const [settled, then] = again.pushed
      return commit(then, undefined) || !settled.decision ? settled : refusal(pdp.tables, 'budget_unavailable').decision
    }) ?? refusal(pdp.tables, 'engine_fault').decision
  }

  /**
   * @param {object} request
   * @param {import('./index.d.ts').DecideOptions} [options]
   * @returns {{ evaluations: Decision[] }}
   */
  function evaluations(request, options) {
    const fault = [refusal(pdp.tables, 'engine_fault').decision]
    const answer = put(engine.QUESTION.EVALUATIONS, request, options?.explain === true, (_, [list]) => list)
    return { evaluations: answer ?? fault }
  }

  /**
   * @param {'subject' | 'resource' | 'action'} wanted
   * @param {object} request
   * @returns {import('./index.d.ts').SearchResult}
   */
  function search(wanted, request) {
    const question = SEARCHES[wanted]
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
    /** @type {string | undefined} */
    let why
    const answer = pdp.run((handle) => {
      const { isMalformed, pushed } = engine.evaluate(handle, now(), question, text, undefined, isExplained)
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
    /** @type {{ binding: string, record: import('./index.d.ts').ApprovalRecord } | undefined} */
    let held
    try {
      held = store?.approvalById?.(id)
    } catch (error) {
      report({ event: 'store_unavailable', error: String(error) })
    }
    if (!held) return refuse('approval_unavailable')
    const { binding, record } = held
    const { reason, record: decided } = pdp.run((handle) => engine.decideApproval(handle, now(), record, approver), { reason: FAULT })
    if (!decided) return refuse(reasons[reason].code)
    const next = { meters: [], used: decided, binding }
    return commit(next, undefined) ? { decided: true, approval: decided } : refuse('approval_unavailable')
  }

  return { check, checkTool, evaluate, evaluations, search, resolve }
}

/**
 * @param {{ [name in keyof Asked]?: unknown }} asked
 * @returns {asked is Asked}
 */
function areTexts(asked) {
  const { agent, action, subject, tenant, key } = asked
  const isText = (/** @type {unknown} */ text) => text === undefined || typeof text === 'string'
  return typeof agent === 'string' && typeof action === 'string' && isText(subject) && isText(tenant) && isText(key)
}

/**
 * As JSON. Undefined for what has none: functions, cycles, big integers.
 *
 * @param {unknown} value
 */
function jsonOf(value) {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

/** An id that nobody can guess. */
function newId() {
  const letters = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0'))
  return `apr_${letters.join('')}`
}
