// What the answers of the gate's own paths are made of, and how their bodies are read.
import { readBody } from '../body.js'
import { PHRASES, answer } from '../respond.js'
import { JsonFault } from '../state/json.js'

/** So large a body may be, in bytes: a context, and what goes around it. */
const MOST = 128 * 1024

/** Something that ends a call, and how it is answered. */
export class Trouble extends Error {
  /**
   * @param {number} status
   * @param {string} code the stable name of what is wrong
   * @param {string} detail for people; holds no secret
   * @param {object} [members] of the problem, besides
   */
  constructor(status, code, detail, members = {}) {
    super(detail)
    this.status = status
    this.code = code
    this.members = members
  }
}

/** As RFC 9457 has it. @param {string} method @param {Trouble} trouble */
export const problemOf = (method, { status, code, message, members }) =>
  answer(method, status, 'application/problem+json', { title: PHRASES[status], status, code, detail: message, ...members })

/** @param {object} body @param {number} [status] @param {Record<string, string>} [headers] */
export function json(body, status = 200, headers = {}) {
  const response = answer('GET', status, 'application/json', body)
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  return response
}

/** @param {Record<string, string>} [headers] */
export const noContent = (headers = {}) => new Response(null, { status: 204, headers: { 'cache-control': 'no-store', ...headers } })

/**
 * The body as text. What is not UTF-8 is no JSON.
 *
 * @param {Request} request
 */
export async function textOf(request) {
  const bytes = await readBody(request.body, MOST)
  if (bytes === undefined) throw new Trouble(413, 'body_too_large', 'the body is too large')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new JsonFault('this is not JSON')
  }
}

/**
 * An object out of a body, read as `read` does it.
 *
 * @param {Request} request
 * @param {(text: string) => any} read
 * @returns {Promise<Record<string, any>>}
 */
export async function objectOf(request, read) {
  const value = read(await textOf(request))
  if (typeof value !== 'object' || value === null || Array.isArray(value) || typeof value.rawJSON === 'string') {
    throw new JsonFault('the body is not an object')
  }
  return value
}
