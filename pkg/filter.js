// Lists in the answers of the origin, cut down to what the caller may see.
//
// What remains remains byte for byte: items are cut out of the text, not written anew, since
// JavaScript would round long numbers on the way. What cannot be read cannot be filtered, and is
// not let through.
import { isJson, mediaType, readBody } from './body.js'

/** @typedef {import('./index.d.ts').Listing} Listing */

/**
 * @typedef {object} Listings
 * @property {Listing} [list] for a body that is an array, or of LiteLLM an object with the array `agents`
 * @property {'id' | 'agent_id'} [id] the member of its items that is their id
 * @property {Map<string, Listing>} [rosters] for the arrays that are members of the body
 */

/** They describe the body before it was filtered. */
const OF_THE_OLD_BODY = [
  'accept-ranges', 'content-digest', 'content-encoding', 'content-length', 'content-md5', 'digest',
  'etag', 'last-modified', 'repr-digest',
]

/**
 * @param {Listings | undefined} listings
 * @returns {listings is Listings}
 */
export const isFiltered = (listings) =>
  listings !== undefined && [listings.list, ...(listings.rosters?.values() ?? [])].some(Array.isArray)

/**
 * @param {string} method
 * @param {Response} response
 * @param {Listings} listings
 * @param {number} limit in bytes
 * @returns {Promise<Response | undefined>} undefined if the list cannot be read
 */
export async function filter(method, response, listings, limit) {
  if (!response.ok) return response
  const headers = new Headers(response.headers)
  for (const name of OF_THE_OLD_BODY) headers.delete(name)
  headers.set('cache-control', 'private, no-store')
  headers.append('vary', 'Authorization')
  const init = { status: response.status, headers }
  if (method === 'HEAD' || response.body === null) return new Response(null, init)
  if (!isJson(mediaType(response.headers).type)) return undefined
  try {
    const bytes = await readBody(response.body, limit)
    const text = bytes && cutDown(new TextDecoder('utf-8', { fatal: true }).decode(bytes), listings)
    return text === undefined ? undefined : new Response(text, init)
  } catch {
    return undefined
  }
}

/**
 * @param {string} text
 * @param {Listings} listings
 * @returns {string | undefined}
 */
export function cutDown(text, { list, id = 'id', rosters }) {
  // What is JSON as a whole can then be taken apart by its brackets.
  const body = JSON.parse(text)
  const open = text.search(/\S/)
  if (list !== undefined) {
    if (Array.isArray(body)) return cutList(text, open, list, id).text
    if (id !== 'agent_id' || !Array.isArray(body?.agents)) return undefined
    rosters = new Map([['agents', list]])
  }
  if (rosters === undefined || text[open] !== '{') return undefined
  let cut = ''
  let copied = 0
  for (const [start, end] of parts(text, open)) {
    const name = text.indexOf('"', start)
    const afterName = endOfString(text, name)
    if (name < 0 || name >= end) break
    const listing = rosters.get(JSON.parse(text.slice(name, afterName)))
    if (listing === undefined) continue
    const value = text.indexOf(':', afterName) + 1
    const bracket = value + text.slice(value, end).search(/\S/)
    if (text[bracket] !== '[') {
      if (JSON.parse(text.slice(value, end)) === null) continue
      return undefined
    }
    const kept = cutList(text, bracket, listing, id)
    cut += text.slice(copied, bracket) + kept.text
    copied = kept.end
  }
  return cut + text.slice(copied)
}

/**
 * The array whose bracket is at `open`, without the items that are not listed. One that has no id
 * is on nobody's list.
 *
 * @param {string} text
 * @param {number} open
 * @param {Listing} listing
 * @param {'id' | 'agent_id'} id
 */
function cutList(text, open, listing, id) {
  const ids = listing === 'all' ? undefined : new Set(listing)
  const kept = []
  let end = open + 1
  for (const [start, until] of parts(text, open)) {
    const item = text.slice(start, until)
    end = until + 1
    if (item.trim() && (ids === undefined || ids.has(JSON.parse(item)?.[id]))) kept.push(item)
  }
  return { text: `[${kept.join(',')}]`, end }
}

/**
 * Where the items of the array, or the members of the object, begin and end. Of an empty one that
 * is one place with nothing in it.
 *
 * @param {string} text JSON
 * @param {number} open the place of its bracket
 * @returns {Generator<[start: number, end: number]>}
 */
function* parts(text, open) {
  let depth = 0
  let start = open + 1
  for (let at = open; at < text.length; at += 1) {
    const letter = text[at]
    if (letter === '"') at = endOfString(text, at) - 1
    else if (letter === '[' || letter === '{') depth += 1
    else if (letter === ']' || letter === '}') {
      depth -= 1
      if (depth > 0) continue
      yield [start, at]
      return
    } else if (letter === ',' && depth === 1) {
      yield [start, at]
      start = at + 1
    }
  }
}

/**
 * The place after the string that begins at `start`.
 *
 * @param {string} text
 * @param {number} start
 */
function endOfString(text, start) {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at + 1
}
