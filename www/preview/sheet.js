// The whole sheet: what one caller may do by one policy. All of it is decided by the gate, in two crossings
// into the module: one for requests, one for actions.
import { carrying, introduced } from './caller.js'
import { cellOf } from './cells.js'
import { actionsOf, agentsOf, limitsOf, requestFor, sampleOf, valueAt, withValue } from './columns.js'
import { enforced } from './enforced.js'
import { issuerOf, standIn, withOwnKeys } from './stand-in.js'
import { bare } from './token.js'

/** @typedef {{ [name: string]: any }} Json */
/** @typedef {import('./cells.js').Cell} Cell */
/** @typedef {import('../../pkg/index.d.ts').Route} Route */

/**
 * @typedef {object} Column
 * @property {string} key
 * @property {string} label
 * @property {Route} [route] of a column about requests
 * @property {string} [action] of a column about actions
 *
 * @typedef {object} Sheet
 * @property {Json} policy
 * @property {Json} context arguments of actions
 * @property {import('../../pkg/index.d.ts').Gate} gate
 * @property {import('./caller.js').Introduced} who
 * @property {string[]} agents the last one is nobody in particular: any other agent
 * @property {Column[]} columns
 * @property {Cell[][]} cells by agent, by column
 * @property {import('../../pkg/index.d.ts').RouteTable} table
 * @property {Cell[]} routes by route of the table
 *
 * @typedef {object} Extent what to show though the policy does not speak of it
 * @property {string[]} agents
 * @property {string[]} actions
 * @property {Route[]} routes
 */

/** A store that keeps nothing: whatever is asked here is asked for the first time. */
const FORGETFUL = {
  meter: () => undefined, approval: () => undefined, approvalById: () => undefined, approvals: () => [], commit: () => {}, switches: [],
}

/** @type {Extent} */
const NOTHING = { agents: [], actions: [], routes: [] }

/** So many questions cross at once. What is more would let the page stand still for long. */
const MOST = 20_000

/**
 * @param {object} asked
 * @param {typeof import('../../pkg/index.d.ts').createGate} asked.createGate
 * @param {Json} asked.policy
 * @param {import('./caller.js').Caller} asked.caller
 * @param {Extent} [asked.also]
 * @param {Json} [asked.context] arguments of actions
 * @param {import('./signature.js').Given} [asked.keys] of the token: then it is sent as it was pasted, and verified with them
 * @param {() => number} [asked.now]
 * @returns {Promise<Sheet>}
 */
export async function createSheet({ createGate, policy, caller, also = NOTHING, context = {}, keys, now = () => Date.now() / 1000 }) {
  const found = await introduced(caller, policy, now())
  const isReal = keys !== undefined && caller.kind === 'token'
  const who = isReal ? { ...found, headers: carrying(policy, bare(caller.token)) } : found
  const kept = isReal ? withOwnKeys(policy, issuerOf(policy, who.claims), keys.secrets) : await standIn(policy, who.algorithm)
  const gate = await createGate({
    // There is one key in the world, and whoever asks here has it.
    ...kept, store: { ...FORGETFUL, key: () => who.record }, report: () => {}, now, fetch: async () => new Response(keys?.jwks, { status: keys?.jwks ? 200 : 404 }),
  })
  const table = gate.routes()
  const agents = agentsOf(policy, who, also.agents)
  return { policy, context, gate, who, agents, table, ...(await filled({ gate, policy, who, table, agents, also, context })) }
}

/**
 * @param {{ gate: Sheet['gate'], policy: Json, who: Sheet['who'], table: Sheet['table'], agents: string[], also: Extent, context: Json }} asked
 */
async function filled({ gate, policy, who, table: { routes, mount }, agents, also, context }) {
  const onAgents = byKey([...routes, ...also.routes].filter(({ type, segment }) => type === 'agent' && typeof segment === 'number'))
  const actions = actionsOf(policy, also.actions)
  /** @type {Column[]} */
  const columns = [
    ...onAgents.map((route) => ({ key: keyOf(route), label: `${route.method} ${mount}${route.path}`, route })),
    ...actions.map((action) => ({ key: action, label: action, action })),
  ]
  const requests = [
    ...routes.map((route) => requestFor(route, mount)),
    ...agents.flatMap((agent) => onAgents.map((route) => requestFor(route, mount, agent))),
  ]
  const decided = await inTurns(requests, (some) => gate.decideAll({ headers: who.headers }, some))
  const verdicts = await enforced(gate, who.headers, requests, decided)
  const plain = verdicts.map((verdict) => cellOf([], [verdict]))

  const asked = agents.map((agent) => actions.map((action) => questions(policy, agent, action, context)))
  const checks = asked.flat().flatMap(({ agent, action, contexts }) => contexts.map((one) => ({ agent, action, context: one })))
  const answers = await inTurns(checks, (some) => gate.checkAll(some, who.behalf))
  let next = 0
  const cells = agents.map((_, row) => [
    ...plain.slice(routes.length + row * onAgents.length, routes.length + (row + 1) * onAgents.length),
    ...asked[row].map(({ amounts, contexts }) => cellOf(amounts, answers.slice(next, (next += contexts.length)))),
  ])
  return { columns, cells, routes: plain.slice(0, routes.length) }
}

/** @param {Route} route */
const keyOf = ({ method, path }) => `${method} ${path}`

/** The first of each kind. @param {Route[]} routes */
const byKey = (routes) => [...new Map(routes.toReversed().map((route) => [keyOf(route), route])).values()].toReversed()

/**
 * Asks all at once, or, where that are very many, some at a time, so that the page can breathe.
 *
 * @template Q
 * @param {Q[]} questions
 * @param {(some: Q[]) => readonly import('../../pkg/index.d.ts').Verdict[] | Promise<readonly import('../../pkg/index.d.ts').Verdict[]>} ask
 */
async function inTurns(questions, ask) {
  if (questions.length <= MOST) return [...(await ask(questions))]
  const answers = []
  for (let at = 0; at < questions.length; at += MOST) {
    answers.push(...(await ask(questions.slice(at, at + MOST))))
    await new Promise((resolve) => setTimeout(resolve))
  }
  return answers
}

/**
 * The questions behind one cell: one for each limit, and one beyond them all. Where the arguments name the
 * amount already, that one alone.
 *
 * @param {Json} policy
 * @param {string} agent
 * @param {string} action
 * @param {Json} context
 */
export function questions(policy, agent, action, context) {
  const { places, amounts } = limitsOf(policy, agent, action)
  const question = { agent, action: sampleOf(action) }
  const open = places.filter((place) => valueAt(context, place) === undefined)
  if (open.length === 0) return { ...question, amounts: [], contexts: [context] }
  const beyond = /** @type {number} */ (amounts.at(-1)) * 2 + 1
  const tried = Number.isFinite(beyond) ? [...amounts, beyond] : amounts
  return { ...question, amounts, contexts: tried.map((value) => open.reduce((into, place) => withValue(into, place, value), context)) }
}
