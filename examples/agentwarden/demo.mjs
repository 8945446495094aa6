// Permissions of agents as AgentWarden has them: set up while the gate runs, checked, approved and taken away.
//   node examples/agentwarden/demo.mjs [--once]
import { randomBytes } from 'node:crypto'
import { isMain, say, start } from '../../scripts/run.mjs'
import { runExample, trier } from '../example.mjs'
import { mintAll } from './credentials.mjs'
import { startOrigin } from './origin.mjs'

const ACTION = 'stripe.refund'
const bearer = (/** @type {string} */ token) => ({ authorization: `Bearer ${token}` })

/** @typedef {ReturnType<typeof mintAll>} Tokens */

function main() {
  const secret = process.env.JWT_VERIFICATION_KEY || randomBytes(48).toString('base64url')
  const master = process.env.GATEWRIGHT_MASTER_KEY || randomBytes(24).toString('base64url')
  const tokens = mintAll(secret)
  return runExample({
    name: 'agentwarden', startOrigin, secrets: { JWT_VERIFICATION_KEY: secret, GATEWRIGHT_MASTER_KEY: master },
    introduce: (places) => introduce(places, master, tokens),
    tryAll: (gate) => tryAll(gate, master, tokens),
  })
}

/**
 * @param {import('../example.mjs').Places} places
 * @param {string} master
 * @param {Tokens} tokens
 */
function introduce({ origin, gate }, master, { operator, 'support-bot': bot }) {
  const asOperator = '-H "Authorization: Bearer $YOUR_JWT_TOKEN"'
  const json = '-H "Content-Type: application/json"'
  say(`
the shop       ${origin}   believes everybody
the gate       ${gate}   decides by examples/agentwarden/policy.json
the master key ${master}   sets up what the operator may not

The tokens last a day. They are signed with a key made for this start, unless JWT_VERIFICATION_KEY brings one.

export YOUR_JWT_TOKEN=${operator}
export BOT_TOKEN=${bot}

# an agent, and with its \`id\` what it may do
curl -X POST ${gate}/api/agents ${asOperator} ${json} -d '{"name": "Support Bot"}'
curl -X POST ${gate}/api/agents/$AGENT_ID/permissions ${asOperator} ${json} \\
  -d '{"action": "${ACTION}", "max_amount": 100.00, "requires_approval": false}'

# a key for its checks, which is shown this once
curl -X POST ${gate}/.gate/api/keys ${asOperator} ${json} -d '{"kind": "sdk"}'

# may it?
curl -X POST ${gate}/sdk/check -H "X-API-Key: $KEY" ${json} \\
  -d '{"agent_id": "'$AGENT_ID'", "action": "${ACTION}", "context": {"amount": 50}}'

# what waits for a person, and what that person says
curl "${gate}/.gate/api/approvals?state=pending" ${asOperator}
curl -X POST ${gate}/.gate/api/approvals/$APPROVAL_ID/decision ${asOperator} ${json} -d '{"approve": true}'`)
}

/**
 * @param {string} gate
 * @param {string} master
 * @param {Tokens} tokens
 */
async function tryAll(gate, master, { operator: token, 'support-bot': botToken }) {
  const { attempt, failed } = trier(gate)
  const operator = (/** @type {string} */ line, /** @type {number} */ status, /** @type {unknown} */ json) =>
    attempt('operator', line, status, { headers: bearer(token), json })
  const { id } = await operator('POST /api/agents', 201, { name: 'Support Bot' })
  const at = `/api/agents/${id}`
  const permit = (/** @type {number} */ most, /** @type {boolean} */ waits) =>
    operator(`POST ${at}/permissions`, 201, { action: ACTION, max_amount: most, requires_approval: waits })
  const small = await permit(100, false)
  const large = await permit(500, true)
  const { key, id: hash } = await attempt('master', 'POST /.gate/api/keys', 201, { headers: bearer(master), json: { kind: 'sdk' } })

  const check = (/** @type {number} */ amount, /** @type {string} */ code) => attempt('support-bot', 'POST /sdk/check', 200, {
    headers: { 'x-api-key': key }, json: { agent_id: id, action: ACTION, context: { amount } },
    is: (told) => told.code === code && told.allowed === (code === 'allowed'),
  })
  await check(50, 'allowed')
  await attempt('support-bot', 'POST /refunds', 201, { headers: bearer(botToken), json: { amount: 50 } })
  await attempt('support-bot', 'POST /sdk/log', 200, {
    headers: { 'x-api-key': key }, json: { agent_id: id, action: ACTION, status: 'success', context: { amount: 50 } },
  })
  const { approval_id: waiting } = await check(300, 'approval_required')
  await operator('GET /.gate/api/approvals?state=pending', 200, undefined)
  await operator(`POST /.gate/api/approvals/${waiting}/decision`, 200, { approve: true })
  await check(300, 'allowed')
  await check(300, 'approval_required')
  await check(501, 'amount_exceeded')
  await operator(`DELETE ${at}/permissions/${large.id}`, 204, undefined)
  await operator(`DELETE /api/permissions/${small.id}`, 204, undefined)
  await check(50, 'permission_missing')
  await attempt('nobody', 'POST /sdk/check', 401, { json: { agent_id: id, action: ACTION } })
  await operator(`DELETE ${at}`, 204, undefined)
  await attempt('master', `DELETE /.gate/api/keys/${hash}`, 204, { headers: bearer(master) })
  return failed()
}

if (isMain(import.meta.url)) start(main)
