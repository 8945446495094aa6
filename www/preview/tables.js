// The routes, and the tools: what each asks for, and what this caller or these agents get.
import { SIGNS, looksOf, spoken } from './cells.js'
import { isCounted, sampleOf } from './columns.js'
import { h } from './dom.js'
import { member } from './token.js'

/** @typedef {{ [name: string]: any }} Json */

/** @param {import('./cells.js').Cell} cell */
const badge = (cell) => h('span', { class: `cell ${looksOf(cell)}`, 'aria-hidden': 'true' }, SIGNS[looksOf(cell)])

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
  const rows = table.routes.map((route, index) => {
    const column = columns.findIndex(({ route: one }) => one === route)
    const { cell, about } = column < 0 ? { cell: routes[index], about: spoken(routes[index]) } : forAgents(agents.slice(0, -1), cells.map((row) => row[column]))
    const name = `${route.method} ${table.mount}${route.path}`
    return h('tr', {},
      h('td', {}, badge(cell)),
      h('td', { class: 'mono' }, h('span', { class: 'method' }, route.method), `${table.mount}${route.path}`),
      h('td', { class: 'mono' }, needs(route)),
      h('td', {}, h('button', { type: 'button', class: 'quiet', 'aria-label': `${about}, of ${name}`, click: () => onRoute(index) }, about)))
  })
  const open = table.public.map((path) => h('tr', {}, h('td', {}, badge({ state: 'allow', allow: 0, wait: 0, reason: 'public' })), h('td', { class: 'mono' }, h('span', { class: 'method' }, 'any'), path), h('td', {}, 'nothing'), h('td', {}, 'public')))
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Routes' }, h('table', { class: 'rows routes' },
    h('thead', {}, h('tr', {}, ...['', 'Route', 'Needs', 'This caller'].map((text, index) => h('th', { scope: 'col' }, index === 0 ? h('span', { class: 'sr' }, 'Verdict') : text)))),
    h('tbody', {}, ...open, ...rows)))
}

/** So many agents are named. */
const NAMED = 5

/**
 * What comes of a route that is about an agent.
 *
 * @param {string[]} known
 * @param {import('./cells.js').Cell[]} cells of the known ones, and one of any other
 */
function forAgents(known, cells) {
  const allowed = known.filter((_, row) => cells[row].state === 'allow')
  const cell = cells.find(({ state }) => state === 'allow') ?? cells[0]
  if (allowed.length === 0) return { cell, about: cell.state === 'allow' ? 'allowed for any other agent' : spoken(cell) }
  if (allowed.length === known.length) return { cell, about: 'allowed for every agent' }
  const more = allowed.length - NAMED
  return { cell, about: `allowed for ${allowed.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}` }
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
 * @param {import('./sheet.js').Sheet} sheet
 * @param {(row: number, column: number) => void} onCell
 */
export function toolsTable({ policy, agents, columns, cells }, onCell) {
  const actions = columns.flatMap(({ action }, column) => (action === undefined ? [] : [{ action, column }]))
  if (actions.length === 0) {
    return h('div', { class: 'empty' }, h('p', {}, 'This policy says nothing of what agents may do themselves: it has neither `tools` nor permissions.'))
  }
  const rows = actions.map(({ action, column }) => {
    const tool = member(policy.tools, action)
    const may = agents.flatMap((agent, row) => (row === agents.length - 1 || cells[row][column].state === 'deny' ? [] : [{ agent, row }]))
    const listed = may.slice(0, LISTED).map(({ agent, row }) => h('li', {}, badge(cells[row][column]), ' ',
      h('button', { type: 'button', class: 'quiet', 'aria-label': `${agent}: ${spoken(cells[row][column])}, of ${action}`, click: () => onCell(row, column) }, h('code', {}, agent), `: ${spoken(cells[row][column])}`)))
    const rest = may.length > LISTED && h('li', {}, `and ${may.length - LISTED} more agents, see the matrix`)
    return h('tr', {},
      h('td', { class: 'mono' }, action),
      h('td', {}, tool?.level ?? '–'),
      h('td', {}, list(limitsOf(policy, action, tool))),
      h('td', {}, may.length === 0 ? 'no agent' : h('ul', {}, ...listed, rest)))
  })
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Tools' }, h('table', { class: 'rows tools' },
    h('thead', {}, h('tr', {}, ...['Tool or action', 'Level', 'Limits', 'Who may'].map((text) => h('th', { scope: 'col' }, text)))),
    h('tbody', {}, ...rows)))
}

/** So many agents stand at a tool. */
const LISTED = 12

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
    const said = Object.entries(rules).map(([name, rule]) => (name === 'sql' ? sqlRule(rule) : `${name} ${Array.isArray(rule) ? rule.join(', ') : rule}`))
    return `${at}: ${said.join(', ')}${required === false ? ' (optional)' : ''}`
  })
  const budgets = (policy.budgets ?? []).filter((/** @type {Json} */ budget) => isCounted(budget, sampleOf(action)))
  const counted = budgets.map((/** @type {Json} */ { name, per = 'all', calls, steps, spend, repeats, window_seconds: window }) => {
    const parts = [calls !== undefined && `${calls} calls`, steps !== undefined && `${steps} steps`, spend !== undefined && `${spend} together`, repeats !== undefined && `${repeats} repeats`]
    return `budget ${name}: ${parts.filter(Boolean).join(', ')} per ${per}${window === undefined ? '' : ` in ${window} s`}`
  })
  const approval = tool?.approval === undefined ? [] : [tool.approval === 'approval' ? 'an approver has to agree' : 'the asking user has to confirm']
  return [...guards, ...approval, ...(tool?.dry_run ? ['checked, and never done'] : []), ...counted]
}

/** @param {Json} rule */
const sqlRule = ({ writes = [] }) => (writes.length === 0 ? 'SQL that only reads' : `SQL that writes to ${writes.join(', ')} at most`)
