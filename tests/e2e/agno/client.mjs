// Callers of the platform, each with a token, and what they get.
import assert from 'node:assert/strict'
import { USERS, mint } from '../../../examples/agentos/tokens.mjs'

const REQUEST_MS = 30 * 1000
const HOUR = 60 * 60

/**
 * @typedef {Record<string, () => Promise<void>>} Cases
 * @typedef {Awaited<ReturnType<ReturnType<typeof caller>>>} Answer
 * @typedef {{ method?: string, form?: Record<string, string>, json?: unknown, headers?: Record<string, string> }} Sent
 * @typedef {ReturnType<typeof callers>} Callers
 */

/**
 * @param {string} gate
 * @param {string} secret
 */
export function callers(gate, secret) {
  const now = Math.floor(Date.now() / 1000)
  const holder = (/** @type {Record<string, unknown>} */ claims, key = secret) =>
    caller(gate, mint({ exp: now + HOUR, ...claims }, key))
  return {
    now,
    holder,
    /** Somebody with these scopes. */
    withScopes: (/** @type {unknown[]} */ ...scopes) => holder({ sub: 'somebody', scopes }),
    nobody: caller(gate, undefined),
    web: holder({ sub: 'web_user', scopes: USERS.web_user }),
    finance: holder({ sub: 'finance_user', scopes: USERS.finance_user }),
    power: holder({ sub: 'power_user', scopes: USERS.power_user }),
    admin: holder({ sub: 'root', scopes: ['agent_os:admin'] }),
  }
}

/**
 * @param {string} gate
 * @param {string | undefined} token
 */
function caller(gate, token) {
  return async function ask(/** @type {string} */ path, /** @type {Sent} */ { method, form, json, headers } = {}) {
    const response = await fetch(gate + path, {
      method: method ?? (form || json ? 'POST' : 'GET'),
      headers: {
        ...headers,
        ...(token && { authorization: `Bearer ${token}` }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
      },
      body: form ? multipart(form) : json === undefined ? undefined : JSON.stringify(json),
      redirect: 'manual',
      signal: AbortSignal.timeout(REQUEST_MS),
    })
    const streams = response.headers.get('content-type')?.startsWith('text/event-stream')
    const events = streams ? await eventsOf(response) : []
    const body = streams ? undefined : parsed(await response.text())
    return { status: response.status, headers: response.headers, events, body, detail: body?.detail }
  }
}

/** @param {Record<string, string>} members */
function multipart(members) {
  const form = new FormData()
  for (const [name, value] of Object.entries(members)) form.set(name, value)
  return form
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/**
 * The events of a stream, and when each arrived.
 *
 * @param {Response} response
 * @returns {Promise<{ event: string, data: any, at: number }[]>}
 */
async function eventsOf(response) {
  const events = []
  let rest = ''
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (rest + chunk).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks.filter(Boolean)) {
      const event = /^event: (.*)$/m.exec(block)?.[1] ?? ''
      events.push({ event, data: parsed(/^data: (.*)$/m.exec(block)?.[1] ?? ''), at: performance.now() })
    }
  }
  return events
}

/**
 * @param {Answer} answer
 * @param {number} expected
 */
export function answered({ status, body }, expected) {
  assert.equal(status, expected, `answered ${status}: ${JSON.stringify(body)?.slice(0, 300)}`)
}

/** A run that answers at once. @param {string} message */
export const told = (message, more = {}) => ({ form: { message, stream: 'false', ...more } })

/** @param {Answer} answer */
export const idsOf = ({ body }) => body.map((/** @type {{ id: string }} */ { id }) => id)
