// The ledger, to be taken elsewhere and verified there: its rows as lines, and how far it has come, signed.
// For people who read it there is a page of it in records.js.
import { ledgerName } from '../state/names.js'
import { within } from '../state/within.js'
import { Trouble, json } from './http.js'

/** @typedef {import('./app.js').Call} Call */

/** So many rows go in one answer at most. */
const MOST = 1000

const MEDIA = 'application/x-ndjson'

const REFUSED = {
  ledger_key_missing: 'there is no key to sign with: store one as GATEWRIGHT_LEDGER_KEY',
  ledger_key_unusable: 'the key to sign with is none: the log says more',
}

/** @type {import('./app.js').Route[]} */
export const LEDGER = [
  {
    method: 'GET', path: '/.gate/api/audit/export', right: 'read', media: MEDIA,
    summary: 'Take the rows of the ledger along, as JSON lines. `x-gatewright-next` says after which to go on, if there are more',
    query: { after: 'The number of a row: those after it are wanted. 0 by default.', limit: `How many at most, from 1 to ${MOST}, which is the default.` },
    handle: lines,
  },
  { method: 'GET', path: '/.gate/api/audit/checkpoint', right: 'read', summary: 'Take a signed checkpoint of the ledger', handle: checkpoint },
]

/** @param {Call} call */
const ledgerOf = ({ env, caller }) => env.LEDGER.getByName(ledgerName(caller.tenant))

/** @param {Call} call */
async function lines(call) {
  const after = call.query.get('after') ?? '0'
  const limit = call.query.get('limit') ?? String(MOST)
  if (!/^\d{1,15}$/.test(after)) throw new Trouble(400, 'page_malformed', 'after is the number of a row')
  if (!/^\d{1,4}$/.test(limit) || Number(limit) < 1 || Number(limit) > MOST) throw new Trouble(400, 'page_malformed', `limit is a number from 1 to ${MOST}`)
  const { text, next } = await within(ledgerOf(call).lines({ after: Number(after), limit: Number(limit) }))
  return new Response(text, {
    headers: {
      'content-type': MEDIA, 'cache-control': 'no-store',
      ...(next !== null && { 'x-gatewright-next': String(next) }),
    },
  })
}

/** @param {Call} call */
async function checkpoint(call) {
  const taken = await within(ledgerOf(call).checkpoint())
  if ('refused' in taken) throw new Trouble(503, taken.refused, REFUSED[taken.refused])
  return json(taken)
}
