// What the strict flavour lets through to a real AgentOS, and what it does not.
import assert from 'node:assert/strict'
import { answered, idsOf, told } from './client.mjs'

const SPREAD_MS = 150
const READ_SESSIONS = ['sessions:read', 'sessions:write', 'agents:*:run']

/**
 * @param {import('./client.mjs').Callers} callers
 * @returns {import('./client.mjs').Cases}
 */
export const strict = (callers) => ({ ...runs(callers), ...tokens(callers), ...lists(callers), ...isolation(callers) })

/**
 * The example of Agno: permissions by agent.
 *
 * @param {import('./client.mjs').Callers} callers
 * @returns {import('./client.mjs').Cases}
 */
const runs = ({ web, finance, power, nobody, withScopes, holder }) => ({
  'web_user runs web-search-agent': async () => {
    const answer = await web('/agents/web-search-agent/runs', told('Search for AI news'))
    answered(answer, 200)
    assert.equal(answer.body.content, 'you said: Search for AI news')
    assert.equal(answer.body.user_id, 'web_user')
  },
  'web_user may not run finance-agent': async () => {
    const answer = await web('/agents/finance-agent/runs', told('Analyze stock'))
    answered(answer, 403)
    assert.match(answer.detail, /^Insufficient permissions\. Required scope\(s\): agents:/)
    assert.match(String(answer.headers.get('www-authenticate')), /error="insufficient_scope"/)
  },
  'finance_user runs finance-agent': async () => {
    const answer = await finance('/agents/finance-agent/runs', told('Analyze market trends'))
    answered(answer, 200)
    assert.equal(answer.body.user_id, 'finance_user')
  },
  'finance_user may not run web-search-agent': async () =>
    answered(await finance('/agents/web-search-agent/runs', told('Search')), 403),
  'power_user runs both': async () => {
    answered(await power('/agents/web-search-agent/runs', told('Search')), 200)
    answered(await power('/agents/finance-agent/runs', told('Analyze')), 200)
  },
  'nobody runs nothing': async () => {
    const answer = await nobody('/agents/web-search-agent/runs', told('Search'))
    answered(answer, 401)
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer')
    assert.equal(answer.detail, 'Authorization header missing')
  },
  'an agent of another spelling is another agent': async () =>
    answered(await web('/agents/Web-Search-Agent/runs', told('Search')), 403),
  'an unknown agent is forbidden to who may run another': async () =>
    answered(await web('/agents/ghost/runs', told('Search')), 403),
  'an unknown agent is unknown to who may run all': async () => {
    const answer = await withScopes('agents:*:run')('/agents/ghost/runs', told('Search'))
    answered(answer, 404)
    assert.equal(answer.detail, 'Agent not found')
  },
  'scopes for agents run no team and no workflow': async () => {
    answered(await power('/teams/research-team/runs', told('Search')), 403)
    answered(await power('/workflows/daily-report/runs', told('Search')), 403)
  },
  'a team and a workflow run with scopes of their own': async () => {
    answered(await withScopes('teams:research-team:run')('/teams/research-team/runs', told('Search')), 200)
    answered(await withScopes('workflows:daily-report:run')('/workflows/daily-report/runs', told('Report')), 200)
  },
  'the runs of an agent ask for read and run': async () => {
    const path = '/agents/finance-agent/runs?session_id=nothing'
    answered(await withScopes('agents:finance-agent:read')(path), 403)
    answered(await withScopes('agents:finance-agent:run')(path), 403)
    const scopes = ['agents:finance-agent:read', 'agents:finance-agent:run']
    const both = await holder({ sub: 'web_user', session_id: 'nothing', scopes })(path)
    assert.ok(![401, 403].includes(both.status), `answered ${both.status}`)
  },
  'a run streams, event by event': async () => {
    const form = { message: 'one two three', stream: 'true' }
    const { status, events, headers } = await web('/agents/web-search-agent/runs', { form })
    assert.equal(status, 200)
    assert.match(String(headers.get('content-type')), /^text\/event-stream/)
    const names = events.map(({ event }) => event)
    assert.equal(names[0], 'RunStarted')
    assert.equal(names.at(-1), 'RunCompleted')
    const words = events.filter(({ event }) => event === 'RunContent')
    assert.equal(words.map(({ data }) => data.content).join('').trim(), 'you said: one two three')
    const spread = (words.at(-1)?.at ?? 0) - (words[0]?.at ?? 0)
    assert.ok(spread > SPREAD_MS, `all words came within ${spread.toFixed(0)} ms: the stream was held back`)
  },
})

