// AgentOS behind the gate: a small platform, the gateway in workerd, three users, and what they get.
//   node examples/agentos/demo.mjs [--once]
import { randomBytes } from 'node:crypto'
import { isMain, say, start } from '../../scripts/run.mjs'
import { runExample, trier } from '../example.mjs'
import { startOrigin } from './origin.mjs'
import { USERS, mintAll } from './tokens.mjs'

const VARIABLES = { web_user: 'WEB_TOKEN', finance_user: 'FINANCE_TOKEN', power_user: 'POWER_TOKEN' }

/**
 * @typedef {keyof typeof USERS} User
 * @typedef {object} Try
 * @property {User} [user] nobody, if missing
 * @property {string} path
 * @property {string} [message] what an agent is told; without it the path is read
 * @property {number} status the answer expected
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

function main() {
  const made = process.env.JWT_VERIFICATION_KEY ? undefined : randomBytes(48).toString('base64url')
  const secret = made ?? String(process.env.JWT_VERIFICATION_KEY)
  const tokens = mintAll(secret)
  return runExample({
    name: 'agentos', startOrigin, secrets: { JWT_VERIFICATION_KEY: secret },
    introduce: (places) => introduce(places, made !== undefined, tokens),
    tryAll: (gate) => tryAll(gate, tokens),
  })
}

/**
 * @param {import('../example.mjs').Places} places
 * @param {boolean} made whether the key was made by us
 * @param {Record<User, string>} tokens
 */
function introduce({ origin, gate }, made, tokens) {
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
 * @param {string} gate
 * @param {Record<User, string>} tokens
 */
async function tryAll(gate, tokens) {
  const { attempt, failed } = trier(gate)
  for (const { user, path, message, status } of TRIES) {
    const body = new FormData()
    if (message) body.set('message', message)
    body.set('stream', 'false')
    await attempt(user ?? 'nobody', `${message ? 'POST' : 'GET'} ${path}`, status, {
      headers: user ? { authorization: `Bearer ${tokens[user]}` } : {}, ...(message && { body }),
    })
  }
  return failed()
}

if (isMain(import.meta.url)) start(main)
