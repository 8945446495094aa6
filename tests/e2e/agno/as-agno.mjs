// Where the flavour `agno-3.1` does what AgentOS does, and the strict one does not.
import assert from 'node:assert/strict'
import { answered, idsOf, told } from './client.mjs'

/**
 * @param {import('./client.mjs').Callers} callers
 * @returns {import('./client.mjs').Cases}
 */
export const asAgno = ({ web, nobody, holder, withScopes, now }) => ({
  'web_user runs web-search-agent, and not finance-agent': async () => {
    answered(await web('/agents/web-search-agent/runs', told('Search')), 200)
    const answer = await web('/agents/finance-agent/runs', told('Analyze'))
    answered(answer, 403)
    assert.equal(answer.detail, 'Insufficient permissions. Required scope(s): agents:run')
  },
  'nobody runs nothing': async () => {
    const answer = await nobody('/agents/web-search-agent/runs', told('Search'))
    answered(answer, 401)
    assert.equal(answer.detail, 'Authorization header missing')
  },
  'lists are filtered': async () => {
    assert.deepEqual(idsOf(await withScopes('agents:finance-agent:read')('/agents')), ['finance-agent'])
    assert.deepEqual(idsOf(await withScopes('agents::read')('/agents')), ['web-search-agent', 'finance-agent'])
  },
  'what AgentOS leaves open is open': async () => {
    for (const path of ['/', '/health', '/info']) answered(await nobody(path), 200)
    answered(await nobody('/nothing/here'), 401)
  },
  'a route that is in no table is open to every token': async () => {
    const answer = await withScopes()('/nothing/here')
    answered(answer, 404)
    assert.equal(answer.detail, 'Not Found')
  },
  'a scope with an empty id grants every agent': async () =>
    answered(await withScopes('agents::run')('/agents/finance-agent/runs', told('Analyze')), 200),
  'a token without expiry does not expire': async () => {
    answered(await holder({ sub: 'web_user', scopes: ['agents:read'], exp: undefined })('/agents'), 200)
    answered(await holder({ sub: 'web_user', scopes: ['agents:read'], exp: now - 60 })('/agents'), 401)
  },
  'sessions are not isolated': async () => {
    const alice = holder({ sub: 'alice', scopes: ['sessions:read', 'agents:run'] })
    const bob = holder({ sub: 'bob', scopes: ['sessions:read', 'agents:run'] })
    const mine = told('mine', { session_id: 'of-alice', user_id: 'alice' })
    answered(await alice('/agents/web-search-agent/runs', mine), 200)
    answered(await bob('/sessions/of-alice?type=agent&user_id=alice'), 200)
  },
  'the second gate of AgentOS is there, too': async () => {
    const answer = await withScopes('agents:finance-agent:read')('/agents/finance-agent/runs?session_id=nothing')
    answered(answer, 403)
    assert.equal(answer.detail, 'Access denied to run this agent')
  },
})
