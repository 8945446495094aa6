// What was counted, and who did what.
import { ledgerName, meterKey, meterName } from '../state/names.js'
import { within } from '../state/within.js'
import { Trouble, json, noContent } from './http.js'
import { PAGE, pageOf, pageWith } from './page.js'

/** @typedef {import('./app.js').Call} Call */

const KINDS = ['control', 'approval', 'decision', 'log']

const WHOSE = { subject: 'Whose, of budgets per subject.', agent: 'Whose, of budgets per agent.' }

/** @type {import('./app.js').Route[]} */
export const RECORDS = [
  { method: 'GET', path: '/.gate/api/budgets', right: 'read', summary: 'Read the budgets and what they have counted', query: WHOSE, handle: budgets },
  {
    method: 'DELETE', path: '/.gate/api/budgets/:name/count', right: 'write', summary: 'Count a budget anew', status: 204,
    query: WHOSE, handle: reset,
  },
  {
    method: 'GET', path: '/.gate/api/audit', right: 'read', summary: 'Read the ledger',
    query: { ...PAGE, kind: `One of ${KINDS.join(', ')}.` }, handle: audit,
  },
]

/**
 * Where the meter of a budget is, of those that are asked for. What all tenants share nobody sees but the holder of
 * the master key.
 *
 * @param {Call} call
 * @param {{ name: string, per?: string }} budget
 */
function meterOf({ env, caller, control, query }, { name, per = 'all' }) {
  const isShared = per === 'all'
  const id = isShared ? 'all' : per === 'tenant' ? caller.tenant : query.get(per)
  if (id === null || id === '' || (isShared && caller.by !== 'master')) return undefined
  const key = meterKey(name, per, id)
  return { meter: env.METER.getByName(meterName(control.budgets, caller.tenant, key)), key, tenant: isShared ? '' : `tenant:${caller.tenant ?? ''}` }
}

/** @param {Call} call */
async function budgets(call) {
  const items = await Promise.all(call.control.budgets.map(async (budget) => {
    const place = meterOf(call, budget)
    const counted = place && (await within(place.meter.read(place.tenant, place.key)))
    return { ...budget, counted: counted ?? null }
  }))
  return json({ items })
}

/** @param {Call} call */
async function reset(call) {
  const budget = call.control.budgets.find(({ name }) => name === call.parameters.name)
  if (budget === undefined) throw new Trouble(404, 'budget_unknown', 'there is no such budget')
  const place = meterOf(call, budget)
  if (place === undefined) throw new Trouble(400, 'budget_ambiguous', `say whose it is, by \`${budget.per ?? 'the master key'}\``)
  const { subject, by, tenant } = call.caller
  await within(place.meter.reset(place.tenant, place.key, { tenant, budget: budget.name, actor: { subject, by } }))
  return noContent()
}

/** @param {Call} call */
async function audit({ env, caller, query }) {
  const { after, limit } = pageOf(query)
  const kind = query.get('kind') ?? undefined
  if (kind !== undefined && !KINDS.includes(kind)) throw new Trouble(400, 'kind_unknown', `kind is one of ${KINDS.join(', ')}`)
  if (!/^\d{0,15}$/.test(after)) throw new Trouble(400, 'page_malformed', 'cursor is one that a page ended with')
  const ledger = env.LEDGER.getByName(ledgerName(caller.tenant))
  const asked = { after: Number(after), limit: limit + 1, ...(kind !== undefined && { kind }) }
  const [rows, head] = await within(Promise.all([ledger.list(asked), ledger.head()]))
  return pageWith(rows, limit, ({ seq }) => String(seq), told, { head })
}

/** @param {import('../state/ledger.js').Row} row */
const told = ({ at, entry, ...row }) => ({ ...row, at: new Date(at).toISOString(), entry: JSON.parse(entry) })
