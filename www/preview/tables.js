// The routes, and the tools: what each asks for, and what this caller or these agents get.
import { SIGNS, spoken } from './cells.js'
import { STRANGER, actionsOf, covers, sampleOf } from './columns.js'
import { h } from './dom.js'

/** @typedef {{ [name: string]: any }} Json */

/** @param {import('./cells.js').Cell} cell */
const badge = (cell) => h('span', { class: `cell ${cell.state}` }, h('span', { 'aria-hidden': 'true' }, SIGNS[cell.state]))

/**
 * Every route, with what it needs and what this caller gets.
 *
 * @param {import('./sheet.js').Sheet} sheet
 * @param {(index: number) => void} onRoute
 */
export function routesTable({ table, routes, agents, columns, cells }, onRoute) {
  if (table.routes.length === 0 && table.public.length === 0) {
    return h('div', { class: 'empty' }, h('p', {}, 'This policy has no routes: it is asked about actions only.'))
  }
  const known = agents.filter((agent) => agent !== STRANGER)
  const rows = table.routes.map((route, index) => {
    const column = columns.findIndex(({ route: one }) => one === route)
    const allowed = column < 0 ? [] : known.filter((_, row) => cells[row][column].state === 'allow')
    const about = column < 0 ? spoken(routes[index]) : allowed.length === known.length && known.length > 0 ? 'allowed for every agent' : allowed.length === 0 ? spoken(cells[0][column]) : `allowed for ${allowed.join(', ')}`
    const cell = column < 0 ? routes[index] : allowed.length > 0 ? cells[agents.indexOf(allowed[0])][column] : cells[0][column]
    const name = `${route.method} ${table.mount}${route.path}`
    return h('tr', {},
      h('td', {}, badge(cell)),
      h('td', { class: 'mono' }, h('span', { class: 'method' }, route.method), `${table.mount}${route.path}`),
      h('td', { class: 'mono' }, needs(route)),
      h('td', {}, h('button', { type: 'button', class: 'quiet', 'aria-label': `Explain ${name}: ${about}`, click: () => onRoute(index) }, about)))
  })
  const open = table.public.map((path) => h('tr', {}, h('td', {}, badge({ state: 'allow', allow: 0, wait: 0, reason: 'public' })), h('td', { class: 'mono' }, h('span', { class: 'method' }, 'any'), path), h('td', {}, 'nothing'), h('td', {}, 'public')))
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Routes' }, h('table', { class: 'rows' },
    h('thead', {}, h('tr', {}, ...['', 'Route', 'Needs', 'This caller'].map((text, index) => h('th', { scope: 'col' }, index === 0 ? h('span', { class: 'sr' }, 'Verdict') : text)))),
    h('tbody', {}, ...open, ...rows)))
}

/** @param {import('../../pkg/index.d.ts').Route} route */
function needs({ admin, scopes, segment, type }) {
  if (admin) return 'the admin scope'
  if (scopes.length === 0) return 'a valid credential'
  if (typeof segment !== 'number') return scopes.join(' ')
  return scopes.map((scope) => scope.replace(/^([^:]+):([^:]+)$/, (whole, kind, action) => (kind.startsWith(type) ? `${kind}:{id}:${action}` : whole))).join(' ')
}

/**
 * Every tool or action, with its limits, and what each agent gets.
 *
 * @param {Json} policy
 * @param {import('./sheet.js').Sheet} sheet
 * @param {(row: number, column: number) => void} onCell
 */
export function toolsTable(policy, sheet, onCell) {
  const actions = actionsOf(policy)
  if (actions.length === 0) {
    return h('div', { class: 'empty' }, h('p', {}, 'This policy says nothing of what agents may do themselves: it has neither `tools` nor permissions.'))
  }
  const rows = actions.map((action) => {
    const column = sheet.columns.findIndex((one) => one.action === action)
    const tool = policy.tools?.[action]
    const agents = sheet.agents.flatMap((agent, row) => (agent === STRANGER || sheet.cells[row][column].state === 'deny' ? [] : [
      h('li', {}, badge(sheet.cells[row][column]), ' ', h('button', { type: 'button', class: 'quiet', click: () => onCell(row, column) }, `${agent}: ${spoken(sheet.cells[row][column])}`)),
    ]))
    return h('tr', {},
      h('td', { class: 'mono' }, action),
      h('td', {}, tool?.level ?? h('span', { class: 'chip' }, '–')),
      h('td', {}, list(limitsOf(policy, action, tool))),
      h('td', {}, agents.length === 0 ? 'no agent' : h('ul', {}, ...agents)))
  })
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Tools' }, h('table', { class: 'rows' },
    h('thead', {}, h('tr', {}, ...['Tool or action', 'Level', 'Limits', 'Who may'].map((text) => h('th', { scope: 'col' }, text)))),
    h('tbody', {}, ...rows)))
}

/** @param {string[]} lines */
const list = (lines) => (lines.length === 0 ? '–' : h('ul', {}, ...lines.map((line) => h('li', {}, line))))

/**
 * What holds for an action, in words.
 *
 * @param {Json} policy
 * @param {string} action
 * @param {Json | undefined} tool
 */
function limitsOf(policy, action, tool) {
  const guards = (tool?.guards ?? []).map((/** @type {Json} */ { at, required, ...rules }) => {
    const said = Object.entries(rules).map(([name, rule]) => `${name} ${typeof rule === 'string' ? rule : JSON.stringify(rule)}`)
    return `${at}: ${said.join(', ')}${required === false ? ' (optional)' : ''}`
  })
  const budgets = (policy.budgets ?? []).filter((/** @type {Json} */ { actions }) => actions === undefined || actions.some((/** @type {string} */ one) => covers(one, sampleOf(action))))
  const counted = budgets.map((/** @type {Json} */ { name, per = 'all', calls, steps, spend, repeats, window_seconds: window }) => {
    const parts = [calls !== undefined && `${calls} calls`, steps !== undefined && `${steps} steps`, spend !== undefined && `${spend} together`, repeats !== undefined && `${repeats} repeats`]
    return `budget ${name}: ${parts.filter(Boolean).join(', ')} per ${per}${window === undefined ? '' : ` in ${window} s`}`
  })
  const approval = tool?.approval === undefined ? [] : [tool.approval === 'approval' ? 'an approver has to agree' : 'the asking user has to confirm']
  return [...guards, ...approval, ...(tool?.dry_run ? ['checked, and never done'] : []), ...counted]
}
