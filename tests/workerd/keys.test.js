// Virtual keys in real workerd: a store made where a Worker starts, and one that answers late.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
// Of Miniflare, whose classes are others than Node's.
import { Response as Answer } from 'miniflare'
import { startWorker } from './gateway.js'

const script = `
  import { createWorker } from './pkg/worker.js'
  import { memoryStore } from './pkg/workerd.js'

  const held = memoryStore({
    keys: [
      { key: 'sk-one-agent', agents: ['agent-123'], subject: 'robot' },
      { key: 'sk-of-a-team', team: 'support' },
      { key: 'sk-of-the-past', agents: 'all', expires: 1 },
    ],
    teams: { support: { agents: ['agent-456'] } },
  })
  const store = {
    key: (hash) => held.key(hash) ?? new Promise((done) => setTimeout(done, 5)),
    team: async (name) => held.team(name),
  }
  const policy = { version: 1, authentication: { virtual_keys: {} }, routes: { profile: 'litellm' } }
  export default createWorker({ policy, store, report() {} })`

describe('a worker that takes virtual keys', () => {
  /** @type {import('miniflare').Miniflare} */
  let worker
  before(() => {
    const ORIGIN = (/** @type {any} */ request) => new Answer(request.headers.get('x-gatewright-subject') ?? 'nobody')
    worker = startWorker({ serviceBindings: { ORIGIN } }, script)
  })
  after(() => worker.dispose())

  for (const [name, key, agent, status, says] of /** @type {[string, string, string, number, string | undefined][]} */ ([
    ['lets a key in', 'sk-one-agent', 'agent-123', 200, 'robot'],
    ['keeps it out of others', 'sk-one-agent', 'agent-456', 403, undefined],
    ['lets in who is of a team', 'sk-of-a-team', 'agent-456', 200, 'nobody'],
    ['keeps it out of what is not the team\'s', 'sk-of-a-team', 'agent-123', 403, undefined],
    ['keeps out a key that has expired', 'sk-of-the-past', 'agent-123', 401, undefined],
    ['keeps out a key that nobody knows', 'sk-of-nobody', 'agent-123', 401, undefined],
  ])) {
    it(name, async () => {
      const asked = Array.from({ length: 20 }, () => worker.dispatchFetch(`http://gate/a2a/${agent}`, {
        method: 'POST', headers: { authorization: `Bearer ${key}` }, body: '{"jsonrpc":"2.0","id":"a"}',
      }))
      for (const response of await Promise.all(asked)) {
        assert.equal(response.status, status)
        const body = await response.text()
        if (says !== undefined) assert.equal(body, says)
        else assert.equal(JSON.parse(body).id, 'a')
      }
    })
  }
})
