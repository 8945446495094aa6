// The calls of LiteLLM and of AgentWarden, as their documentation has them.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Response as Answer } from 'miniflare'
import { MASTER, sha256, startEdge, tokenOf } from './edge.js'

const origin = async (/** @type {Request} */ request) => (new URL(request.url).pathname === '/v1/agents'
  ? Answer.json({ agents: [{ agent_id: 'agent-123', name: 'Support Agent' }, { agent_id: 'agent-456', name: 'Sales Agent' }] })
  : Answer.json({ ran: request.url }))

describe('as LiteLLM has it', () => {
  /** @type {ReturnType<typeof startEdge>} */
  let edge
  before(() => {
    edge = startEdge({
      authentication: { virtual_keys: {} }, routes: { profile: 'litellm', flavour: 'litellm-1.109' }, answers: { dialect: 'litellm-docs' },
      control: { max_stale_seconds: 0, compatible: ['litellm'] },
    }, { bindings: { GATEWRIGHT_MASTER_KEY: 'sk-master-key' }, serviceBindings: { ORIGIN: origin } })
  })
  after(() => edge.dispose())
  const master = { token: 'sk-master-key' }
  /** @param {string} line @param {any} [body] @param {object} [who] */
  const call = (line, body, who = master) => edge.call(line, body, who)
  const send = (/** @type {string} */ token, /** @type {string} */ agent) =>
    call(`POST /a2a/${agent}`, { message: { role: 'user', parts: [{ type: 'text', text: 'Hello' }] } }, { token })
  const generate = async (/** @type {object} */ body) => (await call('POST /key/generate', body)).body
  const agents = async (/** @type {string} */ token) => {
    const { body } = await call('GET /v1/agents', undefined, { token })
    return (body.agents ?? body).map((/** @type {any} */ { agent_id: id }) => id)
  }

  it('a key with agents calls these, and no other', async () => {
    const { key, token_id: hash, expires } = await generate({ object_permission: { agents: ['agent-123'] } })
    assert.match(key, /^sk-/)
    assert.deepEqual([hash, expires], [sha256(key), null])
    assert.equal((await send(key, 'agent-123')).status, 200)
    const blocked = await send(key, 'agent-456')
    assert.deepEqual([blocked.status, blocked.body], [403, { error: { message: 'Access denied to agent: agent-456', code: 403 } }])
    assert.deepEqual(await agents(key), ['agent-123'])
  })

  it('the holder of the master key lists all', async () => {
    assert.deepEqual(await agents('sk-master-key'), ['agent-123', 'agent-456'])
    assert.equal((await send('sk-master-key', 'agent-456')).status, 200)
  })

  it('key and team come together as in the table', async () => {
    const team = (await call('POST /team/new', { team_alias: 'support-team', object_permission: { agents: ['agent-1', 'agent-3'] } })).body
    assert.equal(team.team_alias, 'support-team')
    for (const [own, ofTeam, may] of /** @type {[string[] | undefined, boolean, string[]][]} */ ([
      [['agent-1', 'agent-2'], false, ['agent-1', 'agent-2']],
      [undefined, true, ['agent-1', 'agent-3']],
      [['agent-1', 'agent-2'], true, ['agent-1']],
      [undefined, false, []],
    ])) {
      const { key } = await generate({ ...(own && { object_permission: { agents: own } }), ...(ofTeam && { team_id: team.team_id }) })
      for (const agent of ['agent-1', 'agent-2', 'agent-3']) {
        assert.equal((await send(key, agent)).status, may.includes(agent) ? 200 : 403, `${own} ${ofTeam} ${agent}`)
      }
    }
    assert.equal((await call(`GET /team/info?team_id=${team.team_id}`)).body.keys.length, 2)
  })

  it('a key is told of, changed, blocked, unblocked and deleted', async () => {
    const { key } = await generate({ key_alias: 'mine', duration: '30d', object_permission: { agents: ['agent-123'] }, metadata: { a: 1 } })
    const { body } = await call(`GET /key/info?key=${key}`)
    assert.deepEqual([body.key, body.info.key_alias, body.info.object_permission.agents, body.info.blocked], [key, 'mine', ['agent-123'], false])
    assert.ok(Date.parse(body.info.expires) > Date.now() + 29 * 86_400_000)
    await call('POST /key/update', { key, object_permission: { agents: ['agent-456'], agent_access_groups: null } })
    assert.equal((await send(key, 'agent-456')).status, 200)
    assert.equal((await call('POST /key/block', { key })).body.blocked, true)
    assert.equal((await send(key, 'agent-456')).status, 401)
    assert.equal((await call('POST /key/unblock', { key })).body.blocked, false)
    assert.equal((await send(key, 'agent-456')).status, 200)
    assert.deepEqual((await call('POST /key/delete', { keys: [key] })).body, { deleted_keys: [key] })
    assert.equal((await send(key, 'agent-456')).status, 401)
    const gone = await call(`GET /key/info?key=${key}`)
    assert.deepEqual([gone.status, gone.body], [404, { error: { message: 'Key not found in database', type: 'invalid_request_error', param: null, code: '404' } }])
  })

  it('a team is changed, blocked and deleted, and so are its keys', async () => {
    const { team_id } = (await call('POST /team/new', { team_id: 'team-abc-123', team_alias: 'abc', object_permission: { agents: ['agent-123'] } })).body
    const { key } = await generate({ team_id })
    assert.equal((await send(key, 'agent-123')).status, 200)
    await call('POST /team/update', { team_id, object_permission: { agents: ['agent-456'] } })
    assert.deepEqual([(await send(key, 'agent-123')).status, (await send(key, 'agent-456')).status], [403, 200])
    await call('POST /team/block', { team_id })
    assert.equal((await send(key, 'agent-456')).status, 401)
    await call('POST /team/unblock', { team_id })
    assert.equal((await send(key, 'agent-456')).status, 200)
    await call('POST /team/delete', { team_ids: [team_id] })
    assert.notEqual((await send(key, 'agent-456')).status, 200, 'a key of a team that is gone')
    const gone = await call(`GET /team/info?team_id=${team_id}`)
    assert.deepEqual([gone.status, gone.body.error.message], [404, `Team not found, passed team id: ${team_id}`])
  })

  for (const [what, line, body, who, status] of /** @type {[string, string, any, any, number][]} */ ([
    ['a member that nobody knows', 'POST /key/generate', { agents: ['agent-1'] }, master, 400],
    ['a duration that is none', 'POST /key/generate', { duration: 'long' }, master, 400],
    ['a duration that never ends', 'POST /key/generate', { duration: '999999999w' }, master, 400],
    ['a key that is too short', 'POST /key/generate', { key: 'sk-short' }, master, 400],
    ['a team that is not there', 'POST /key/generate', { team_id: 'nobody' }, master, 404],
    ['somebody without a credential', 'POST /key/generate', {}, { token: '' }, 401],
    ['a key that may not', 'POST /key/generate', {}, 'key', 403],
    ['a key that wants to know of itself', 'GET /key/info?key=x', undefined, 'key', 403],
  ])) {
    it(`refuses ${what}, in its words`, async () => {
      const sender = who === 'key' ? { token: (await generate({ object_permission: { agents: ['agent-123'] } })).key } : who
      const answer = await call(line, body, sender)
      assert.deepEqual([answer.status, answer.body.error.code], [status, String(status)])
    })
  }
})

