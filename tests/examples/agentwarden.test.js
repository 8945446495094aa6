// The `curl` lines of AgentWarden's page "Permissions", as they stand there, against the example; and the other
// calls of its API in the same way.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { mintAll } from '../../examples/agentwarden/credentials.mjs'
import { startOrigin } from '../../examples/agentwarden/origin.mjs'
import { curl, startExample } from './curl.js'

const HOST = 'https://api.agentwarden.io'

/** Both commands of the page. */
const CREATE = `curl -X POST https://api.agentwarden.io/api/agents/AGENT_ID/permissions \\
  -H "Authorization: Bearer YOUR_JWT_TOKEN" \\
  -H "Content-Type: application/json" \\
  -d '{
    "action": "stripe.refund",
    "max_amount": 100.00,
    "requires_approval": false
  }'`
const DELETE = `curl -X DELETE https://api.agentwarden.io/api/agents/AGENT_ID/permissions/PERMISSION_ID \\
  -H "Authorization: Bearer YOUR_JWT_TOKEN"`

/** The page's own two permissions for one action: small amounts go through, large ones wait. */
const WITH_APPROVAL = '{"action": "stripe.refund", "max_amount": 500, "requires_approval": true}'

describe('the page of AgentWarden', () => {
  const secret = randomBytes(48).toString('base64url')
  const master = randomBytes(24).toString('base64url')
  const tokens = mintAll(secret)
  /** @type {Awaited<ReturnType<typeof startExample>>} */
  let example
  /** @type {string} a key for checks */
  let key
  before(async () => {
    example = await startExample('agentwarden', startOrigin, { JWT_VERIFICATION_KEY: secret, GATEWRIGHT_MASTER_KEY: master })
    key = (await typed('POST', '/.gate/api/keys', '{"kind": "sdk"}')).body.key
    assert.match(key, /^ak_/)
  })
  after(() => example?.close())

  /** @param {string} line @param {Record<string, string>} got */
  const say = (line, got) => curl(line, HOST, example.url, { YOUR_JWT_TOKEN: tokens.operator, ...got })
  /** A line as those of the page are. @param {string} method @param {string} path @param {string} [body] @param {string} [who] */
  const typed = (method, path, body, who = `Authorization: Bearer ${tokens.operator}`) => curl(
    `curl -X ${method} "${HOST}${path}" -H "${who}"${body === undefined ? '' : ` -H "Content-Type: application/json" -d '${body}'`}`,
    HOST, example.url,
  )
  const newAgent = async () => (await typed('POST', '/api/agents', '{"name": "Support Bot", "description": "helps"}')).body.id
  /** @param {string} agent @param {string} [context] @param {string} [withKey] */
  const check = (agent, context = '{"amount": 50.00}', withKey = key) => typed(
    'POST', '/sdk/check', `{"agent_id": "${agent}", "action": "stripe.refund", "context": ${context}}`, `X-API-Key: ${withKey}`,
  )

  it('creates a permission, which limits, and deletes it, which prevents at once', async () => {
    const agent = await newAgent()
    assert.deepEqual([(await check(agent)).body.allowed, (await check(agent)).body.code], [false, 'permission_missing'])
    const { status, body } = await say(CREATE, { AGENT_ID: agent })
    assert.deepEqual([status, body.action, body.max_amount, body.requires_approval], [201, 'stripe.refund', 100, false])
    const small = await check(agent)
    assert.deepEqual([small.status, small.body.allowed, small.body.requires_approval, small.body.reason], [200, true, false, null])
    const large = await check(agent, '{"amount": 150.00}')
    assert.deepEqual([large.status, large.body.allowed, large.body.requires_approval, large.body.code], [200, false, false, 'amount_exceeded'])
    const gone = await say(DELETE, { AGENT_ID: agent, PERMISSION_ID: body.id })
    assert.deepEqual([gone.status, gone.body], [204, undefined])
    assert.equal((await check(agent)).body.code, 'permission_missing')
  })

  it('deletes by the path of the reference, too', async () => {
    const agent = await newAgent()
    const { body } = await say(CREATE, { AGENT_ID: agent })
    assert.equal((await typed('DELETE', `/api/permissions/${body.id}`)).status, 204)
    assert.equal((await check(agent)).body.code, 'permission_missing')
    assert.deepEqual(await typed('DELETE', `/api/permissions/${body.id}`), { status: 404, body: { detail: 'Permission not found' } })
    assert.deepEqual(await say(DELETE, { AGENT_ID: agent, PERMISSION_ID: body.id }), { status: 404, body: { detail: 'Permission not found' } })
  })

  it('lists, reads, changes and deletes agents', async () => {
    const agent = await newAgent()
    const read = await typed('GET', `/api/agents/${agent}`)
    assert.deepEqual([read.status, read.body.name, read.body.description, read.body.status], [200, 'Support Bot', 'helps', 'active'])
    await say(CREATE, { AGENT_ID: agent })
    assert.equal((await typed('GET', `/api/agents/${agent}/permissions`)).body.length, 1)
    assert.ok((await typed('GET', '/api/agents')).body.some((/** @type {any} */ { id }) => id === agent))
    assert.equal((await typed('PUT', `/api/agents/${agent}`, '{"status": "inactive"}')).body.status, 'inactive')
    assert.deepEqual([(await check(agent)).body.allowed, (await check(agent)).body.code], [false, 'agent_inactive'])
    assert.equal((await typed('DELETE', `/api/agents/${agent}`)).status, 204)
    assert.equal((await check(agent)).status, 404)
    assert.deepEqual(await typed('GET', `/api/agents/${agent}`), { status: 404, body: { detail: 'Agent not found' } })
  })

  it('lets what needs approval wait, and through once when a person has approved it', async () => {
    const agent = await newAgent()
    await say(CREATE, { AGENT_ID: agent })
    assert.equal((await typed('POST', `/api/agents/${agent}/permissions`, WITH_APPROVAL)).status, 201)
    const context = '{"amount": 300}'
    const waiting = (await check(agent, context)).body
    assert.deepEqual([waiting.allowed, waiting.requires_approval, waiting.reason], [false, true, 'This action requires human approval'])
    const { body } = await typed('GET', '/.gate/api/approvals?state=pending')
    assert.ok(body.items.some((/** @type {any} */ { id }) => id === waiting.approval_id))
    const decided = await typed('POST', `/.gate/api/approvals/${waiting.approval_id}/decision`, '{"approve": true}')
    assert.deepEqual([decided.status, decided.body.state], [200, 'approved'])
    assert.deepEqual([(await check(agent, '{"amount": 301}')).body.allowed, (await check(agent, context)).body.allowed], [false, true])
    assert.equal((await check(agent, context)).body.requires_approval, true, 'it was for once')
    assert.equal((await check(agent)).body.allowed, true, 'small amounts need none')
  })

  for (const [what, header, status] of /** @type {[string, (name: string) => string, number][]} */ ([
    ['no credential', () => 'X-Nothing: at-all', 401],
    ['the placeholder of the page', () => 'Authorization: Bearer YOUR_JWT_TOKEN', 401],
    ['a token that may not', () => `Authorization: Bearer ${tokens['support-bot']}`, 403],
  ])) {
    it(`refuses ${what}`, async () => {
      const agent = await newAgent()
      const { status: answered, body } = await typed('POST', `/api/agents/${agent}/permissions`, WITH_APPROVAL, header(agent))
      assert.deepEqual([answered, Object.keys(body)], [status, ['detail']])
    })
  }

  it('knows no key but those it has made', async () => {
    assert.equal((await check('anybody', '{}', 'ak_made_up_by_somebody_else')).status, 401)
  })
})
