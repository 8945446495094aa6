// The calls by which LiteLLM's keys and teams are managed, in LiteLLM's words.
//
// What of a call speaks of agents is kept, and what speaks of models is taken and left alone: models are not
// behind this gate. A member that neither knows is refused, since it may have been meant to take something away.
import * as engine from '../engine.js'
import { SHARDS } from '../state/names.js'
import { within } from '../state/within.js'
import { Trouble, json } from './http.js'
import { createKey, getKey, patchKey, removeKey } from './keys.js'
import { create, get, patch, remove } from './registry.js'
import { KEY, TEAM } from './shapes.js'

/** @typedef {import('./app.js').Call} Call */
/** @typedef {import('./schema.js').Schema} Schema */
/** @typedef {import('../state/key-shard.js').Key} Key */
/** @typedef {import('../state/registry.js').Item} Item */

/** What LiteLLM takes that is about models, limits of rates, or for people. */
const LEFT_ALONE = [
  'metadata', 'tags', 'models', 'aliases', 'config', 'tpm_limit', 'rpm_limit', 'max_parallel_requests', 'budget_duration',
  'soft_budget', 'model_max_budget', 'guardrails', 'permissions', 'send_invite_email', 'key_type', 'organization_id',
]

const { agents, groups, max_budget: maxBudget, blocked } = /** @type {Record<string, Schema>} */ (KEY.properties)
/** @type {Schema} */
const text = { type: 'string', minLength: 1, maxLength: 256 }
const orNull = (/** @type {Schema} */ schema) => ({ ...schema, nullable: true })
/** @type {Schema} */
const objectPermission = {
  type: 'object', nullable: true,
  properties: {
    agents: orNull(agents), agent_access_groups: orNull(groups),
    mcp_servers: {}, mcp_access_groups: {}, mcp_tool_permissions: {}, vector_stores: {},
  },
}

/** @param {Record<string, Schema>} properties @param {string[]} [required] @returns {Schema} */
const shape = (properties, required = []) => ({
  type: 'object', required,
  properties: Object.fromEntries([
    ...LEFT_ALONE.map((name) => [name, {}]),
    ...Object.entries(properties).map(([name, schema]) => [name, orNull(schema)]),
  ]),
})
const keyMembers = {
  key_alias: text, team_id: text, user_id: text, object_permission: objectPermission, max_budget: maxBudget, blocked,
  duration: /** @type {Schema} */ ({
    type: 'string', pattern: '^[1-9]\\d{0,8}[smhdw]$', description: 'A duration is `30s`, `30m`, `30h`, `30d` or `2w`.',
  }),
  allowed_routes: /** @type {Schema} */ ({ type: 'array', items: text, maxItems: 1000 }),
}
const teamMembers = { team_alias: text, object_permission: objectPermission, max_budget: maxBudget, blocked }
/** @type {(name: string) => Schema} */
const named = (name) => ({ type: 'object', properties: { [name]: text }, required: [name] })
/** @type {(name: string) => Schema} */
const several = (name) => ({ type: 'object', properties: { [name]: { type: 'array', items: text, maxItems: 100 } }, required: [name] })

/**
 * @param {'GET' | 'POST'} method
 * @param {string} path
 * @param {string} summary
 * @param {import('./app.js').Handle} handle
 * @param {Partial<import('./app.js').Route>} [more]
 * @returns {import('./app.js').Route}
 */
const route = (method, path, summary, handle, more = {}) =>
  ({ method, path, summary, handle, right: method === 'GET' ? 'read' : 'write', shape: 'error', compatible: 'litellm', ...more })

