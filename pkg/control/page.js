// Pages, versions, and creations that are sent twice.
import * as engine from '../engine.js'
import { creationsName } from '../state/names.js'
import { within } from '../state/within.js'
import { Trouble, json } from './http.js'

/** @typedef {import('./app.js').Call} Call */

/** What may stand in the query of a list. */
export const PAGE = { limit: 'How many, from 1 to 100. 50 by default.', cursor: 'Where to go on: `next_cursor` of the page before.' }

const USUAL = 50
const MOST = 100

/**
 * @param {URLSearchParams} query
 * @returns {{ after: string, limit: number }}
 */
export function pageOf(query) {
  const limit = query.get('limit') ?? String(USUAL)
  const isLimit = /^\d{1,3}$/.test(limit) && Number(limit) >= 1 && Number(limit) <= MOST
  if (!isLimit) throw new Trouble(400, 'page_malformed', `limit is a number from 1 to ${MOST}`)
  const cursor = query.get('cursor') ?? ''
  if (!/^[A-Za-z0-9_-]{0,512}$/.test(cursor)) throw new Trouble(400, 'page_malformed', 'cursor is one that a page ended with')
  return { after: cursor === '' ? '' : decoded(cursor), limit: Number(limit) }
}

/** @param {string} cursor */
function decoded(cursor) {
  try {
    const letters = atob(cursor.replaceAll('-', '+').replaceAll('_', '/'))
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(letters, (letter) => letter.charCodeAt(0)))
  } catch {
    throw new Trouble(400, 'page_malformed', 'cursor is one that a page ended with')
  }
}

/** @param {string} id */
const encoded = (id) => btoa(String.fromCharCode(...new TextEncoder().encode(id))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

/**
 * A page, of which one more item was asked for than it may hold.
 *
 * @template T
 * @param {T[]} found
 * @param {number} limit
 * @param {(item: T) => string} idOf
 * @param {(item: T) => object} tell
 * @param {object} [members] besides
 */
export function pageWith(found, limit, idOf, tell, members = {}) {
  const items = found.slice(0, limit)
  const last = items.at(-1)
  const next = found.length > limit && last !== undefined ? encoded(idOf(last)) : null
  return json({ items: items.map(tell), next_cursor: next, ...members })
}

/** @param {number} version */
export const etagOf = (version) => ({ etag: `"${version}"` })

/**
 * The version that is to be changed, if the caller says which.
 *
 * @param {Request} request
 * @returns {number | undefined}
 */
export function versionOf(request) {
  const sent = request.headers.get('if-match')
  if (sent === null || sent === '*') return undefined
  const [, version] = /^"(\d{1,15})"$/.exec(sent) ?? []
  if (version === undefined) throw new Trouble(412, 'version_changed', 'If-Match is not an ETag of this')
  return Number(version)
}

/**
 * Creates once, however often it is sent under the same `Idempotency-Key`. What is shown once is not shown again.
 * When it is not known what came of the first time, nobody is told that it may be done again.
 *
 * @param {Call} call
 * @param {() => Promise<Response>} create
 */
export async function once({ request, body, caller, env }, create) {
  const sent = request.headers.get('idempotency-key')
  if (sent === null) return create()
  if (!/^[\x21-\x7e]{1,200}$/.test(sent)) throw new Trouble(400, 'idempotency_malformed', 'Idempotency-Key is 1 to 200 visible characters')
  const place = env.METER.getByName(creationsName(caller.tenant))
  const { pathname } = new URL(request.url)
  const key = engine.hashKey(JSON.stringify([caller.by, caller.subject, request.method, pathname, sent]))
  const { begun, isSame, answer } = await within(place.begin(key, engine.hashKey(JSON.stringify(body))))
  if (!begun) {
    if (!isSame) throw new Trouble(409, 'idempotency_mismatch', 'this idempotency key was used for another request')
    if (!answer) throw new Trouble(409, 'idempotency_duplicate', 'this was begun already, and is not known to have ended')
    const { status, body: told, headers } = JSON.parse(answer)
    return json(told, status, { ...headers, 'idempotency-replayed': 'true' })
  }
  let response
  try {
    response = await create()
  } catch (error) {
    if (error instanceof Trouble && error.status < 500) await within(place.finish(key, null))
    throw error
  }
  const { key: _, ...told } = /** @type {any} */ (await response.clone().json())
  const headers = Object.fromEntries([...response.headers].filter(([name]) => name === 'etag' || name === 'location'))
  await within(place.finish(key, JSON.stringify({ status: response.status, body: told, headers })))
  return response
}
