// What there is to ask about: agents, the routes that name one, and the actions that agents may do.

/** @typedef {{ [name: string]: any }} Json */

/** Stands for a segment of a path that nothing depends on. */
const ANY_SEGMENT = '0'

/** Stands for what is below a service: `email.*` is asked about as this. */
const BELOW = 'any'

/** In the place of an agent that neither the policy nor the caller knows. */
export const STRANGER = 'any-other-agent'

/**
 * The agents that the policy, the caller or the person who looks on knows of, in order of appearance.
 *
 * @param {Json} policy
 * @param {import('./caller.js').Introduced} who
 * @param {string[]} added
 * @returns {string[]}
 */
export function agentsOf(policy, who, added) {
  const lists = [
    Object.keys(policy.agents ?? {}),
    ...Object.values(policy.groups ?? {}),
    ...Object.values(policy.teams ?? {}).map((/** @type {Json} */ team) => team.agents),
    (policy.budgets ?? []).flatMap((/** @type {Json} */ budget) => budget.agents ?? []),
    ...scopedAgents(policy, who),
    who.key?.agents, who.key?.ceiling?.agents, added,
  ]
  const ids = lists.filter(Array.isArray).flat().filter((/** @type {unknown} */ id) => typeof id === 'string' && id !== '' && id !== '*')
  return [...new Set([...ids, STRANGER])]
}

/** The lists of agents in what is said of the caller. @param {Json} policy @param {import('./caller.js').Introduced} who */
function scopedAgents(policy, { claims }) {
  if (claims === undefined) return []
  const issuers = /** @type {Json[]} */ (policy.authentication.issuers ?? [])
  const at = (/** @type {string} */ path) => path.split('.').reduce((/** @type {any} */ value, name) => value?.[name], claims)
  return issuers.flatMap(({ claims: paths = {} }) => {
    const scopes = at(paths.scopes ?? 'scopes')
    const texts = typeof scopes === 'string' ? scopes.split(/\s+/) : Array.isArray(scopes) ? scopes : []
    const named = texts.flatMap((scope) => (typeof scope === 'string' && /^agents:[^:]+:/.test(scope) ? [scope.split(':')[1]] : []))
    return [named, paths.agents === undefined || paths.agents === null ? undefined : at(paths.agents)]
  })
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
 * @returns {string[]}
 */
export function actionsOf(policy) {
  const agents = /** @type {Json[]} */ (Object.values(policy.agents ?? {}))
  const named = agents.flatMap(({ permissions, allow, block }) => [
    ...(permissions ?? []).map((/** @type {Json} */ { action }) => action), ...(allow ?? []), ...(block ?? []),
  ])
  const switched = (policy.switches ?? []).filter((/** @type {Json} */ { stop }) => stop === 'action').map((/** @type {Json} */ { id }) => id)
  const budgeted = (policy.budgets ?? []).flatMap((/** @type {Json} */ { actions }) => actions ?? [])
  return [...new Set([...Object.keys(policy.tools ?? {}), ...named, ...switched, ...budgeted])].sort()
}

/** The name to ask about: `email.*` is no action. @param {string} action */
export const sampleOf = (action) => (action.endsWith('.*') ? `${action.slice(0, -1)}${BELOW}` : action)

/** Whether an entry of a list of actions speaks of an action. @param {string} entry @param {string} action */
export const covers = (entry, action) => entry === action || (entry.endsWith('.*') && action.startsWith(entry.slice(0, -1)) && action.length > entry.length - 1)

/**
 * The limits that an agent's permissions set to an action, each once, the smallest first, and where in the
 * context they are looked for.
 *
 * @param {Json} policy
 * @param {string} agent
 * @param {string} action
 * @returns {{ at: string, amounts: number[] }}
 */
export function limitsOf(policy, agent, action) {
  const permissions = /** @type {Json[]} */ (policy.agents?.[agent]?.permissions ?? [])
  const speaking = permissions.filter((one) => covers(one.action, sampleOf(action)) && typeof one.max_amount === 'number')
  const guards = /** @type {Json[]} */ (policy.tools?.[action]?.guards ?? []).filter(({ max_amount: most }) => typeof most === 'number')
  const amounts = [...speaking, ...guards].map(({ max_amount: most }) => most)
  return { at: speaking[0]?.amount ?? guards[0]?.at ?? '/amount', amounts: [...new Set(amounts)].sort((a, b) => a - b) }
}

/**
 * A context with a value in its place.
 *
 * @param {Json} context
 * @param {string} pointer a JSON Pointer
 * @param {unknown} value
 * @returns {Json}
 */
export function withValue(context, pointer, value) {
  const [name, ...rest] = pointer.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (name === undefined) return context
  const inside = context[name]
  const below = typeof inside === 'object' && inside !== null ? inside : {}
  return { ...context, [name]: rest.length === 0 ? value : withValue(below, `/${rest.join('/')}`, value) }
}