/** @type {import('./app.js').Route[]} */
export const LITELLM = [
  route('POST', '/key/generate', 'Create a key (LiteLLM)', generate, { body: shape({ ...keyMembers, key: text }) }),
  route('GET', '/key/info', 'Read what is known of a key (LiteLLM)', info, { query: { key: 'The key, or its hash.' } }),
  route('POST', '/key/update', 'Change a key (LiteLLM)', updateKey, { body: shape({ ...keyMembers, key: text }, ['key']) }),
  route('POST', '/key/delete', 'Delete keys (LiteLLM)', deleteKeys, { body: several('keys') }),
  route('POST', '/key/block', 'Block a key (LiteLLM)', (call) => blockKey(call, true), { body: named('key') }),
  route('POST', '/key/unblock', 'Unblock a key (LiteLLM)', (call) => blockKey(call, false), { body: named('key') }),
  route('POST', '/team/new', 'Create a team (LiteLLM)', newTeam, { body: shape({ ...teamMembers, team_id: text }) }),
  route('GET', '/team/info', 'Read a team (LiteLLM)', teamInfo, { query: { team_id: 'Which.' } }),
  route('POST', '/team/update', 'Change a team (LiteLLM)', updateTeam, { body: shape({ ...teamMembers, team_id: text }, ['team_id']) }),
  route('POST', '/team/delete', 'Delete teams (LiteLLM)', deleteTeams, { body: several('team_ids') }),
  route('POST', '/team/block', 'Block a team (LiteLLM)', (call) => blockTeam(call, true), { body: named('team_id') }),
  route('POST', '/team/unblock', 'Unblock a team (LiteLLM)', (call) => blockTeam(call, false), { body: named('team_id') }),
]

/** @param {Call} call */
async function generate(call) {
  const members = keyOf(call.body)
  if (members.team !== undefined) await teamThere(call, members.team)
  const { key, made } = await createKey(call, given(members), call.body.key ?? undefined)
  const { expires, ...row } = rowOf(made)
  return json({ key, ...row, expires: expires ?? null })
}

/** @param {Call} call */
async function info(call) {
  const asked = call.query.get('key')
  if (asked === null) throw new Trouble(400, 'body_malformed', 'say which `key`')
  return json({ key: asked, info: rowOf(await keyNamed(call, asked)) })
}

/** @param {Call} call */
async function updateKey(call) {
  const { hash } = await keyNamed(call, call.body.key)
  const members = keyOf(call.body)
  if (members.team !== undefined) await teamThere(call, members.team)
  return json(rowOf(await patchKey(call, hash, given(members))))
}

/** @param {Call} call */
async function deleteKeys(call) {
  // All of them are there, or none is deleted.
  const found = await Promise.all(call.body.keys.map((/** @type {string} */ key) => keyNamed(call, key)))
  for (const { hash } of found) await removeKey(call, hash)
  return json({ deleted_keys: call.body.keys })
}

/** @param {Call} call @param {boolean} isBlocked */
async function blockKey(call, isBlocked) {
  const { hash } = await keyNamed(call, call.body.key)
  return json(rowOf(await patchKey(call, hash, { blocked: isBlocked })))
}

/** @param {Call} call */
async function newTeam(call) {
  const { team_id: id } = call.body
  return json(teamRow(await create('team', call, { ...given(teamOf(call.body)), ...(id && { id }) })))
}

/** @param {Call} call */
async function teamInfo(call) {
  const id = call.query.get('team_id') ?? ''
  const team = await teamNamed(call, id)
  const shards = await Promise.all(SHARDS.map((name) => within(call.env.KEYS.getByName(name).ofTeam(call.caller.tenant, id))))
  return json({ team_id: id, team_info: teamRow(team), keys: shards.flat().map(rowOf), team_memberships: [] })
}

/** @param {Call} call */
async function updateTeam(call) {
  return json({ team_id: call.body.team_id, data: teamRow(await change(call, given(teamOf(call.body)))) })
}

/** @param {Call} call @param {boolean} isBlocked */
const blockTeam = async (call, isBlocked) => json(teamRow(await change(call, { blocked: isBlocked })))

