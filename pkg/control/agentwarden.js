// The calls by which AgentWarden's agents and permissions are managed, in AgentWarden's words.
import { registryName } from '../state/names.js'
import { within } from '../state/within.js'
import { Trouble, json, noContent } from './http.js'
import { create, get, patch, remove } from './registry.js'
import { AGENT } from './shapes.js'

/** @typedef {import('./app.js').Call} Call */
/** @typedef {import('./schema.js').Schema} Schema */
/** @typedef {import('../state/registry.js').Item} Item */

/** So many are listed: they know no pages. */
const MOST = 10_000

/** @type {Schema} */
const name = { type: 'string', minLength: 1, maxLength: 256 }
/** @type {Schema} */
const description = { type: 'string', maxLength: 1000, nullable: true }
/** @type {Schema} */
const status = { enum: ['active', 'inactive'] }
/** @type {Schema} */
const NEW_AGENT = { type: 'object', properties: { name, description, status }, required: ['name'] }
/** @type {Schema} */
const CHANGED_AGENT = { type: 'object', properties: { name, description, status } }
/** @type {Schema} */
const NEW_PERMISSION = {
  type: 'object', required: ['action'],
  properties: { action: name, max_amount: { type: 'number', minimum: 0, nullable: true }, requires_approval: { type: 'boolean' } },
}

/**
 * @param {import('./app.js').Route['method']} method
 * @param {string} path
 * @param {string} summary
 * @param {import('./app.js').Handle} handle
 * @param {Partial<import('./app.js').Route>} [more]
 * @returns {import('./app.js').Route}
 */
const route = (method, path, summary, handle, more = {}) => ({
  method, path, summary, right: method === 'GET' ? 'read' : 'write', shape: 'detail', compatible: 'agentwarden', ...more,
  handle: (call) => worded(() => handle(call)),
})

/** @type {import('./app.js').Route[]} */
export const AGENTWARDEN = [
  route('GET', '/api/agents', 'List the agents (AgentWarden)', async (call) => json((await all(call, 'agent')).map(agentRow))),
  route('POST', '/api/agents', 'Create an agent (AgentWarden)', found, { body: NEW_AGENT, status: 201 }),
  route('GET', '/api/agents/:id', 'Read an agent (AgentWarden)', async (call) => json(agentRow(await get('agent', call)))),
  route('PUT', '/api/agents/:id', 'Change an agent (AgentWarden)', change, { body: CHANGED_AGENT }),
  route('PATCH', '/api/agents/:id', 'Change an agent (AgentWarden)', change, { body: CHANGED_AGENT }),
  route('DELETE', '/api/agents/:id', 'Delete an agent (AgentWarden)', dissolve, { status: 204 }),
  route('GET', '/api/agents/:agent/permissions', 'List the permissions of an agent (AgentWarden)', permissions),
  route('POST', '/api/agents/:agent/permissions', 'Create a permission (AgentWarden)', permit, { body: NEW_PERMISSION, status: 201 }),
  // Its guide says the one, its reference the other.
  route('DELETE', '/api/agents/:agent/permissions/:id', 'Delete a permission (AgentWarden)', forbid, { status: 204 }),
  route('DELETE', '/api/permissions/:id', 'Delete a permission (AgentWarden)', forbid, { status: 204 }),
]

/** @param {Call} call */
async function found(call) {
  return json(agentRow(await create('agent', call, agentOf(call.body))), 201)
}

/** @param {Call} call */
async function dissolve(call) {
  await remove('agent', call)
  return noContent()
}

/** @param {Call} call */
async function change(call) {
  return json(agentRow(await patch('agent', call, agentOf(call.body), AGENT)))
}

/** @param {Call} call */
async function permissions(call) {
  await get('agent', { ...call, parameters: { id: call.parameters.agent } })
  return json((await all(call, 'permission', call.parameters.agent)).map(permissionRow))
}

/** @param {Call} call */
async function permit(call) {
  const { max_amount: amount, ...members } = call.body
  const made = await create('permission', call, { ...members, ...(typeof amount === 'number' && { max_amount: amount }) })
  return json(permissionRow(made), 201)
}

/** @param {Call} call */
async function forbid(call) {
  await remove('permission', call)
  return noContent()
}

/** @param {Call} call @param {import('../state/registry.js').Kind} kind @param {string} [parent] */
const all = ({ env, caller }, kind, parent) =>
  within(env.REGISTRY.getByName(registryName(caller.tenant)).list(kind, { after: '', limit: MOST, ...(parent !== undefined && { parent }) }))

/** The name is for people: it is no other way to call the agent by. @param {Record<string, any>} body */
const agentOf = ({ name: title, description: about, status: state }) => ({
  ...(title !== undefined && { title }), ...(about !== undefined && about !== null && { description: about }),
  ...(state !== undefined && { active: state === 'active' }),
})

/** @param {Item} agent */
const agentRow = ({ id, body, created_at, updated_at }) => ({
  id, name: body.title ?? body.name ?? id, description: body.description ?? null, status: body.active === false ? 'inactive' : 'active',
  created_at: new Date(created_at).toISOString(), updated_at: new Date(updated_at).toISOString(),
})

/** @param {Item} permission */
const permissionRow = ({ id, parent, body, created_at }) => ({
  id, agent_id: parent, action: body.action, max_amount: body.max_amount ?? null, requires_approval: body.requires_approval ?? false,
  created_at: new Date(created_at).toISOString(),
})

const WORDS = /** @type {Record<string, string>} */ ({ agent_unknown: 'Agent not found', permission_unknown: 'Permission not found' })

/** @param {() => Promise<Response>} work */
async function worded(work) {
  try {
    return await work()
  } catch (error) {
    const words = error instanceof Trouble ? WORDS[error.code] : undefined
    throw words === undefined ? error : new Trouble(404, /** @type {Trouble} */ (error).code, words)
  }
}
