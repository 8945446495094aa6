// What a sheet of the page says, against what a gate answers that was asked in earnest.
import assert from 'node:assert/strict'

/** @typedef {{ [name: string]: any }} Json */
/** @typedef {import('../../www/preview/sheet.js').Sheet} Sheet */

/** What the page fills with something else. */
const ELSE = 'else-1'

/** An agent that nobody has heard of, and not under the name that the page gives it. */
const NO_AGENT = 'somebody-else-entirely'

/**
 * A request for a route, in other words than the page's.
 *
 * @param {import('../../pkg/index.d.ts').Route} route
 * @param {string} mount
 * @param {string} [agent]
 */
function urlOf({ path, segment }, mount, agent) {
  const parts = path.slice(1).split('/')
  const filled = parts.map((part) => (part.startsWith('{') ? ELSE : part.split('*').join(ELSE)))
  if (agent !== undefined) filled[/** @type {number} */ (segment)] = encodeURIComponent(agent)
  return `${mount}/${filled.join('/')}`
}

/**
 * Every request behind a sheet: of its cells, and of its routes.
 *
 * @param {Sheet} sheet
 */
export function requestsOf({ agents, columns, cells, table, routes }) {
  const idOf = (/** @type {number} */ row) => (row === agents.length - 1 ? NO_AGENT : agents[row])
  return [
    ...agents.flatMap((_, row) => columns.flatMap(({ route }, column) =>
      (route === undefined ? [] : [{ method: route.method, url: urlOf(route, table.mount, idOf(row)), cell: cells[row][column] }]))),
    ...table.routes.map((route, index) => ({ method: route.method, url: urlOf(route, table.mount), cell: routes[index] })),
  ]
}

/** Numbers around a limit, on both sides of it. */
const around = (/** @type {number} */ limit) => [limit - 0.05, limit, limit + 0.05, limit * 1.5].filter((value) => value >= 0)

/**
 * Every check behind the cells of a sheet, with the amounts around every limit of the policy, and what the
 * cell says to it.
 *
 * @param {Sheet} sheet
 * @param {import('./preview-scenes.js').Scene} scene
 */
export function checksOf({ agents, columns, cells }, { policy, context = {}, places = ['/amount'] }) {
  const limits = [...new Set([...JSON.stringify(policy).matchAll(/"(?:max_amount|spend)":([\d.e+]+)/g)].map(([, limit]) => Number(limit)))]
  const hasFew = limits.length < 20
  const isOpen = Object.keys(context).length === 0
  const tried = (/** @type {number[]} */ near) => [0, ...new Set(near.flatMap(around)), 1e6, 1e300].map((amount) => ({ context: amounting(amount, places), amount }))
  return agents.flatMap((id, row) => columns.flatMap(({ action }, column) => {
    if (action === undefined) return []
    const agent = row === agents.length - 1 ? NO_AGENT : id
    const cell = cells[row][column]
    const own = [cell.allow, cell.wait].filter((limit) => limit >= 0 && limit < Infinity)
    const isLimited = isOpen && (own.length > 0 || (cell.state === 'deny' && limits.length > 0 && hasFew))
    return (isLimited ? tried(hasFew ? limits : own) : [{ context, amount: undefined }]).map(({ context: given, amount }) =>
      ({ agent, action: action.replace(/\*$/, 'thing'), context: given, says: saysOf(cell, amount), reason: amount === undefined ? cell.reason : undefined, shadowed: cell.shadowed }))
  }))
}

/** @param {import('../../www/preview/cells.js').Cell} cell @param {number | undefined} amount */
function saysOf({ allow, wait }, amount = 0) {
  if (amount <= allow) return 'allowed'
  return amount <= wait ? 'waits' : 'denied'
}

/** An amount in all its places. @param {number} amount @param {string[]} places */
function amounting(amount, places) {
  /** @type {Map<string, any>} */
  const members = new Map()
  for (const place of places) {
    const [first, second] = place.slice(1).split('/')
    members.set(first, second === undefined ? amount : { ...members.get(first), [second]: amount })
  }
  return Object.fromEntries(members)
}

/** What came of a check. @param {{ allowed: boolean, requires_approval: boolean }} result */
export const cameOf = ({ allowed, requires_approval: waits }) => (allowed ? 'allowed' : waits ? 'waits' : 'denied')

/**
 * @param {ReturnType<typeof checksOf>[number]} check
 * @param {{ allowed: boolean, requires_approval: boolean, code: string }} result
 */
export function sameCheck({ agent, action, context, says, reason, shadowed }, result) {
  const what = `${agent}: ${action} ${JSON.stringify(context)} (${result.code})`
  assert.equal(says, cameOf(result), what)
  if (reason !== undefined && shadowed === undefined) assert.equal(reason, result.code, what)
}
