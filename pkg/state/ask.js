// Questions that need state, decided exactly, however many ask at once.
//
// First the core is asked without any state, here: that says whether a budget or an approval speaks of the
// question at all. Most are answered by that, and cost nothing more. Of the others
//
// - a budget counts in its Meter: the question goes there and is decided in one turn (see meter.js);
// - an approval is written down by who saw its last version: of two who use it, one has to ask again;
// - where both speak, the approval is taken first, the budget asked then, and the approval given back if
//   there was no room. Nobody else can use it meanwhile, and none is used for what was not let through. If
//   that breaks off in the middle the approval is lost, and nothing was let through.
//
// What cannot be had denies: `budget_unavailable`, `approval_unavailable`, `switch_unreadable`.
import { approvalsName, meterName } from './names.js'
import { answerTo } from './question.js'
import { within } from './within.js'

/** So often is asked again when somebody else was there before. */
const ATTEMPTS = 5

/** @typedef {import('./question.js').StateQuestion} StateQuestion */
/** @typedef {import('./approvals.js').Held} Held */
/** @typedef {import('../index.d.ts').Change['approvals'][number]} ApprovalChange */

/**
 * @param {object} options
 * @param {import('../index.d.ts').Gate} options.gate
 * @param {import('./scratch.js').Scratch} options.scratch the store of the gate
 * @param {string} options.policy its text
 * @param {readonly { per?: string }[]} options.budgets of the policy
 * @param {string | null} options.tenant
 * @param {import('./platform.d.ts').StateEnv} options.env
 * @param {() => readonly object[]} options.switches throws if they are not known
 * @param {import('./webhook.js').Webhook | undefined} options.webhook who is told of approvals
 * @param {(error: unknown) => void} options.complain
 */
export function createAsker({ gate, scratch, policy, budgets, tenant, env, switches, webhook, complain }) {
  const approvals = () => env.APPROVALS.getByName(approvalsName(tenant))
  /** @param {StateQuestion} question @param {import('./scratch.js').Known} known */
  const locally = (question, known) => scratch.put(known, () => answerTo(gate, question))

  /**
   * @param {StateQuestion} question
   * @param {{ failure?: unknown }} [how] why the switches cannot be believed, if they cannot
   * @returns {Promise<any>} a `CheckResult`, a `ToolVerdict` or a `Decision`
   * @throws {TypeError} if it is an evaluation that is none
   */
  async function ask(question, { failure } = {}) {
    if (failure !== undefined) return locally(question, { failure, isBlind: true }).answer
    const { answer, keys, binding } = locally(question, {})
    if (keys.length === 0 && binding === undefined) return answer
    try {
      return await settle(question, keys, binding)
    } catch (error) {
      // The core says it in its own words.
      return locally(question, { failure: error }).answer
    }
  }

  /**
   * @param {StateQuestion} question
   * @param {string[]} keys of meters
   * @param {string | undefined} binding
   */
  async function settle(question, keys, binding) {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const held = binding === undefined ? undefined : await within(approvals().read(binding))
      const settled = keys.length === 0 ? await agree(question, held) : await count(question, keys[0], held)
      if (settled !== undefined) return settled.answer
    }
    throw new Error('others were there before')
  }

  /**
   * Decides by an approval alone.
   *
   * @param {StateQuestion} question
   * @param {Held | undefined} held
   */
  async function agree(question, held) {
    const { answer, approvals: [change] } = locally(question, { approval: held?.record })
    return change === undefined || (await write(change, held, question)) !== undefined ? { answer } : undefined
  }

  /**
   * Decides by a budget, and by an approval where one belongs to the question.
   *
   * @param {StateQuestion} question
   * @param {string} key of a meter
   * @param {Held | undefined} held
   */
  async function count(question, key, held) {
    // As if there were room in every budget: does it take the approval then?
    const { approvals: [wanted] } = locally(question, { approval: held?.record })
    const taken = isUse(wanted) ? wanted : undefined
    const version = taken && (await write(taken, held, question))
    if (taken && version === undefined) return undefined
    let isSpent = false
    try {
      const { answer, change: [change] } = await atMeter(question, key, held)
      isSpent = isUse(change)
      // The clock may have gone on, so that the approval is another matter there than here.
      if (change !== undefined && isSpent !== (taken !== undefined)) throw new Error('the approval has changed meanwhile')
      if (change === undefined || isSpent) return { answer }
      return { answer: (await write(change, held, question)) === undefined ? await another(answer, change.binding) : answer }
    } finally {
      if (taken && held && !isSpent) await giveBack(taken, held, /** @type {number} */ (version))
    }
  }

  /**
   * @param {StateQuestion} question
   * @param {string} key
   * @param {Held | undefined} held
   */
  async function atMeter(question, key, held) {
    const meter = env.METER.getByName(meterName(budgets, tenant, key))
    const asked = { policy: gate.policy, tenant, switches: switches(), question, approval: held?.record }
    const decided = await within(meter.decide(asked))
    if (decided !== undefined) return decided
    await within(meter.learn(policy))
    const again = await within(meter.decide(asked))
    if (again === undefined) throw new Error('the meter does not know the policy')
    return again
  }

  /**
   * Writes down what became of an approval.
   *
   * @param {ApprovalChange} change
   * @param {Held | undefined} held what was seen before
   * @param {StateQuestion} question
   * @returns {Promise<number | undefined>} undefined if somebody else was there before
   */
  async function write({ binding, record }, held, question) {
    const action = record.state === 'used' ? 'approval.use' : 'approval.request'
    const about = aboutOf(question)
    return within(approvals().put({ binding, expected: held?.version ?? 0, record, about, tenant, action, webhook }))
  }

  /**
   * @param {ApprovalChange} taken
   * @param {Held} held
   * @param {number} version
   */
  async function giveBack({ binding }, { record }, version) {
    try {
      await within(approvals().put({ binding, expected: version, record, tenant, action: 'approval.return' }))
    } catch (error) {
      // It stays used, for nothing.
      complain(error)
    }
  }

  /** The same answer, with the approval that somebody else has asked for at the same time. @param {any} answer @param {string} binding */
  async function another(answer, binding) {
    const newest = await within(approvals().read(binding))
    return 'approval_id' in answer ? { ...answer, approval_id: newest?.id ?? null } : answer
  }

  /**
   * Decides an approval.
   *
   * @param {string} id
   * @param {import('../index.d.ts').Approver} approver
   * @returns {Promise<import('../index.d.ts').Resolution | undefined>} undefined if there is no such approval
   */
  async function resolve(id, approver) {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const held = await within(approvals().get(id))
      if (held === undefined) return undefined
      const { answer, approvals: [change] } = scratch.put({ held }, () => gate.resolve(id, approver))
      if (change === undefined) return answer
      const action = approver.approve ? 'approval.approve' : 'approval.deny'
      const { binding, record } = change
      const put = { binding, expected: held.version, record, tenant, action, by: approver.subject, webhook }
      if ((await within(approvals().put(put))) !== undefined) return answer
    }
    throw new Error('others were there before')
  }

  return { ask, resolve }
}

/** @param {ApprovalChange | undefined} change */
const isUse = (change) => change?.record.state === 'used'

/** @param {StateQuestion} question @returns {import('./approvals.js').About | null} */
function aboutOf(question) {
  if (question.kind === 'evaluation') return null
  const { agent, action, context, options: { subject } } = question
  return { agent, action, context, ...(subject !== undefined && { subject }) }
}