/** @param {Call} call */
async function deleteTeams(call) {
  const ids = /** @type {string[]} */ (call.body.team_ids)
  await Promise.all(ids.map((id) => teamNamed(call, id)))
  for (const id of ids) await remove('team', { ...call, parameters: { id } })
  return json({ deleted_teams: ids })
}

/** @param {Call} call @param {Record<string, any>} changes */
async function change(call, changes) {
  const id = call.body.team_id
  await teamNamed(call, id)
  return patch('team', { ...call, parameters: { id } }, changes, TEAM)
}

/** @param {Call} call @param {string} id @returns {Promise<Item>} */
async function teamNamed(call, id) {
  try {
    return await get('team', { ...call, parameters: { id } })
  } catch (error) {
    throw error instanceof Trouble && error.status === 404 ? new Trouble(404, error.code, `Team not found, passed team id: ${id}`) : error
  }
}

/** A team of the policy will do, too. @param {Call} call @param {string} id */
async function teamThere(call, id) {
  if (!Object.hasOwn(call.control.teams, id)) await teamNamed(call, id)
}

/** By the key itself, or by its hash. @param {Call} call @param {string} key @returns {Promise<Key>} */
async function keyNamed(call, key) {
  try {
    return await getKey(call, /^[0-9a-f]{64}$/.test(key) ? key : engine.hashKey(key))
  } catch (error) {
    throw error instanceof Trouble && error.status === 404 ? new Trouble(404, error.code, 'Key not found in database') : error
  }
}

/** @param {Record<string, any>} members */
const given = (members) => Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))

/** What is null is left alone. @param {Record<string, any>} body */
const keyOf = ({ key_alias, team_id, user_id, object_permission, max_budget, blocked: isBlocked, allowed_routes, duration }) => ({
  alias: key_alias ?? undefined, team: team_id ?? undefined, subject: user_id ?? undefined, max_budget: max_budget ?? undefined,
  blocked: isBlocked ?? undefined, routes: allowed_routes ?? undefined, ...listsOf(object_permission),
  expires: duration ? Math.floor(Date.now() / 1000) + secondsOf(duration) : undefined,
})

/** @param {Record<string, any>} body */
const teamOf = ({ team_alias, object_permission, max_budget, blocked: isBlocked }) => ({
  name: team_alias ?? undefined, max_budget: max_budget ?? undefined, blocked: isBlocked ?? undefined, ...listsOf(object_permission),
})

/** @param {Record<string, any> | null} [permission] */
const listsOf = (permission) => ({ agents: permission?.agents ?? undefined, groups: permission?.agent_access_groups ?? undefined })

const UNITS = /** @type {Record<string, number>} */ ({ s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 })

/** @param {string} duration */
const secondsOf = (duration) => Number(duration.slice(0, -1)) * UNITS[duration.slice(-1)]

/** @param {Record<string, any>} body */
const permissionOf = ({ agents: ids = null, groups: names = null }) =>
  ids === null && names === null ? null : { agents: ids, agent_access_groups: names }

/** A key as LiteLLM tells of it, without the key. @param {Key} key */
function rowOf({ hash, label, body, created_at }) {
  const { expires, team = null, subject = null, blocked: isBlocked = false, spend = 0, max_budget = null, routes = [] } = body
  return {
    token_id: hash, key_name: label.name, key_alias: label.alias ?? null, team_id: team, user_id: subject, blocked: isBlocked, spend,
    max_budget, allowed_routes: routes, object_permission: permissionOf(body), created_at: new Date(created_at).toISOString(),
    expires: expires === undefined ? null : new Date(expires * 1000).toISOString(),
  }
}

/** @param {Item} team */
const teamRow = ({ id, body, created_at }) => ({
  team_id: id, team_alias: body.name ?? null, blocked: body.blocked ?? false, spend: body.spend ?? 0, max_budget: body.max_budget ?? null,
  object_permission: permissionOf(body), created_at: new Date(created_at).toISOString(),
})
