// What there is to ask about: agents, the routes that name one, and the actions that agents may do.
import { issuerOf } from './stand-in.js'
import { claimAt, member, pathsOf } from './token.js'

/** @typedef {{ [name: string]: any }} Json */

/** Stands for a segment of a path that nothing depends on. */
const ANY_SEGMENT = '0'

/** Stands for what is below a service: `email.*` is asked about as this. */
const BELOW = 'any'

/**
 * The agents that the policy, the caller or the person who looks on knows of, in order of appearance, and
 * last one that none of them knows.
 *
 * @param {Json} policy
 * @param {import('./caller.js').Introduced} who
 * @param {string[]} also
 * @returns {string[]}
 */
export function agentsOf(policy, who, also) {
  const switches = /** @type {Json[]} */ (policy.switches ?? [])
  const lists = [
    Object.keys(policy.agents ?? {}),
    ...Object.values(policy.groups ?? {}),
    ...Object.values(policy.teams ?? {}).map((/** @type {Json} */ team) => team.agents),
    (policy.budgets ?? []).flatMap((/** @type {Json} */ budget) => budget.agents ?? []),
    switches.filter(({ stop }) => stop === 'agent').map(({ id }) => id),
    ...claimedAgents(policy, who),
    who.record?.agents, who.record?.ceiling?.agents, also,
  ]
  const ids = new Set(lists.filter(Array.isArray).flat().filter(isId))
  let stranger = 'any-other-agent'
  while (ids.has(stranger)) stranger += '-'
  return [...ids, stranger]
}

/** What can be asked about: text that is one, and no word for all of them. @param {unknown} id */
const isId = (id) => typeof id === 'string' && id !== '' && id !== '*' && id.isWellFormed()

/** The lists of agents in what is said of the caller. @param {Json} policy @param {import('./caller.js').Introduced} who */
function claimedAgents(policy, { claims }) {
  const issuer = claims && issuerOf(policy, claims)
  if (claims === undefined || issuer === undefined) return []
  const paths = pathsOf(issuer)
  const scopes = claimAt(claims, paths.scopes)
  const texts = typeof scopes === 'string' ? scopes.split(' ') : Array.isArray(scopes) ? scopes : []
  const named = texts.flatMap((scope) => (typeof scope === 'string' && /^agents:[^:]+:/.test(scope) ? [scope.split(':')[1]] : []))
  return [named, claimAt(claims, paths.agents)]
}

/**
 * A request for a route. Captures and stars are filled: with the agent, where the route is about one.
 *
 * @param {import('../../pkg/index.d.ts').Route} route
 * @param {string} mount
 * @param {string} [agent]
 */
export function requestFor({ method, path, segment }, mount, agent) {
  const segments = path.split('/').slice(1).map((part, index) => {
    if (agent !== undefined && index === segment) return encodeURIComponent(agent)
    return /^\{.*\}$/.test(part) ? ANY_SEGMENT : part.replaceAll('*', ANY_SEGMENT)
  })
  return { method, url: `${mount}/${segments.join('/')}` }
}

/**
 * The actions that the policy speaks of.
 *
 * @param {Json} policy
 * @param {string[]} [also]
 * @returns {string[]}
 */
export function actionsOf(policy, also = []) {
  const agents = /** @type {Json[]} */ (Object.values(policy.agents ?? {}))
  const named = agents.flatMap(({ permissions, allow, block }) => [
    ...(permissions ?? []).map((/** @type {Json} */ { action }) => action), ...(allow ?? []), ...(block ?? []),
  ])
  const switched = (policy.switches ?? []).filter((/** @type {Json} */ { stop }) => stop === 'action').map((/** @type {Json} */ { id }) => id)
  const budgeted = (policy.budgets ?? []).flatMap((/** @type {Json} */ { actions }) => actions ?? [])
  return [...new Set([...Object.keys(policy.tools ?? {}), ...named, ...switched, ...budgeted, ...also])].sort()
}

/** The name to ask about: `email.*` is no action. @param {string} action */
export const sampleOf = (action) => (action.endsWith('.*') ? `${action.slice(0, -1)}${BELOW}` : action)

/** Whether an entry of a list of actions speaks of an action. @param {string} entry @param {string} action */
export const covers = (entry, action) => entry === action || (entry.endsWith('.*') && action.startsWith(entry.slice(0, -1)) && action.length > entry.length - 1)

/** Whether a budget speaks of what an agent does. @param {Json} budget @param {string} action @param {string} [agent] all if it is left out */
export const isCounted = ({ actions, agents }, action, agent) =>
  (actions === undefined || actions.some((/** @type {string} */ one) => covers(one, action))) &&
  (agents === undefined || agent === undefined || agents.includes(agent))

/**
 * The limits that are set to an agent's action: where in the context they are looked for, and each once, the
 * smallest first. Permissions set them, guards and budgets.
 *
 * @param {Json} policy
 * @param {string} agent
 * @param {string} action
 * @returns {{ places: string[], amounts: number[] }}
 */
export function limitsOf(policy, agent, action) {
  const name = sampleOf(action)
  const permissions = /** @type {Json[]} */ (member(policy.agents, agent)?.permissions ?? []).filter((one) => covers(one.action, name))
  const guards = /** @type {Json[]} */ (member(policy.tools, name)?.guards ?? [])
  const budgets = /** @type {Json[]} */ (policy.budgets ?? []).filter((one) => isCounted(one, name, agent))
  const limits = [
    ...permissions.map(({ max_amount: most, amount: at }) => ({ most, at })),
    ...guards.map(({ max_amount: most, at }) => ({ most, at })),
    ...budgets.map(({ spend: most, amount: at }) => ({ most, at })),
  ].filter(({ most }) => typeof most === 'number')
  return {
    places: [...new Set(limits.map(({ at }) => at ?? '/amount'))],
    amounts: [...new Set(limits.map(({ most }) => most))].sort((a, b) => a - b),
  }
}

const namesOf = (/** @type {string} */ pointer) => pointer.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))

/** @param {Json} context @param {string} pointer */
export const valueAt = (context, pointer) => namesOf(pointer).reduce(member, context)

/**
 * A context with a value in its place.
 *
 * @param {Json} context
 * @param {string} pointer a JSON Pointer
 * @param {unknown} value
 * @returns {Json}
 */
export function withValue(context, pointer, value) {
  const [name, ...rest] = namesOf(pointer)
  if (name === undefined) return context
  const below = member(context, name)
  const inside = typeof below === 'object' && below !== null ? below : {}
  const changed = rest.length === 0 ? value : withValue(inside, `/${rest.map(escaped).join('/')}`, value)
  return Array.isArray(context) ? Object.assign([...context], { [name]: changed }) : { ...context, [name]: changed }
}

const escaped = (/** @type {string} */ name) => name.replaceAll('~', '~0').replaceAll('/', '~1')