/**
 * @param {import('./client.mjs').Callers} callers
 * @returns {import('./client.mjs').Cases}
 */
const tokens = ({ holder, nobody, now, withScopes, admin }) => ({
  'health is open, and nothing else': async () => {
    answered(await nobody('/health'), 200)
    for (const path of ['/', '/info', '/config', '/docs', '/nothing/here']) answered(await nobody(path), 401)
  },
  'an expired token is told so': async () => {
    const answer = await holder({ sub: 'web_user', scopes: ['agents:read'], exp: now - 60 })('/agents')
    answered(answer, 401)
    assert.equal(answer.detail, 'Token has expired')
  },
  'a token of another key is none': async () => {
    const claims = { sub: 'web_user', scopes: ['agents:read'] }
    const answer = await holder(claims, 'another-key-another-key-another-key-12')('/agents')
    answered(answer, 401)
    assert.match(answer.detail, /^Invalid token: /)
  },
  'a token without expiry is none': async () =>
    answered(await holder({ sub: 'web_user', scopes: ['agents:read'], exp: undefined })('/agents'), 401),
  'a token without subject is none': async () =>
    answered(await holder({ scopes: ['agents:read'] })('/agents'), 401),
  'a scope with an empty id grants nothing': async () =>
    answered(await withScopes('agents::run')('/agents/finance-agent/runs', told('Analyze')), 403),
  'an admin may do what is known, and not what is not': async () => {
    answered(await admin('/agents/finance-agent/runs', told('Analyze')), 200)
    answered(await admin('/nothing/here'), 403)
  },
  'a path that can be read in two ways is refused': async () => {
    for (const path of ['/agents/finance-agent%2Fruns', '/agents//finance-agent', '/agents/finance-agent%00']) {
      answered(await admin(path), 400)
    }
  },
})

/**
 * @param {import('./client.mjs').Callers} callers
 * @returns {import('./client.mjs').Cases}
 */
const lists = ({ web, withScopes }) => ({
  'a list holds all agents that may be read': async () => {
    const answer = await web('/agents')
    answered(answer, 200)
    assert.deepEqual(idsOf(answer), ['web-search-agent', 'finance-agent'])
  },
  'a list holds no agent that may not be read': async () => {
    const answer = await withScopes('agents:finance-agent:read')('/agents')
    answered(answer, 200)
    assert.deepEqual(idsOf(answer), ['finance-agent'])
    assert.equal(answer.body[0].model.name, 'Echo')
  },
  'a list of nothing that exists is empty': async () => {
    const answer = await withScopes('agents:ghost:read')('/agents')
    answered(answer, 200)
    assert.deepEqual(answer.body, [])
  },
  'who may only run gets no list': async () => answered(await withScopes('agents:finance-agent:run')('/agents'), 403),
  'teams and workflows are lists of their own': async () => {
    const teams = withScopes('teams:research-team:read')
    assert.deepEqual(idsOf(await teams('/teams')), ['research-team'])
    answered(await teams('/workflows'), 403)
    assert.deepEqual(idsOf(await withScopes('workflows:read')('/workflows')), ['daily-report'])
  },
  'one agent is read with its own scope': async () => {
    const caller = withScopes('agents:finance-agent:read')
    answered(await caller('/agents/finance-agent'), 200)
    answered(await caller('/agents/web-search-agent'), 403)
  },
  'the rosters in the configuration are filtered': async () => {
    const answer = await withScopes('config:read', 'agents:finance-agent:read')('/config')
    answered(answer, 200)
    assert.deepEqual(answer.body.agents.map((/** @type {any} */ { id }) => id), ['finance-agent'])
    assert.deepEqual([answer.body.teams, answer.body.workflows], [[], []])
    assert.equal(answer.body.os_id, 'my-agent-os')
  },
})

