// LiteLLM's agents behind the gate: a master key, keys and teams made with it, and what they get.
//   node examples/litellm/demo.mjs [--once]
import { isMain, say, start } from '../../scripts/run.mjs'
import { runExample, trier } from '../example.mjs'
import { startOrigin } from './origin.mjs'

/** That of LiteLLM's documentation: everybody knows it. For anything but this example choose your own. */
const MASTER_KEY = 'sk-master-key'

const bearer = (/** @type {string} */ key) => ({ authorization: `Bearer ${key}` })
const HELLO = { message: { role: 'user', parts: [{ type: 'text', text: 'Hello' }] } }

/** @param {import('../example.mjs').Places} places */
function introduce({ origin, gate }) {
  const asMaster = `-H "Authorization: Bearer ${MASTER_KEY}"`
  const json = '-H "Content-Type: application/json"'
  say(`
the platform   ${origin}   believes everybody
the gate       ${gate}   decides by examples/litellm/policy.json
the master key ${MASTER_KEY}   for this example alone: everybody knows it

# which agents there are
curl ${gate}/v1/agents ${asMaster}

# a key for one of them
curl -X POST ${gate}/key/generate ${asMaster} ${json} \\
  -d '{"object_permission": {"agents": ["agent-123"]}}'

# a team that may use one of them, and then a key with its \`team_id\`
curl -X POST ${gate}/team/new ${asMaster} ${json} \\
  -d '{"team_alias": "support-team", "object_permission": {"agents": ["agent-123"]}}'

# with the key of the answer: agent-123 may be called, agent-456 may not
curl -X POST ${gate}/a2a/agent-123 -H "Authorization: Bearer $KEY" ${json} -d '${JSON.stringify(HELLO)}'

# what is known of a key
curl "${gate}/key/info?key=$KEY" ${asMaster}`)
}

/** @param {string} gate */
async function tryAll(gate) {
  const { attempt, failed } = trier(gate)
  const master = (/** @type {string} */ line, /** @type {unknown} */ json, /** @type {(body: any) => boolean} */ is = () => true) =>
    attempt('master', line, 200, { headers: bearer(MASTER_KEY), json, is })
  const lists = (/** @type {string[]} */ ...ids) => (/** @type {any} */ { agents }) =>
    agents?.map((/** @type {any} */ { agent_id: id }) => id).join() === ids.join()
  const only = { agents: ['agent-123'] }

  await master('GET /v1/agents', undefined, lists('agent-123', 'agent-456'))
  const { key } = await master('POST /key/generate', { object_permission: only })
  const team = await master('POST /team/new', { team_alias: 'support-team', object_permission: only })
  const { key: ofTeam } = await master('POST /key/generate', { team_id: team.team_id })
  for (const [who, headers] of /** @type {const} */ ([['the key', bearer(key)], ['the team\'s', bearer(ofTeam)]])) {
    await attempt(who, 'POST /a2a/agent-123', 200, { headers, json: HELLO })
    await attempt(who, 'POST /a2a/agent-456', 403, {
      headers, json: HELLO, is: ({ error }) => error?.message === 'Access denied to agent: agent-456',
    })
    await attempt(who, 'GET /v1/agents', 200, { headers, is: lists('agent-123') })
  }
  await attempt('the key', 'POST /key/generate', 403, { headers: bearer(key), json: {} })
  await attempt('nobody', 'POST /a2a/agent-123', 401, { json: HELLO })
  await master('POST /key/delete', { keys: [key, ofTeam] })
  await master('POST /team/delete', { team_ids: [team.team_id] })
  await attempt('the key', 'POST /a2a/agent-123', 401, { headers: bearer(key), json: HELLO })
  return failed()
}

if (isMain(import.meta.url)) {
  start(() => runExample({ name: 'litellm', startOrigin, secrets: { GATEWRIGHT_MASTER_KEY: MASTER_KEY }, introduce, tryAll }))
}
