// What AgentWarden's client makes of the gate's answers.
import assert from 'node:assert/strict'
import { startEdge, tokenOf } from '../../workerd/edge.js'

const ACTION = 'stripe.refund'
const TENANT = 'shop'
const operator = { token: tokenOf(TENANT, ['gate:read', 'gate:write', 'approvals:write'], 'olga') }
const SECONDS = 10

/** What the page of AgentWarden permits: small refunds, and larger ones with approval. */
const PERMISSIONS = [
  { action: ACTION, max_amount: 100, requires_approval: false },
  { action: ACTION, max_amount: 500, requires_approval: true },
]

/** @typedef {ReturnType<typeof import('./client.mjs').startClient>} Client */

/**
 * A gate with an agent and a key, and how the client asks it.
 *
 * @param {Client} client
 * @param {string} [script] of the Worker
 */
async function setUp(client, script) {
  const edge = startEdge({ control: { max_stale_seconds: 1, compatible: ['agentwarden'] } }, {}, script)
  const url = (await edge.worker.ready).origin
  /** @param {string} line @param {any} [body] */
  const call = async (line, body) => (await edge.call(line, body, operator)).body
  const newAgent = async () => {
    const { id } = await call('POST /api/agents', { name: 'Support Bot' })
    for (const permission of PERMISSIONS) await call(`POST /api/agents/${id}/permissions`, permission)
    return id
  }
  const { key, id: hash } = await call('POST /.gate/api/keys', { kind: 'sdk' })
  const agent = await newAgent()
  /** @param {'check' | 'execute' | 'log'} kind @param {object} [asked] @param {string} [withKey] */
  const ask = (kind, asked, withKey = key) => client.ask(url, withKey, { call: kind, agent, action: ACTION, ...asked })
  const logged = async (/** @type {string} */ of, /** @type {string} */ status) => {
    const deadline = Date.now() + SECONDS * 1000
    for (;;) {
      const { items } = await call('GET /.gate/api/audit?kind=log&limit=100')
      if (items.some((/** @type {any} */ { entry }) => entry.agent_id === of && entry.status === status)) return
      assert.ok(Date.now() < deadline, `\`${status}\` is not in the ledger`)
    }
  }
  return { edge, call, ask, agent, key, hash, newAgent, logged, dispose: edge.dispose }
}

