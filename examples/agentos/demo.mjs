// AgentOS behind the gate: a small platform, the gateway in workerd, three users, and what they get.
//   node examples/agentos/demo.mjs [--once]
// With --once it ends after its own requests, with exit code 1 if an answer is not the one expected.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { Trouble, isMain, progress, say, start } from '../../scripts/run.mjs'
import { freePort, startGateway } from './gateway.mjs'
import { startOrigin } from './origin.mjs'
import { USERS, mintAll } from './tokens.mjs'

const ORIGIN_PORT = 7777
const GATE_PORT = 8787
const REQUEST_SECONDS = 15
const VARIABLES = { web_user: 'WEB_TOKEN', finance_user: 'FINANCE_TOKEN', power_user: 'POWER_TOKEN' }

/**
 * @typedef {keyof typeof USERS} User
 * @typedef {object} Try
 * @property {User} [user] nobody, if missing
 * @property {string} path
 * @property {string} [message] what an agent is told; without it the path is read
 * @property {number} status the answer expected
 * @property {string} [why]
 */

/** @type {Try[]} */
const TRIES = [
  { user: 'web_user', path: '/agents/web-search-agent/runs', message: 'Search for AI news', status: 200 },
  { user: 'web_user', path: '/agents/finance-agent/runs', message: 'Analyze stock', status: 403 },
  { user: 'finance_user', path: '/agents/finance-agent/runs', message: 'Analyze market trends', status: 200 },
  { user: 'finance_user', path: '/agents/web-search-agent/runs', message: 'Search for AI news', status: 403 },
  { user: 'power_user', path: '/agents/finance-agent/runs', message: 'Analyze stock', status: 200 },
  { user: 'web_user', path: '/agents', status: 200 },
  { path: '/agents', status: 401 },
]

async function main() {
  const made = process.env.JWT_VERIFICATION_KEY ? undefined : randomBytes(48).toString('base64url')
  const secret = made ?? String(process.env.JWT_VERIFICATION_KEY)
  const policy = await readFile(new URL('policy.json', import.meta.url), 'utf8')

  const stop = stopping()
  const origin = await startOrigin({ port: await portNear(ORIGIN_PORT, 'the platform') })
  try {
    const port = await portNear(GATE_PORT, 'the gate')
    const { result: gate } = await progress('starting the gate in workerd', () =>
      startGateway({ port, policy, origin: origin.url, secrets: { JWT_VERIFICATION_KEY: secret }, signal: stop }),
    )
    try {
      const tokens = mintAll(secret)
      introduce(origin.url, gate.url, made !== undefined, tokens)
      const failed = await tryAll(gate.url, tokens)
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
 * Says what runs where, and what to try.
 *
 * @param {string} origin
 * @param {string} gate
 * @param {boolean} made whether the key was made by us
 * @param {Record<User, string>} tokens
 */
function introduce(origin, gate, made, tokens) {
  const key = made
    ? 'a key made for this start; set JWT_VERIFICATION_KEY to bring your own'
    : 'JWT_VERIFICATION_KEY of the environment'
  say(`
the platform   ${origin}   believes everybody
the gate       ${gate}   decides by examples/agentos/policy.json
what they may  ${gate}/.gate/preview/   open it in a browser

The tokens last a day. They are signed with ${key}.
`)
  for (const [user, variable] of Object.entries(VARIABLES)) {
    say(`export ${variable}=${tokens[/** @type {User} */ (user)]}`)
  }
  for (const one of TRIES) say(`\n# ${expectation(one)}\n${curl(gate, one)}`)
}

/** @param {Try} one */
function expectation({ user, path, status }) {
  const id = path.split('/')[2]
  const what = id ? `run ${id}` : 'list the agents'
  const who = user ?? 'who has no token'
  return `${who} may ${status === 200 ? '' : 'not '}${what} (${status})`
}

/**
 * @param {string} gate
 * @param {Try} one
 */
function curl(gate, { user, path, message }) {
  const token = user ? ` -H "Authorization: Bearer $${VARIABLES[user]}"` : ''
  const form = message ? ` \\\n  -F "message=${message}" -F stream=false` : ''
  return `curl -i${message ? ' -X POST' : ''}${token}${form} \\\n  ${gate}${path}`
}

/**
 * Makes the requests and shows the answers. Resolves with how many are not as expected.
 *
 * @param {string} gate
 * @param {Record<User, string>} tokens
 */
async function tryAll(gate, tokens) {
  say('\nThe same, tried just now:\n')
  say(row('who', 'request', 'answer', ''))
  let failed = 0
  for (const one of TRIES) {
    const { status, said } = await ask(gate, one, tokens)
    const expected = status === one.status
    if (!expected) failed += 1
    const method = one.message ? 'POST' : 'GET'
    const remark = expected ? said : `EXPECTED ${one.status}: ${said}`
    say(row(one.user ?? 'nobody', `${method} ${one.path}`, String(status), remark))
  }
  return failed
}

/**
 * @param {string} gate
 * @param {Try} one
 * @param {Record<User, string>} tokens
 */
async function ask(gate, { user, path, message }, tokens) {
  const form = new FormData()
  if (message) form.set('message', message)
  form.set('stream', 'false')
  const response = await fetch(gate + path, {
    method: message ? 'POST' : 'GET',
    headers: user ? { authorization: `Bearer ${tokens[user]}` } : {},
    ...(message && { body: form }),
    signal: AbortSignal.timeout(REQUEST_SECONDS * 1000),
  }).catch((error) => {
    throw new Trouble(`no answer to ${path}: ${error.message}`)
  })
  const text = await response.text()
  return { status: response.status, said: gist(text) }
}

/**
 * What an answer says, in a few words.
 *
 * @param {string} text
 */
function gist(text) {
  try {
    const body = JSON.parse(text)
    if (Array.isArray(body)) return body.map(({ id }) => id).join(', ')
    return body.vouched_for ? `ran for ${body.vouched_for}` : String(body.detail)
  } catch {
    return text.slice(0, 80)
  }
}

/** @param {string[]} cells */
const row = (...[who, request, answer, said]) =>
  `${who.padEnd(14)}${request.padEnd(38)}${answer.padEnd(8)}${said}`.trimEnd()

if (isMain(import.meta.url)) start(main)