/**
 * Sessions belong to who made them.
 *
 * @param {import('./client.mjs').Callers} callers
 * @returns {import('./client.mjs').Cases}
 */
const isolation = ({ holder, admin }) => {
  const web = holder({ sub: 'web_user', scopes: READ_SESSIONS })
  const finance = holder({ sub: 'finance_user', scopes: READ_SESSIONS })
  const path = '/agents/web-search-agent/runs'
  const owners = (/** @type {import('./client.mjs').Answer} */ { body }) => [
    ...new Set(body.data.map((/** @type {any} */ { user_id }) => user_id)),
  ]
  return {
    'a run makes a session of the caller': async () => {
      const answer = await web(path, told('mine', { session_id: 'of-web-user' }))
      answered(answer, 200)
      assert.equal(answer.body.session_id, 'of-web-user')
      assert.equal(answer.body.user_id, 'web_user')
    },
    'a list of sessions holds the caller’s own': async () => {
      const answer = await web('/sessions?type=agent')
      answered(answer, 200)
      assert.deepEqual(owners(answer), ['web_user'])
    },
    'who asks for the sessions of another gets none of them': async () => {
      const answer = await finance('/sessions?type=agent&user_id=web_user')
      if (answer.status === 200) assert.ok(!owners(answer).includes('web_user'), JSON.stringify(owners(answer)))
      else answered(answer, 403)
    },
    'the session of another is not there': async () => {
      answered(await web('/sessions/of-web-user?type=agent'), 200)
      answered(await finance('/sessions/of-web-user?type=agent'), 404)
      answered(await finance('/sessions/of-web-user?type=agent&user_id=finance_user&user_id=web_user'), 404)
    },
    'nobody runs in the session of another': async () => {
      const answer = await finance(path, told('yours', { session_id: 'of-web-user' }))
      assert.ok(answer.status >= 400, `answered ${answer.status}: ${JSON.stringify(answer.body)}`)
    },
    'the runs of another are not there, for who knows their session': async () => {
      const scopes = ['agents:*:read', 'agents:*:run']
      const [run] = (await admin(`${path}?session_id=of-web-user`)).body
      const paths = [path, `${path}/${run.run_id}`, `${path}/${run.run_id}/checkpoints`]
      const inSession = (/** @type {string} */ session_id) => holder({ sub: 'web_user', session_id, scopes })
      answered(await inSession('of-web-user')(`${path}?session_id=of-web-user`), 200)
      for (const one of paths) {
        const asked = `${one}?session_id=of-web-user`
        answered(await finance(asked), 403)
        answered(await holder({ sub: 'finance_user', scopes })(asked), 403)
        const elsewhere = await holder({ sub: 'finance_user', session_id: 'of-finance', scopes })(asked)
        assert.ok(!JSON.stringify(elsewhere.body ?? '').includes('you said: mine'), asked)
      }
      for (const action of ['cancel', 'resume']) {
        const asked = `${path}/${run.run_id}/${action}?session_id=of-web-user`
        answered(await holder({ sub: 'finance_user', scopes })(asked, { method: 'POST' }), 403)
      }
    },
    'a form that names another user is refused': async () => {
      answered(await finance(path, told('for you', { user_id: 'web_user' })), 403)
    },
    'a form that names the caller is fine': async () => {
      answered(await finance(path, told('for me', { user_id: 'finance_user' })), 200)
    },
    'a JSON body that names another user is refused': async () => {
      const json = { session_id: 'made', agent_id: 'web-search-agent', user_id: 'web_user' }
      answered(await finance('/sessions?type=agent', { json }), 403)
    },
    'a JSON body without user is completed': async () => {
      const json = { session_id: 'made', agent_id: 'web-search-agent' }
      const answer = await finance('/sessions?type=agent', { json })
      answered(answer, 201)
      assert.equal(answer.body.user_id, 'finance_user')
    },
    'an admin sees the sessions of all': async () => {
      const answer = await admin('/sessions?type=agent&limit=100')
      answered(answer, 200)
      for (const user of ['web_user', 'finance_user']) assert.ok(owners(answer).includes(user), user)
    },
  }
}
