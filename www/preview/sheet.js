// The whole sheet: what one caller may do by one policy. All of it is decided by the gate, in two crossings
// into the module: one for requests, one for actions.
import { introduced } from './caller.js'
import { cellOf } from './cells.js'
import { actionsOf, agentsOf, limitsOf, requestFor, sampleOf, withValue } from './columns.js'
import { standIn } from './stand-in.js'

/** @typedef {{ [name: string]: any }} Json */
/** @typedef {import('./cells.js').Cell} Cell */

/**
 * @typedef {object} Column
 * @property {string} key
 * @property {string} label
 * @property {import('../../pkg/index.d.ts').Route} [route] of a column about requests
 * @property {string} [action] of a column about actions
 *
 * @typedef {object} Sheet
 * @property {import('../../pkg/index.d.ts').Gate} gate
 * @property {import('./caller.js').Introduced} who
 * @property {string[]} agents
 * @property {Column[]} columns
 * @property {Cell[][]} cells by agent, by column
 * @property {import('../../pkg/index.d.ts').RouteTable} table
 * @property {Cell[]} routes by route of the table
 */

/** What keeps nothing: whatever is asked here is asked for the first time. */
const FORGETFUL = {
  meter: () => undefined, approval: () => undefined, approvalById: () => undefined, approvals: () => [], commit: () => {}, switches: [],
}

/**
 * @param {object} asked
 * @param {{ createGate: typeof import('../../pkg/index.d.ts').createGate, memoryStore: typeof import('../../pkg/index.d.ts').memoryStore }} asked.gatewright
 * @param {Json} asked.policy
 * @param {import('./caller.js').Caller} asked.caller
 * @param {string[]} [asked.added] agents to show besides
 * @param {Json} [asked.context] arguments of actions
 * @param {Record<string, string>} [asked.secrets] of the policy: then its own keys are used, and `asked.headers`
 * @param {Record<string, string>} [asked.headers]
 * @param {() => number} [asked.now]
 * @param {typeof globalThis.fetch} [asked.fetch]
 * @returns {Promise<Sheet>}
 */
export async function createSheet({ gatewright, policy, caller, added = [], context = {}, secrets, headers, now = () => Date.now() / 1000, fetch = nothing }) {
  const stand = standIn(policy)
  const found = await introduced(caller, policy, stand.sign, now())
  const who = headers === undefined ? found : { ...found, headers }
  const keys = gatewright.memoryStore({ keys: who.key === undefined ? [] : [/** @type {any} */ (who.key)] })
  const gate = await gatewright.createGate({
    policy: secrets === undefined ? stand.policy : policy,
    secrets: secrets ?? stand.secrets,
    store: { ...FORGETFUL, key: keys.key, team: keys.team },
    report: () => {}, now, fetch,
  })
  const table = gate.routes()
  const agents = agentsOf(policy, who, added)
  const { columns, cells, routes } = await filled({ gate, policy, who, table, agents, context })
  return { gate, who, agents, columns, cells, table, routes }
}

/**
 * @param {{ gate: Sheet['gate'], policy: Json, who: Sheet['who'], table: Sheet['table'], agents: string[], context: Json }} asked
 */
async function filled({ gate, policy, who, table, agents, context }) {
  const onAgents = table.routes.filter(({ type, segment }) => type === 'agent' && typeof segment === 'number')
  const actions = actionsOf(policy)
  /** @type {Column[]} */
  const columns = [
    ...onAgents.map((route) => ({ key: `${route.method} ${route.path}`, label: `${route.method} ${table.mount}${route.path}`, route })),
    ...actions.map((action) => ({ key: action, label: action, action })),
  ]
  const requests = [
    ...table.routes.map((route) => requestFor(route, table.mount)),
    ...agents.flatMap((agent) => onAgents.map((route) => requestFor(route, table.mount, agent))),
  ]
  const verdicts = await gate.decideAll({ headers: who.headers }, requests)
  const plain = verdicts.map((verdict) => cellOf([], [verdict]))

  const asked = agents.map((agent) => actions.map((action) => questions(policy, agent, action, context)))
  const answers = gate.checkAll(asked.flat().flatMap(({ contexts, ...question }) => contexts.map((one) => ({ ...question, context: one }))))
  let next = 0
  const cells = agents.map((_, row) => [
    ...plain.slice(table.routes.length + row * onAgents.length, table.routes.length + (row + 1) * onAgents.length),
    ...asked[row].map(({ amounts, contexts }) => cellOf(amounts, answers.slice(next, (next += contexts.length)))),
  ])
  return { columns, cells, routes: plain.slice(0, table.routes.length) }
}

/**
 * The questions behind one cell: one for each limit, and one beyond them all. Where the arguments name an
 * amount, that one alone.
 *
 * @param {Json} policy
 * @param {string} agent
 * @param {string} action
 * @param {Json} context
 */
export function questions(policy, agent, action, context) {
  const { at, amounts } = limitsOf(policy, agent, action)
  const question = { agent, action: sampleOf(action) }
  if (amounts.length === 0 || valueAt(context, at) !== undefined) return { ...question, amounts: [], contexts: [context] }
  const beyond = /** @type {number} */ (amounts.at(-1)) + 1
  return { ...question, amounts, contexts: [...amounts, beyond].map((value) => withValue(context, at, value)) }
}

/** @param {Json} context @param {string} pointer */
const valueAt = (context, pointer) =>
  pointer.split('/').slice(1).reduce((/** @type {any} */ value, name) => value?.[name.replaceAll('~1', '/').replaceAll('~0', '~')], context)

/** @returns {Promise<never>} */
const nothing = async () => {
  throw new Error('this page asks nobody')
}
