// Approvals: what waits for whom, and what they say.
import { approvalsName } from '../state/names.js'
import { within } from '../state/within.js'
import { Trouble, json } from './http.js'
import { PAGE, pageOf, pageWith } from './page.js'
import { DECISION } from './shapes.js'

/** @typedef {import('./app.js').Call} Call */
/** @typedef {import('../state/approvals.js').Held} Held */

const LIST = '/.gate/api/approvals'
const STATES = ['pending', 'approved', 'denied', 'used']

/** @type {import('./app.js').Route[]} */
export const APPROVALS = [
  {
    method: 'GET', path: LIST, right: 'read', orRight: 'approve', summary: 'List the approvals', handle: all,
    query: { ...PAGE, state: `One of ${STATES.join(', ')}.` },
  },
  { method: 'GET', path: `${LIST}/:id`, right: 'read', orRight: 'approve', summary: 'Read an approval', handle: one },
  {
    // Who may decide depends on the approval: the core says so.
    method: 'POST', path: `${LIST}/:id/decision`, right: 'known', summary: 'Approve or deny', body: DECISION, handle: decide,
  },
]

/** @param {Call} call */
const approvals = ({ env, caller }) => env.APPROVALS.getByName(approvalsName(caller.tenant))

/** @param {Call} call */
async function all(call) {
  const { after, limit } = pageOf(call.query)
  const state = call.query.get('state') ?? undefined
  if (state !== undefined && !STATES.includes(state)) throw new Trouble(400, 'state_unknown', `state is one of ${STATES.join(', ')}`)
  const found = await within(approvals(call).list({ after, limit: limit + 1, ...(state !== undefined && { state }) }))
  return pageWith(found, limit, ({ id }) => id, told)
}

/** @param {Call} call */
async function one(call) {
  const held = await within(approvals(call).get(call.parameters.id))
  if (held === undefined) throw missing()
  return json(told(held))
}

/** The reasons of the core, and how they are answered. @type {Record<string, number>} */
const STATUSES = {
  approval_decided: 409, approval_used: 409, approval_expired: 409, approval_unavailable: 503, engine_fault: 503, policy_invalid: 503,
  question_malformed: 400,
}

/** @param {Call} call */
async function decide({ caller, body, parameters, request, door, control, tenant }) {
  const scopes = (await door.holds(request, 'approve')) ? [control.approverScope] : []
  const { asker } = await tenant.current()
  const approver = { subject: caller.subject, scopes, approve: body.approve, ...(body.note !== undefined && { note: body.note }) }
  const resolution = await asker.resolve(parameters.id, approver)
  if (resolution === undefined) throw missing()
  if (resolution.decided) return json({ id: parameters.id, state: resolution.approval.state, decided_by: caller.subject })
  const { reason, message } = resolution
  throw new Trouble(STATUSES[reason] ?? 403, reason, message)
}

const missing = () => new Trouble(404, 'approval_unknown', 'there is no such approval')

/** @param {Held} held */
export function told({ id, record, about }) {
  const { state, kind, requested_at, expires_at, decided_by, decided_at, note, binding } = /** @type {any} */ (record)
  const { subject, agent, action } = binding
  const context = about === null ? null : JSON.parse(about.context)
  const time = (/** @type {number | null} */ seconds) => (seconds === null ? null : new Date(seconds * 1000).toISOString())
  return {
    id, state, kind, subject, agent, action, context, requested_at: time(requested_at), expires_at: time(expires_at),
    decided_by, decided_at: time(decided_at), note,
  }
}
