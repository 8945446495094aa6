// What the gate wants to know of a request, from a `Request` or from anything that looks like one.
//
// The path stays as it was sent: whoever tidies it up before the decision decides on another one.

/**
 * @typedef {object} Facts
 * @property {string} method
 * @property {string} path without query; empty if there is none, which is no path
 * @property {string | undefined} credential the raw value of the header that carries the token
 * @property {string | undefined} cookie the raw `Cookie` header, if the token may be in it
 * @property {string | undefined} keys the raw values of the headers that virtual keys may come in, one
 *   a line, if any was sent
 * @property {boolean} upgrade whether the connection is to become another one
 * @property {boolean} anyCase whether who serves it takes paths in any case
 * @property {boolean} headAsGet whether who serves it answers HEAD by what GET does
 */

/**
 * @param {import('./index.d.ts').RequestLike} request
 * @param {{ header: string | null, cookie: string | null, keys?: string[] | null }} places where the policy looks for
 *   tokens and keys
 * @param {import('./index.d.ts').ServedBy} [servedBy]
 * @returns {Facts}
 */
export function readRequest({ method, url, headers }, { header, cookie, keys = null }, servedBy) {
  return {
    method,
    path: pathOf(url),
    credential: header === null ? undefined : valueOf(headers, header),
    cookie: cookie === null ? undefined : valueOf(headers, 'cookie', '; '),
    keys: keys === null ? undefined : linesOf(headers, keys),
    upgrade: valueOf(headers, 'upgrade') !== undefined,
    anyCase: servedBy?.anyCase === true,
    headAsGet: servedBy?.headAsGet === true,
  }
}

/**
 * A line for each name, empty where that header was not sent.
 *
 * @param {import('./index.d.ts').HeadersLike} headers
 * @param {string[]} names
 */
function linesOf(headers, names) {
  const values = names.map((name) => valueOf(headers, name))
  return values.some((value) => value !== undefined) ? values.map((value) => value ?? '').join('\n') : undefined
}

const SLASH = 0x2f

/**
 * The path of a URL or of a request target, byte for byte.
 *
 * @param {string} url
 */
export function pathOf(url) {
  if (url.charCodeAt(0) === SLASH) {
    // A request target has no fragment (RFC 9112 §3.2.1), so a `#` is part of the path, and refused.
    const query = url.indexOf('?')
    return query < 0 ? url : url.slice(0, query)
  }
  const start = url.indexOf('/', url.indexOf('://') + 3)
  const end = url.search(/[?#]/)
  if (start < 0) return ''
  return end < 0 ? url.slice(start) : url.slice(start, end)
}

/**
 * The value of a header. Several are joined, so that none can hide behind another.
 *
 * @param {import('./index.d.ts').HeadersLike} headers
 * @param {string} name in small letters
 * @param {string} [separator]
 * @returns {string | undefined}
 */
function valueOf(headers, name, separator = ', ') {
  if (hasGet(headers)) return headers.get(name) ?? undefined
  /** @type {string | undefined} */
  let found
  if (Array.isArray(headers)) {
    for (const [key, value] of headers) if (isNamed(key, name)) found = join(found, value, separator)
    return found
  }
  const record = /** @type {Record<string, string | readonly string[] | undefined>} */ (headers)
  for (const key in record) if (isNamed(key, name)) found = join(found, record[key], separator)
  return found
}

/**
 * @param {any} headers
 * @returns {headers is { get(name: string): string | null }}
 */
const hasGet = (headers) => typeof headers.get === 'function'

/** @param {string} key @param {string} name */
const isNamed = (key, name) => key === name || (key.length === name.length && key.toLowerCase() === name)

/**
 * @param {string | undefined} before
 * @param {string | readonly string[] | undefined} value
 * @param {string} separator
 */
function join(before, value, separator) {
  if (value === undefined) return before
  const text = typeof value === 'string' ? value : [...value].join(separator)
  return before === undefined ? text : before + separator + text
}