describe('as AgentWarden has it', () => {
  /** @type {ReturnType<typeof startEdge>} */
  let edge
  before(() => { edge = startEdge({ control: { compatible: ['agentwarden'] } }) })
  after(() => edge.dispose())
  const who = { token: tokenOf('t', ['gate:read', 'gate:write', 'gate:evaluate']) }
  /** @param {string} line @param {any} [body] @param {object} [sender] */
  const call = (line, body, sender = who) => edge.call(line, body, sender)
  const check = async (/** @type {string} */ agent, /** @type {object} */ context) => (await call('POST /sdk/check', { agent_id: agent, action: 'stripe.refund', context })).body

  it('agents and permissions, and what checks make of them at once', async () => {
    const agent = await call('POST /api/agents', { name: 'Support Bot', description: 'helps' })
    assert.deepEqual([agent.status, agent.body.name, agent.body.status], [201, 'Support Bot', 'active'])
    const { id } = agent.body
    const first = await call(`POST /api/agents/${id}/permissions`, '{"action": "stripe.refund", "max_amount": 100.00, "requires_approval": false}')
    assert.deepEqual([first.status, first.body.max_amount, first.body.requires_approval], [201, 100, false])
    const second = await call(`POST /api/agents/${id}/permissions`, { action: 'stripe.refund', max_amount: 500, requires_approval: true })
    const codes = async () => [(await check(id, { amount: 50 })).code, (await check(id, { amount: 150 })).code, (await check(id, { amount: 501 })).code]
    assert.deepEqual(await codes(), ['allowed', 'approval_required', 'amount_exceeded'])
    assert.equal((await call(`GET /api/agents/${id}/permissions`)).body.length, 2)

    assert.equal((await call(`DELETE /api/agents/${id}/permissions/${second.body.id}`)).status, 204)
    assert.deepEqual(await codes(), ['allowed', 'amount_exceeded', 'amount_exceeded'])
    assert.equal((await call(`DELETE /api/permissions/${first.body.id}`)).status, 204)
    assert.deepEqual(await codes(), ['permission_missing', 'permission_missing', 'permission_missing'])

    const off = await call(`PUT /api/agents/${id}`, { status: 'inactive' })
    assert.deepEqual([off.body.status, off.body.name, (await check(id, {})).code], ['inactive', 'Support Bot', 'agent_inactive'])
    assert.equal((await call('GET /api/agents')).body.length, 1)
    assert.equal((await call(`DELETE /api/agents/${id}`)).status, 204)
    assert.equal((await call('POST /sdk/check', { agent_id: id, action: 'x', context: {} })).status, 404)
  })

  it('two agents may have one name: it is for people', async () => {
    assert.deepEqual([(await call('POST /api/agents', { name: 'Twin' })).status, (await call('POST /api/agents', { name: 'Twin' })).status], [201, 201])
  })

  for (const [what, line, body, sender, status, detail] of /** @type {[string, string, any, any, number, string?][]} */ ([
    ['an agent that is not there', 'GET /api/agents/nobody', undefined, who, 404, 'Agent not found'],
    ['permissions of nobody', 'POST /api/agents/nobody/permissions', { action: 'x.do' }, who, 404, 'Agent not found'],
    ['a permission that is not there', 'DELETE /api/permissions/nobody', undefined, who, 404, 'Permission not found'],
    ['a member that is misspelt', 'POST /api/agents', { name: 'x', stauts: 'inactive' }, who, 400],
    ['an amount that is a text', 'POST /api/agents/nobody/permissions', { action: 'x.do', max_amount: '5' }, who, 400],
    ['somebody without a credential', 'GET /api/agents', undefined, { token: '' }, 401],
    ['somebody who may only check', 'GET /api/agents', undefined, { token: tokenOf('t', ['gate:evaluate']) }, 403],
    ['another tenant', 'DELETE /api/agents/nobody', undefined, { token: tokenOf('u', ['gate:write']) }, 404, 'Agent not found'],
  ])) {
    it(`refuses ${what}`, async () => {
      const answer = await call(line, body, sender)
      assert.deepEqual([answer.status, Object.keys(answer.body)], [status, ['detail']])
      if (detail !== undefined) assert.equal(answer.body.detail, detail)
    })
  }
})

describe('without the word of the policy', () => {
  it('none of these calls is the gate\'s own', async () => {
    const edge = startEdge({}, { serviceBindings: { ORIGIN: origin } })
    try {
      for (const line of ['POST /key/generate', 'GET /team/info', 'GET /api/agents', 'DELETE /api/permissions/x']) {
        const { status, body } = await edge.call(line, line.startsWith('POST') ? {} : undefined, { token: MASTER })
        assert.deepEqual([status, body.detail], [403, 'no route has this method and path'], line)
      }
    } finally {
      await edge.dispose()
    }
  })
})
