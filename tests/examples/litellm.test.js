// The `curl` lines of LiteLLM's page "Agent Permission Management", as they stand there, against the example.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { AGENTS, startOrigin } from '../../examples/litellm/origin.mjs'
import { curl, startExample } from './curl.js'

const HOST = 'http://localhost:4000'

/** Each command of the page, by the title it has there. */
const PAGE = {
  'List all agents': `curl "http://localhost:4000/v1/agents" \\
  -H "Authorization: Bearer sk-master-key"`,
  'Create key with agent permissions': `curl -X POST "http://localhost:4000/key/generate" \\
  -H "Authorization: Bearer sk-master-key" \\
  -H "Content-Type: application/json" \\
  -d '{
    "object_permission": {
      "agents": ["agent-123"]
    }
  }'`,
  'Invoke allowed agent': `curl -X POST "http://localhost:4000/a2a/agent-123" \\
  -H "Authorization: Bearer sk-your-new-key" \\
  -H "Content-Type: application/json" \\
  -d '{"message": {"role": "user", "parts": [{"type": "text", "text": "Hello"}]}}'`,
  'Invoke blocked agent': `curl -X POST "http://localhost:4000/a2a/agent-456" \\
  -H "Authorization: Bearer sk-your-new-key" \\
  -H "Content-Type: application/json" \\
  -d '{"message": {"role": "user", "parts": [{"type": "text", "text": "Hello"}]}}'`,
  'Create team with agent permissions': `curl -X POST "http://localhost:4000/team/new" \\
  -H "Authorization: Bearer sk-master-key" \\
  -H "Content-Type: application/json" \\
  -d '{
    "team_alias": "support-team",
    "object_permission": {
      "agents": ["agent-123"]
    }
  }'`,
  'Create key for team': `curl -X POST "http://localhost:4000/key/generate" \\
  -H "Authorization: Bearer sk-master-key" \\
  -H "Content-Type: application/json" \\
  -d '{
    "team_id": "team-abc-123"
  }'`,
  'Invoke allowed agent (team)': `curl -X POST "http://localhost:4000/a2a/agent-123" \\
  -H "Authorization: Bearer sk-team-key" \\
  -H "Content-Type: application/json" \\
  -d '{"message": {"role": "user", "parts": [{"type": "text", "text": "Hello"}]}}'`,
  'Invoke blocked agent (team)': `curl -X POST "http://localhost:4000/a2a/agent-456" \\
  -H "Authorization: Bearer sk-team-key" \\
  -H "Content-Type: application/json" \\
  -d '{"message": {"role": "user", "parts": [{"type": "text", "text": "Hello"}]}}'`,
  'Get key info': `curl "http://localhost:4000/key/info?key=sk-your-key" \\
  -H "Authorization: Bearer sk-master-key"`,
}

/** What the page says of an agent that may not be called. */
const DENIED = { status: 403, body: { error: { message: 'Access denied to agent: agent-456', code: 403 } } }

/** The four rows of the page's table: lists of the key and of the team, and what the key may then call. */
const TABLE = /** @type {[string[] | undefined, string[] | undefined, string[]][]} */ ([
  [undefined, undefined, ['agent-1', 'agent-2', 'agent-3']],
  [['agent-1', 'agent-2'], undefined, ['agent-1', 'agent-2']],
  [undefined, ['agent-1', 'agent-3'], ['agent-1', 'agent-3']],
  [['agent-1', 'agent-2'], ['agent-1', 'agent-3'], ['agent-1']],
])

