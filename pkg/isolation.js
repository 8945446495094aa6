// Who a request speaks for: the verified user and session, and nobody else.
//
// In the query the members that name them are set to the verified ones. A body that names somebody
// else is refused, and one that names nobody gets the verified user. A form is written anew after
// it was read, so that the origin reads what was checked, whatever it makes of odd boundaries.
import { concat, isJson, mediaType, readBody } from './body.js'

/** @typedef {import('./session.js').Who} Who */
/** @typedef {NonNullable<import('./session.js').Tables['isolation']>} Members */

/**
 * What of a request is different when it goes on. What is left out stays.
 *
 * @typedef {object} Change
 * @property {string} [url]
 * @property {Headers} [headers]
 * @property {Uint8Array<ArrayBuffer> | FormData | URLSearchParams} [body]
 */

/** What `isolate` of the module returns beside a reason. */
const [REASON, NO_USER, NO_SESSION, EMPTY, NO_OBJECT] = [0xff, 1 << 8, 1 << 9, 1 << 10, 1 << 11]

const encoder = new TextEncoder()

/**
 * @param {Request} request
 * @param {import('./session.js').Tables} tables
 * @param {Who} who
 * @param {(body: Uint8Array) => number} check
 * @returns {Promise<Change | string>} how the request may go on, or the reason why it may not
 */
export async function isolate(request, { isolation, reasons }, who, check) {
  const members = /** @type {Members} */ (isolation)
  if (!who.subject) return 'isolation_user'
  const url = isolateQuery(request.url, members, who)
  if (request.body === null) return { url }

  const bytes = await readWhole(request, members.max_body_bytes)
  if (typeof bytes === 'string') return bytes
  if (bytes.length === 0) return { url, body: bytes }

  const { type, charset } = mediaType(request.headers)
  if (charset !== undefined && charset !== 'utf-8') return 'body_type'
  if (type === '' || isJson(type)) {
    const checked = check(bytes)
    const { allows, code } = reasons[checked & REASON]
    return allows ? changed(request, url, insert(bytes, checked, members, who)) : code
  }
  const form = await readForm(type, bytes, request.headers)
  if (typeof form === 'string') return form
  return isolateForm(form, members, who) ?? changed(request, url, form)
}

/**
 * The query with the verified user and session in it, and nothing else changed.
 *
 * @param {string} url
 * @param {Members} members
 * @param {Who} who
 */
export function isolateQuery(url, { user, session }, who) {
  const [target] = url.split('#', 1)
  const place = target.indexOf('?')
  const pieces = place < 0 ? [] : target.slice(place + 1).split('&').filter(Boolean)
  const forced = [...values(user, who.subject), ...values(session, who.session)]
  const named = pieces.map((piece) => new URLSearchParams(piece).keys().next().value ?? '')
  const kept = pieces.filter((_, index) => !forced.some(([name]) => name === named[index]))
  // The first name is the one to use; the others count where they are used.
  const added = forced.filter(([name]) => name === user[0] || name === session[0] || named.includes(name))
  const query = [...kept, new URLSearchParams(added).toString()].join('&')
  return `${place < 0 ? target : target.slice(0, place)}?${query}`
}

/**
 * @param {string[]} names
 * @param {string | undefined} value
 * @returns {[name: string, value: string][]}
 */
const values = (names, value) => (value === undefined ? [] : names.map((name) => [name, value]))

/**
 * @param {Request} request
 * @param {number} limit
 */
async function readWhole(request, limit) {
  if (Number(request.headers.get('content-length')) > limit) return 'body_too_large'
  try {
    return (await readBody(request.body, limit)) ?? 'body_too_large'
  } catch {
    return 'body_malformed'
  }
}

/**
 * The members that a JSON body lacks go in after its first brace. The rest stays as it was sent.
 *
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {number} checked
 * @param {Members} members
 * @param {Who} who
 */
function insert(bytes, checked, { user, session }, who) {
  if (checked & NO_OBJECT) return bytes
  const lacking = [
    ...(checked & NO_USER ? values(user, who.subject).slice(0, 1) : []),
    ...(checked & NO_SESSION ? values(session, who.session).slice(0, 1) : []),
  ]
  if (lacking.length === 0) return bytes
  const text = lacking.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')
  const brace = bytes.indexOf(0x7b) + 1
  const added = encoder.encode(checked & EMPTY ? text : `${text},`)
  return concat([bytes.subarray(0, brace), added, bytes.subarray(brace)])
}

/**
 * @param {string} type
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {Headers} headers
 * @returns {Promise<FormData | URLSearchParams | string>}
 */
async function readForm(type, bytes, headers) {
  try {
    switch (type) {
      case 'application/x-www-form-urlencoded':
        return new URLSearchParams(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
      case 'multipart/form-data': {
        const contentType = headers.get('content-type') ?? ''
        return await new Response(bytes, { headers: { 'content-type': contentType } }).formData()
      }
      default:
        return 'body_type'
    }
  } catch {
    return 'body_malformed'
  }
}

/**
 * Refuses a form that names somebody else; one that names nobody gets the verified user.
 *
 * @param {FormData | URLSearchParams} form
 * @param {Members} members
 * @param {Who} who
 */
function isolateForm(form, { user, session }, who) {
  for (const [name, value] of values(user, who.subject)) {
    if (form.getAll(name).some((/** @type {unknown} */ named) => named !== value)) return 'isolation_user'
  }
  for (const [name, value] of values(session, who.session)) {
    if (form.getAll(name).some((/** @type {unknown} */ named) => named !== value)) return 'isolation_session'
  }
  const first = [...values(user, who.subject).slice(0, 1), ...values(session, who.session).slice(0, 1)]
  for (const [name, value] of first) form.set(name, value)
  return undefined
}

/**
 * @param {Request} request
 * @param {string} url
 * @param {Uint8Array<ArrayBuffer> | FormData | URLSearchParams} body
 * @returns {Change}
 */
function changed(request, url, body) {
  const headers = new Headers(request.headers)
  headers.delete('content-length')
  // The platform writes the type of a form, with the boundary that it has chosen.
  if (!(body instanceof Uint8Array)) headers.delete('content-type')
  return { url, headers, body }
}
