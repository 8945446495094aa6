// The recorded exchanges with a running AgentOS, and what each asks of a gate in front of one.
import { readFileSync, readdirSync } from 'node:fs'
import { mint } from './token.mjs'

/**
 * @typedef {object} Recording
 * @property {string} config
 * @property {string} name
 * @property {number} n
 * @property {{ method: string, target: string, authorization: string | null, token: any, headers: [string, string][],
 *   form: Record<string, string> | null, json: unknown, now: number }} request
 * @property {{ status: number, body: any }} response
 *
 * @typedef {{ method: string, target: string, headers: [string, string][], body?: string }} Asked
 *
 * What a gate is to do: pass the request on, or answer it.
 * @typedef {{ forwards: true } | { forwards: false, status: number, detail: string }} Outcome
 */

const FOLDER = new URL('../vectors/agno/', import.meta.url)

/** Whatever is put beside them in the same format is read, too. */
const read = (/** @type {RegExp} */ names) =>
  readdirSync(FOLDER)
    .filter((name) => names.test(name))
    .sort()
    .map((name) => readFileSync(new URL(name, FOLDER), 'utf8'))

/** @type {Record<string, object>} */
export const configs = Object.assign({}, ...read(/^http.*-configs\.json$/).map((text) => JSON.parse(text)))

/** Frames of WebSockets are recorded, too. A gate reads none: it refuses to upgrade. */
export const recordings = read(/^http.*\.jsonl$/)
  .flatMap((text) => text.split('\n').filter(Boolean))
  .map((line) => /** @type {Recording} */ (JSON.parse(line)))
  .filter(({ request }) => request)

/** How the gates of AgentOS say no. With any other 403, one of its handlers has spoken. */
const GATE_DETAIL = /^(Insufficient permissions|Access denied to |Admin privileges required|Job queue operations)/

/** Everything there is, in the order of AgentOS: what a list holds before it is filtered. */
export const ROSTER = /** @type {Record<string, string[]>} */ ({
  agents: ['web-search-agent', 'finance-agent'],
  teams: ['research-team'],
  workflows: ['daily-report'],
})

/** @param {Recording} recording */
export function asked({ request }) {
  const { method, target, authorization, token, form, json, now } = request
  /** @type {[string, string][]} */
  const headers = request.headers.map(([name, value]) => [name, value.replace('{tok}', () => mint(token, now))])
  const isElsewhere = request.headers.some(([, value]) => value.includes('{tok}'))
  if (authorization) headers.unshift(['authorization', authorization])
  else if (token && !isElsewhere) headers.unshift(['authorization', `Bearer ${mint(token, now)}`])
  if (form) return { method, target, headers: [...headers, urlencoded], body: String(new URLSearchParams(form)) }
  if (json !== null) return { method, target, headers: [...headers, jsonBody], body: JSON.stringify(json) }
  return { method, target, headers }
}

const urlencoded = /** @type {[string, string]} */ (['content-type', 'application/x-www-form-urlencoded'])
const jsonBody = /** @type {[string, string]} */ (['content-type', 'application/json'])

/**
 * What AgentOS did, seen from before it.
 *
 * @param {Recording} recording
 * @returns {Outcome}
 */
export function recorded({ response: { status, body } }) {
  const detail = typeof body?.detail === 'string' ? body.detail : ''
  const denied = status === 401 || (status === 403 && GATE_DETAIL.test(detail))
  return denied ? { forwards: false, status, detail } : { forwards: true }
}

/**
 * The list that AgentOS answered with, and the family it is of.
 *
 * @param {Recording} recording
 * @returns {{ family: string, ids: string[] } | undefined}
 */
export function listed({ request, response }) {
  if (response.status !== 200 || !Array.isArray(response.body)) return undefined
  const family = decodeURIComponent(request.target.split('?')[0]).split('/').filter(Boolean).at(-1) ?? ''
  return ROSTER[family] && { family, ids: response.body.map(({ id }) => id) }
}