/** @param {Client} client */
export async function sound(client) {
  const { call, ask, agent, hash, newAgent, logged, dispose } = await setUp(client)
  /** @type {Record<string, () => Promise<void>>} */
  const cases = {
    'what is allowed passes, and runs once': async () => {
      assert.deepEqual(await ask('check', { context: { amount: 50 } }), { allowed: true, requires_approval: false, reason: null, passes: true, ran: 0 })
      assert.deepEqual(await ask('execute', { context: { amount: 100 } }), { returned: 'done', ran: 1 })
      await logged(agent, 'success')
    },
    'what is denied does not pass, and does not run': async () => {
      const told = await ask('check', { context: { amount: 501 } })
      assert.deepEqual([told.allowed, told.requires_approval, told.passes], [false, false, false])
      assert.match(told.reason, /500/)
      const { raised, ran } = await ask('execute', { context: { amount: 501 } })
      assert.deepEqual([raised, ran], ['PermissionDeniedError', 0])
      await logged(agent, 'blocked')
    },
    'an action without a permission is denied, and so is an amount that is not there': async () => {
      assert.equal((await ask('execute', { action: 'database.delete', context: {} })).raised, 'PermissionDeniedError')
      assert.equal((await ask('execute', {})).raised, 'PermissionDeniedError')
      assert.equal((await ask('execute', { context: { amount: '50' } })).raised, 'PermissionDeniedError')
    },
    'what needs approval waits, runs once when it is approved, and waits again': async () => {
      const context = { amount: 300, order: 'o-1' }
      const waiting = await ask('check', { context })
      assert.deepEqual(waiting, { allowed: false, requires_approval: true, reason: 'This action requires human approval', passes: false, ran: 0 })
      const before = await ask('execute', { context })
      assert.deepEqual([before.raised, before.ran], ['ApprovalRequiredError', 0])
      await logged(agent, 'pending_approval')
      const { items } = await call('GET /.gate/api/approvals?state=pending')
      assert.equal(items.length, 1, 'asking again asks for nothing new')
      assert.equal((await call(`POST /.gate/api/approvals/${items[0].id}/decision`, { approve: true })).state, 'approved')
      assert.equal((await ask('execute', { context: { ...context, amount: 301 } })).raised, 'ApprovalRequiredError')
      assert.deepEqual(await ask('execute', { context }), { returned: 'done', ran: 1 })
      assert.deepEqual((await ask('execute', { context })).raised, 'ApprovalRequiredError')
    },
    'an agent that nobody knows is told so': async () => {
      for (const kind of /** @type {const} */ (['check', 'execute'])) {
        const { raised, ran } = await ask(kind, { agent: 'nobody', context: { amount: 1 } })
        assert.deepEqual([raised, ran], ['AgentNotFoundError', 0])
      }
    },
    'a wrong key is told so, and one that is for something else passes nothing': async () => {
      const virtual = (await call('POST /.gate/api/keys', { alias: 'v' })).key
      for (const [key, expected] of [['ak_wrong_wrong_wrong_wrong_wrong', 'AuthenticationError'], ['x', 'AuthenticationError'], [virtual, 'APIError']]) {
        for (const kind of /** @type {const} */ (['check', 'execute', 'log'])) {
          const { raised, text, ran } = await ask(kind, { context: { amount: 1 }, status: 'success' }, key)
          assert.deepEqual([raised, ran], [expected, 0], kind)
          assert.ok(key === 'x' || !text.includes(key), 'the key is in no answer')
        }
      }
    },
    'an agent that is switched off, and one whose permission is deleted, are denied at once': async () => {
      const other = await newAgent()
      const check = async () => (await ask('check', { agent: other, context: { amount: 1 } })).allowed
      assert.equal(await check(), true)
      await call(`PUT /api/agents/${other}`, { status: 'inactive' })
      assert.equal(await check(), false)
      await call(`PUT /api/agents/${other}`, { status: 'active' })
      assert.equal(await check(), true)
      for (const { id } of await call(`GET /api/agents/${other}/permissions`)) await call(`DELETE /api/permissions/${id}`)
      assert.equal(await check(), false)
    },
    'a log is answered as the client reads it, and one with a status that is none is not': async () => {
      const told = await ask('log', { status: 'success', context: { amount: 1 } })
      assert.match(told.id, /^log_/)
      assert.deepEqual([told.agent_id, told.status], [agent, 'success'])
      assert.equal((await ask('log', { status: 'splendid' })).raised, 'APIError')
      assert.equal((await ask('log', { status: 'success' }, 'ak_wrong_wrong_wrong_wrong_wrong')).raised, 'AuthenticationError')
    },
    'a key that is deleted is gone at once': async () => {
      assert.equal((await ask('check', { context: { amount: 1 } })).allowed, true)
      await call(`DELETE /.gate/api/keys/${hash}`)
      assert.equal((await ask('check', { context: { amount: 1 } })).raised, 'AuthenticationError')
      assert.equal((await ask('execute', { context: { amount: 1 } })).ran, 0)
    },
  }
  return { cases, dispose }
}

/** A Worker of which one object fails, once it is told to. @param {string} name @param {string} file @param {string} method */
const without = (name, file, method) => `
  import { ${name} as Real } from './pkg/state/${file}.js'
  import worker from './pkg/worker.js'
  export * from './pkg/worker.js'
  let isAway = false
  export class ${name} extends Real {
    ${method}(...given) { if (isAway) throw new Error('away'); return super.${method}(...given) }
  }
  export default {
    fetch(request, env, ctx) {
      if (new URL(request.url).pathname !== '/break') return worker.fetch(request, env, ctx)
      isAway = true
      return new Response()
    },
  }`

/** @param {Client} client @returns {Record<string, () => Promise<void>>} */
export const broken = (client) => ({
  'what was done is not reported as failed because the ledger is away': async () => {
    const { edge, ask, dispose } = await setUp(client, without('Ledger', 'ledger', 'append'))
    try {
      await edge.call('POST /break')
      assert.deepEqual(await ask('execute', { context: { amount: 50 } }), { returned: 'done', ran: 1 })
      assert.equal((await ask('execute', { context: { amount: 501 } })).raised, 'PermissionDeniedError')
      const deadline = Date.now() + SECONDS * 1000
      while ((await edge.call('GET /.gate/ready')).body.lost < 4) assert.ok(Date.now() < deadline, 'what is lost is counted')
    } finally {
      await dispose()
    }
  },
  'nothing runs while the registry, the approvals or the keys are away': async () => {
    for (const [name, file, method, amount] of /** @type {[string, string, string, number][]} */ ([
      ['Registry', 'registry', 'snapshot', 50], ['Approvals', 'approvals', 'read', 300], ['KeyShard', 'key-shard', 'look', 50],
    ])) {
      const { edge, ask, dispose } = await setUp(client, without(name, file, method))
      try {
        await edge.call('POST /break')
        const told = await ask('execute', { context: { amount } })
        assert.deepEqual([typeof told.raised, told.returned, told.ran], ['string', undefined, 0], name)
        assert.notEqual((await ask('check', { context: { amount } })).passes, true, name)
      } finally {
        await dispose()
      }
    }
  },
})
