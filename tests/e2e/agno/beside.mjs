// The same requests, to a gate in the flavour `agno-3.1` in front of an AgentOS that authorizes
// nobody, and to an AgentOS that authorizes by itself. Both give the same answers.
import assert from 'node:assert/strict'
import { told } from './client.mjs'

/** @typedef {import('./client.mjs').Callers} Callers */

/** What somebody may have been granted, with the odd spellings that are none. */
const GRANTS = [
  [],
  ['agents:read'],
  ['agents:finance-agent:read'],
  ['agents:finance-agent:run'],
  ['agents:finance-agent:read', 'agents:finance-agent:run'],
  ['agents:*:run', 'teams:*:read', 'workflows:run'],
  ['agents::run', 'agents:ghost:read'],
  ['agents:*', '*:*:*', 'agents:finance-*:run', 'Agents:run', ' agents:read'],
  ['teams:research-team:run', 'workflows:daily-report:read'],
  ['sessions:read', 'sessions:write', 'config:read'],
  ['system:read', 'agents:finance-agent:read'],
  ['agents:read agents:run'],
  ['agent_os:admin'],
]

const FAMILIES = ['agents', 'teams', 'workflows']

const MESSAGE = told('hi')

/** @type {[path: string, sent?: import('./client.mjs').Sent][]} */
const REQUESTS = [
  ['/health'], ['/info'], ['/config'], ['/nothing/here'],
  ['/agents'], ['/agents/'], ['/teams'], ['/workflows'],
  ['/agents/finance-agent'], ['/agents/Finance-Agent'], ['/agents/ghost'], ['/%61gents/finance-agent'],
  ['/teams/research-team'], ['/workflows/daily-report'],
  ['/agents/finance-agent/runs', MESSAGE], ['/agents/web-search-agent/runs', MESSAGE], ['/agents/ghost/runs', MESSAGE],
  ['/teams/research-team/runs/nothing/cancel', { method: 'POST' }], ['/workflows/daily-report/runs', MESSAGE],
  ['/agents/finance-agent/runs?session_id=nothing'], ['/agents/finance-agent/runs/nothing'],
  ['/agents/finance-agent/sessions/nothing/fork', { method: 'POST' }],
  ['/agents', { method: 'POST' }], ['/agents', { method: 'HEAD' }], ['/agents', { method: 'OPTIONS' }],
  ['/agents/finance-agent', { method: 'DELETE' }],
  ['/sessions?type=agent'], ['/sessions/nothing?type=agent'], ['/sessions?type=agent', { json: { session_id: 'one' } }],
  ['/memories'], ['/traces'], ['/approvals'], ['/schedules'], ['/metrics'], ['/registry'], ['/service-accounts'],
]

/**
 * @param {Callers} gate
 * @param {Callers} itself
 * @returns {import('./client.mjs').Cases}
 */
export function beside(gate, itself) {
  const tokens = (/** @type {Callers} */ { holder, now }) => ({
    'without token': undefined,
    'expired': holder({ sub: 'u', scopes: ['agents:read'], exp: now - 60 }),
    'without expiry': holder({ sub: 'u', scopes: ['agents:read'], exp: undefined }),
    'not yet valid': holder({ sub: 'u', scopes: ['agents:read'], nbf: now + 600 }),
    'of another key': holder({ sub: 'u', scopes: ['agents:read'] }, 'another-key-another-key-another-key-12'),
    'without subject': holder({ scopes: ['agents:read'] }),
    'of a reserved subject': holder({ sub: 'sa:ci', scopes: ['agent_os:admin'] }),
    'with a number for a subject': holder({ sub: 5, scopes: ['agents:read'] }),
    'with a string of scopes': holder({ sub: 'u', scopes: 'agents:read' }),
    'with a number among the scopes': holder({ sub: 'u', scopes: ['agents:read', 1] }),
  })
  const [here, there] = [tokens(gate), tokens(itself)]
  return {
    ...Object.fromEntries(
      GRANTS.map((scopes) => [
        `${REQUESTS.length} requests with ${JSON.stringify(scopes)}`,
        () => same(gate.withScopes(...scopes), itself.withScopes(...scopes)),
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(here).map(([name, caller]) => [
        `${REQUESTS.length} requests ${name === 'without token' ? name : `with a token ${name}`}`,
        () => same(caller ?? gate.nobody, there[/** @type {keyof typeof there} */ (name)] ?? itself.nobody),
      ]),
    ),
  }
}

/**
 * @param {Callers['nobody']} gate
 * @param {Callers['nobody']} itself
 */
async function same(gate, itself) {
  const answers = await Promise.all(
    REQUESTS.map(async ([path, sent]) => {
      const name = `${sent?.method ?? (sent ? 'POST' : 'GET')} ${path}`
      const [ours, theirs] = await Promise.all([gate(path, sent), itself(path, sent)])
      // AgentOS breaks down over scopes that are no text, where the gate says no.
      const brokeDown = theirs.status === 500 && ours.status === 403
      return [[name, gist(ours)], [name, gist(brokeDown ? ours : theirs)]]
    }),
  )
  const [ours, theirs] = [0, 1].map((side) => Object.fromEntries(answers.map((pair) => pair[side])))
  assert.deepEqual(ours, theirs)
}

/**
 * What of an answer the gate has a say in: the status, its own words, the ids in a list.
 *
 * @param {import('./client.mjs').Answer} answer
 */
function gist({ status, body }) {
  if (Array.isArray(body)) return [status, ...body.map(({ id }) => id)]
  const ids = (/** @type {string} */ family) => body[family].map((/** @type {any} */ { id }) => id).join()
  if (body?.agents) return [status, ...FAMILIES.map(ids)]
  // PyJWT's words change from version to version.
  return [status, String(body?.detail ?? '').replace(/^(Invalid token|Error decoding token): .*/, '$1')]
}
