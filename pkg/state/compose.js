// One policy out of the document and of what a tenant has set up.
//
// The core decides by one document. So there is nothing that a registry could say that a policy could not, and
// what it says is checked as a policy is. Where both speak of the same agent or team, the document counts: it
// is the operator's, and nobody who manages a registry changes it.
import { readJson } from './json.js'

/** @typedef {import('./registry.js').Item} Item */

/** Members of an agent in the registry that are for people, or for this file. */
const NOT_OF_POLICY = ['title', 'description', 'permissions']

/**
 * @param {string} policy
 * @param {string | null} tenant
 * @param {readonly Item[]} items
 * @param {{ isStrict?: boolean }} [how] whether a group that is not there is an error
 * @returns {string} JSON; the document itself where nothing is added
 */
export function compose(policy, tenant, items, { isStrict = false } = {}) {
  const agents = items.filter(({ kind }) => kind === 'agent')
  const teams = items.filter(({ kind, body }) => kind === 'team' && names(body))
  if (agents.length === 0 && teams.length === 0) return policy
  const document = readJson(policy)
  /** @type {Map<string | null, object[]>} */
  const permissions = new Map(agents.map(({ id }) => [id, []]))
  for (const { kind, parent, body } of items) if (kind === 'permission') permissions.get(parent)?.push(body)
  const all = { ...document.agents, ...Object.fromEntries(agents.map(({ id }) => [id, true])) }
  const isOpen = agents.length === 0 && document.agents === undefined
  /** What grants nothing any more must not spoil the policy. */
  const known = {
    agents: (/** @type {string} */ id) => isOpen || Object.hasOwn(all, id),
    groups: (/** @type {string} */ name) => isStrict || Object.hasOwn(document.groups ?? {}, name),
  }
  const added = agents.map(({ id, body }) => /** @type {const} */ ([id, agentOf(body, tenant, permissions.get(id) ?? [])]))
  return JSON.stringify({
    ...document,
    // With a member `agents` every other agent is denied, so it is not there before the first one is.
    ...(agents.length > 0 && { agents: merged(added, document.agents) }),
    teams: merged(teams.map(({ id, body }) => [id, teamOf(body, known)]), document.teams),
  })
}

/**
 * An agent is governed by permissions, also if it has none, unless it is said not to be: otherwise the last
 * permission that is taken away would open what its levels let through.
 *
 * @param {Item['body']} body
 * @param {string | null} tenant
 * @param {object[]} permissions
 */
function agentOf(body, tenant, permissions) {
  const members = Object.entries(body).filter(([name]) => !NOT_OF_POLICY.includes(name))
  return {
    ...Object.fromEntries(members),
    ...(tenant !== null && { tenant }),
    ...(body.permissions !== false && { permissions }),
  }
}

/** A team that names no agents says nothing to a policy. @param {Item['body']} body */
const names = ({ agents = [], groups = [] }) => typeof agents === 'string' || agents.length > 0 || groups.length > 0

/**
 * @param {Item['body']} body
 * @param {{ agents: (id: string) => boolean, groups: (name: string) => boolean }} known
 */
const teamOf = ({ agents = [], groups = [], blocked = false }, known) =>
  ({ agents: typeof agents === 'string' ? agents : agents.filter(known.agents), groups: groups.filter(known.groups), blocked })

/**
 * Without a prototype, so that any id is a member like another.
 *
 * @param {(readonly [string, object])[]} added
 * @param {Record<string, object>} [written]
 */
const merged = (added, written = {}) => {
  const all = Object.create(null)
  for (const [id, entry] of [...added, ...Object.entries(written)]) all[id] = entry
  return all
}