describe('the page of LiteLLM', () => {
  const roster = [...AGENTS]
  /** @type {Awaited<ReturnType<typeof startExample>>} */
  let example
  before(async () => {
    example = await startExample('litellm', startOrigin, { GATEWRIGHT_MASTER_KEY: 'sk-master-key' }, { agents: roster })
  })
  after(() => example?.close())
  /** @param {keyof typeof PAGE} title @param {Record<string, string>} [got] */
  const say = (title, got) => curl(PAGE[title], HOST, example.url, got)

  it('lists the agents, as the page shows them', async () => {
    const { status, body } = await say('List all agents')
    assert.equal(status, 200)
    assert.deepEqual(body, {
      agents: [{ agent_id: 'agent-123', name: 'Support Agent' }, { agent_id: 'agent-456', name: 'Sales Agent' }],
    })
  })

  it('gives a key its agents, and no other', async () => {
    const { status, body } = await say('Create key with agent permissions')
    assert.equal(status, 200)
    assert.match(body.key, /^sk-/)
    const got = { 'sk-your-new-key': body.key }
    assert.equal((await say('Invoke allowed agent', got)).status, 200)
    assert.deepEqual(await say('Invoke blocked agent', got), DENIED)
    const seen = await say('List all agents', { 'sk-master-key': body.key })
    assert.deepEqual(seen, { status: 200, body: { agents: [{ agent_id: 'agent-123', name: 'Support Agent' }] } })
    const { status: known, body: info } = await say('Get key info', { 'sk-your-key': body.key })
    assert.deepEqual([known, info.key, info.info.object_permission.agents], [200, body.key, ['agent-123']])
  })

  it('gives a team its agents, and a key of the team the same', async () => {
    const { status, body: team } = await say('Create team with agent permissions')
    assert.deepEqual([status, team.team_alias, typeof team.team_id], [200, 'support-team', 'string'])
    // Once with the id of the answer, and once as the page has it.
    for (const named of /** @type {Record<string, string>[]} */ ([{ 'team-abc-123': team.team_id }, {}])) {
      const { status: made, body } = await say('Create key for team', named)
      assert.deepEqual([made, body.team_id], [200, named['team-abc-123'] ?? 'team-abc-123'])
      const got = { 'sk-team-key': body.key }
      assert.equal((await say('Invoke allowed agent (team)', got)).status, 200)
      assert.deepEqual(await say('Invoke blocked agent (team)', got), DENIED)
      const seen = await say('List all agents', { 'sk-master-key': body.key })
      assert.deepEqual(seen.body.agents.map((/** @type {any} */ { agent_id: id }) => id), ['agent-123'])
    }
  })

  it('lets nobody in by a key that was never made', async () => {
    for (const title of /** @type {(keyof typeof PAGE)[]} */ (['Invoke allowed agent', 'Invoke allowed agent (team)'])) {
      assert.equal((await say(title)).status, 401)
    }
  })

  it('holds in all four rows of the table', async () => {
    for (const id of ['agent-1', 'agent-2', 'agent-3']) roster.push({ agent_id: id, name: id })
    const lists = (/** @type {string} */ line, /** @type {string[]} */ agents) => line.replace('["agent-123"]', JSON.stringify(agents))
    for (const [own, ofTeam, may] of TABLE) {
      const team = ofTeam && (await curl(lists(PAGE['Create team with agent permissions'], ofTeam), HOST, example.url)).body.team_id
      const members = { ...(own && { object_permission: { agents: own } }), ...(team && { team_id: team }) }
      const line = PAGE['Create key for team'].replace(/-d '[^']*'/, `-d '${JSON.stringify(members)}'`)
      const { key } = (await curl(line, HOST, example.url)).body
      for (const agent of ['agent-1', 'agent-2', 'agent-3']) {
        const { status } = await say('Invoke allowed agent', { 'agent-123': agent, 'sk-your-new-key': key })
        assert.equal(status, may.includes(agent) ? 200 : 403, `${own} ${ofTeam} ${agent}`)
      }
      const seen = (await say('List all agents', { 'sk-master-key': key })).body.agents.map((/** @type {any} */ { agent_id: id }) => id)
      const all = own === undefined && ofTeam === undefined ? roster.map(({ agent_id: id }) => id) : may
      assert.deepEqual(seen, all)
    }
  })
})
