// What the examples have in common: a platform, the gateway in workerd before it, and requests that are tried.
//
// With --once an example ends after its own requests, with exit code 1 if an answer is not the one expected.
// The state is kept below `.cache/state/` from one start to the next.
import { once } from 'node:events'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Trouble, cache, progress, say } from '../scripts/run.mjs'
import { freePort, startGateway } from './gateway.mjs'

const ORIGIN_PORT = 7777
const GATE_PORT = 8787
const REQUEST_SECONDS = 15

/** Ids and hashes, in a table. */
const LONG = /(?<=[/_])[0-9a-f]{32,64}/g

/** The members of answers that say most, in this order. @type {readonly string[]} */
const TELLING = ['vouched_for', 'detail', 'error', 'reason', 'code', 'key', 'team_id', 'id', 'state', 'result']

/**
 * @typedef {object} Places
 * @property {string} gate
 * @property {string} origin
 */

/**
 * @param {object} example
 * @param {string} example.name of its folder
 * @param {(options: { port: number }) => Promise<{ url: string, close: () => Promise<void> }>} example.startOrigin
 * @param {Record<string, string>} example.secrets
 * @param {(places: Places) => void} example.introduce says what runs where, and what to try
 * @param {(gate: string) => Promise<number>} example.tryAll makes the requests; with how many are not as expected
 */
export async function runExample({ name, startOrigin, secrets, introduce, tryAll }) {
  const policy = await readFile(new URL(`${name}/policy.json`, import.meta.url), 'utf8')
  const state = join(cache, 'state', name)
  await mkdir(state, { recursive: true })

  const stop = stopping()
  const origin = await startOrigin({ port: await portNear(ORIGIN_PORT, 'the platform') })
  try {
    const port = await portNear(GATE_PORT, 'the gate')
    const { result: gate } = await progress('starting the gate in workerd', () =>
      startGateway({ port, policy, origin: origin.url, secrets, state, signal: stop }),
    )
    try {
      introduce({ gate: gate.url, origin: origin.url })
      say('\nThe same, tried just now:\n')
      say(row('who', 'request', 'answer', ''))
      const failed = await tryAll(gate.url)
      if (process.argv.includes('--once')) return failed > 0 ? 1 : 0
      say('\nBoth go on until Ctrl-C.')
      if (!stop.aborted) await once(stop, 'abort')
      say('\nstopping')
      return 0
    } finally {
      await gate.close()
    }
  } finally {
    await origin.close()
  }
}

/** Aborted when somebody wants us to stop. */
function stopping() {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => controller.abort())
  return controller.signal
}

/**
 * @param {number} wanted
 * @param {string} whose
 */
async function portNear(wanted, whose) {
  const port = await freePort(wanted)
  if (port !== wanted) say(`port ${wanted} is taken; ${whose} takes ${port}`)
  return port
}

/**
 * Makes requests, says how each went, and counts those that went otherwise than expected.
 *
 * @param {string} gate
 */
export function trier(gate) {
  let failed = 0

  /**
   * @param {string} who
   * @param {string} line `GET /path`
   * @param {number} expected the status
   * @param {{ headers?: Record<string, string>, json?: unknown, body?: FormData, is?: (body: any) => boolean }} [sent] with
   *   what the answer has to be, besides
   * @returns {Promise<any>} the body of the answer
   */
  async function attempt(who, line, expected, { headers = {}, json, body, is = () => true } = {}) {
    const [method, path] = line.split(' ')
    const response = await fetch(gate + path, {
      method,
      headers: json === undefined ? headers : { 'content-type': 'application/json', ...headers },
      body: json === undefined ? body : JSON.stringify(json),
      signal: AbortSignal.timeout(REQUEST_SECONDS * 1000),
    }).catch((error) => {
      throw new Trouble(`no answer to ${path}: ${error.message}`)
    })
    const text = await response.text()
    const told = parsed(text)
    const isExpected = response.status === expected && is(told)
    if (!isExpected) failed += 1
    const said = gist(told)
    say(row(who, line.replace(LONG, '…'), String(response.status), isExpected ? said : `EXPECTED ${expected} AND OTHERWISE: ${said}`))
    return told
  }

  return { attempt, failed: () => failed }
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
 * What an answer says, in a few words.
 *
 * @param {any} body
 */
function gist(body) {
  if (typeof body !== 'object' || body === null) return String(body).slice(0, 80)
  const list = Array.isArray(body) ? body : (body.agents ?? body.items)
  if (Array.isArray(list)) return list.map(({ id, agent_id: named }) => id ?? named).join(', ')
  const member = TELLING.find((one) => body[one] !== undefined && body[one] !== null)
  if (member === undefined) return ''
  if (member === 'vouched_for') return `ran for ${body.vouched_for}`
  const value = body[member]?.message ?? body[member]
  return String(member === 'key' ? `${value.slice(0, 6)}…` : value)
}

/** @param {string[]} cells */
const row = (...[who, request, answer, said]) =>
  `${who.padEnd(14)}${request.padEnd(50)}${answer.padEnd(8)}${said}`.trimEnd()
