// From a cell, a route or a tool to the question whose trace explains it. It is asked of the sheet that is there
// when it is asked, so that a trace that is open follows what is edited.
import { requestFor } from './columns.js'
import { explained } from './enforced.js'
import { questions } from './sheet.js'

/** @typedef {import('./sheet.js').Sheet} Sheet */
/** @typedef {import('./trace.js').Question} Question */

/**
 * @param {() => Sheet | undefined} current
 * @param {number} row
 * @param {number} column
 * @returns {Question}
 */
export function questionOfCell(current, row, column) {
  const sheet = /** @type {Sheet} */ (current())
  const [agent, { key, route, action = '', label }] = [sheet.agents[row], sheet.columns[column]]
  /** The sheet, if the cell is still in it. */
  const holding = () => {
    const now = current()
    return now?.agents.includes(agent) && now.columns.some((one) => one.key === key) ? now : undefined
  }
  if (route !== undefined) {
    return {
      title: titleOf(requestFor(route, sheet.table.mount, agent)),
      async ask() {
        const now = holding()
        return now && explained(now.gate, { ...requestFor(route, now.table.mount, agent), headers: now.who.headers })
      },
    }
  }
  const { action: asked, contexts: [context] } = questions(sheet.policy, agent, action, sheet.context)
  return {
    title: `${agent}: ${label}`, context,
    ask(given) {
      const now = holding()
      return now?.gate.evaluate(evaluation(now, agent, asked, given), { explain: true })
    },
  }
}

/** @param {{ method: string, url: string }} request */
const titleOf = ({ method, url }) => `${method} ${url}`

/** The question of an action as AuthZEN has it. @param {Sheet} sheet @param {string} agent @param {string} action @param {object} context */
const evaluation = ({ who }, agent, action, context) => ({
  subject: { type: 'agent', id: agent, properties: { on_behalf_of: who.behalf.subject, tenant: who.behalf.tenant } },
  action: { name: 'call' }, resource: { type: 'tool', id: action }, context,
})

/**
 * @param {() => Sheet | undefined} current
 * @param {number} index of the route in the table
 * @returns {Question}
 */
export function questionOfRoute(current, index) {
  const { table } = /** @type {Sheet} */ (current())
  const { method, path } = table.routes[index]
  return {
    title: titleOf(requestFor(table.routes[index], table.mount)),
    async ask() {
      const now = current()
      const route = now?.table.routes.find((one) => one.method === method && one.path === path)
      return now && route && explained(now.gate, { ...requestFor(route, now.table.mount), headers: now.who.headers })
    },
  }
}
