// What clients of AgentWarden call. A decision is answered with 200 and two booleans that are never both true:
// their SDK takes any other status for an outage, 401 for a bad key and 404 for an agent that is not there.
//
// A check asks the registry and the keys each time: what was taken away is gone at once.
import { hexOf } from '../state/hex.js'
import { readJson } from '../state/json.js'
import { Trouble, json, objectOf } from './http.js'

/** @typedef {import('./app.js').Call} Call */

/** What an agent may say became of an action: the words of AgentWarden's documentation, and those of its SDK. */
const STATUSES = new Set(['success', 'failed', 'pending', 'denied', 'blocked', 'pending_approval'])

const NAME = 256

/** @type {import('./app.js').Route[]} */
export const SDK = [
  { method: 'POST', path: '/sdk/check', right: 'evaluate', shape: 'detail', summary: 'Whether an agent may do something', handle: check },
  { method: 'POST', path: '/sdk/log', right: 'evaluate', shape: 'detail', summary: 'What became of it', handle: log },
]

/** @param {Call} call */
async function check({ request, caller, tenant, audit, waitUntil }) {
  const { agent_id: agent, action, context } = await read(request)
  const { asker, failure } = await tenant.current({ isFresh: true })
  const key = request.headers.get('idempotency-key')
  const options = { ...(caller.tenant !== null && { tenant: caller.tenant }), ...(key !== null && { idempotencyKey: key }) }
  const question = /** @type {const} */ ({ kind: 'check', agent, action, context: JSON.stringify(context), options })
  const { allowed, requires_approval, reason, approval_id, code } = await asker.ask(question, { failure })
  const entry = { agent_id: agent, action, context, by: caller.subject, allowed: allowed === true, code, approval_id }
  audit.write(caller.tenant, 'decision', newId('dec'), entry, waitUntil)
  if (code === 'agent_unknown') throw new Trouble(404, code, `Agent '${agent}' not found`)
  return json({
    allowed: allowed === true, requires_approval: requires_approval === true && allowed !== true, reason, approval_id, code,
  })
}

/** @param {Call} call */
async function log({ request, caller, audit, waitUntil }) {
  const { agent_id, action, context, status, ip_address } = await read(request)
  if (!STATUSES.has(status)) throw new Trouble(400, 'status_unknown', `status is one of ${[...STATUSES].join(', ')}`)
  if (ip_address !== undefined && !isText(ip_address)) throw new Trouble(400, 'body_malformed', 'ip_address is a text')
  const id = newId('log')
  const entry = { agent_id, action, status, context, by: caller.subject, ...(ip_address !== undefined && { ip_address }) }
  // Nobody waits for it: their SDK would report what was done as failed, and do it again.
  audit.write(caller.tenant, 'log', id, entry, waitUntil)
  return json({
    id, agent_id, organization_id: caller.tenant, action, status, context, created_at: new Date().toISOString(),
  })
}

/**
 * @param {Request} request
 * @returns {Promise<{ agent_id: string, action: string, context: any, status?: any, ip_address?: any }>}
 */
async function read(request) {
  const { agent_id, action, context, ...others } = await objectOf(request, readJson)
  if (!isText(agent_id) || !isText(action)) throw new Trouble(400, 'body_malformed', 'agent_id and action are texts')
  // `null` is what their SDK sends for a context that was not given.
  return { ...others, agent_id, action, context: context ?? {} }
}

/** @param {unknown} value @returns {value is string} */
const isText = (value) => typeof value === 'string' && value.length > 0 && value.length <= NAME

/** An id that nobody can guess. @param {string} prefix */
export const newId = (prefix) => `${prefix}_${hexOf(crypto.getRandomValues(new Uint8Array(16)))}`
