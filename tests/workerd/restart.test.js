// What is acknowledged is there after the runtime was killed in the middle of its work, and nothing is there twice.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { startEdge, tokenOf } from './edge.js'
import { exported, verified } from './ledger.js'
import { startState } from './state.js'

const agents = { bot: { permissions: [{ action: 'mail.send' }] } }
const budgets = [{ name: 'mail', calls: 120, per: 'tenant' }]
const who = { token: tokenOf('t', ['gate:read', 'gate:write', 'gate:evaluate']) }

describe('killed in the middle of 200 writes', () => {
  /** @type {string} */
  let folder
  before(async () => { folder = await mkdtemp(join(tmpdir(), 'gatewright-restart-')) })
  after(() => rm(folder, { recursive: true, maxRetries: 5 }))
  const start = () => startEdge({ agents, budgets }, { persistTo: folder })

  it('the gate goes on where it was', async () => {
    const first = start()
    /** @type {string[]} */
    const made = []
    let passed = 0
    const writes = Array.from({ length: 200 }, async (_, n) => {
      if (n % 2 === 0) {
        const { status, body } = await first.call('POST /.gate/api/teams', { id: `team-${n}`, agents: 'none' }, who)
        if (status === 201) made.push(body.id)
      } else {
        const { body } = await first.call('POST /sdk/check', { agent_id: 'bot', action: 'mail.send', context: {} }, who)
        if (body.allowed === true) passed += 1
      }
    })
    // At once: those that are cut off reject while the runtime ends.
    const settled = Promise.allSettled(writes)
    while (made.length + passed < 40) await new Promise((resolve) => setTimeout(resolve, 5))
    const acknowledged = { made: [...made], passed }
    await first.dispose()
    await settled

    const second = start()
    try {
      for (const id of made) assert.equal((await second.call(`GET /.gate/api/teams/${id}`, undefined, who)).status, 200, id)
      const { body } = await second.call('GET /.gate/api/budgets', undefined, who)
      const counted = body.items[0].counted?.calls ?? 0
      assert.ok(counted >= passed && passed >= acknowledged.passed, `${counted} counted, ${passed} let through`)
      let more = 0
      while ((await second.call('POST /sdk/check', { agent_id: 'bot', action: 'mail.send', context: {} }, who)).body.allowed) more += 1
      assert.equal(counted + more, 120, 'and no more than the budget, all in all')
    } finally {
      await second.dispose()
    }
  })

  it('the ledger has every change once, and its chain holds', async () => {
    const state = startState({ persistTo: folder })
    try {
      // Whatever still waits in the outbox is told with the next change.
      await state.call('REGISTRY', 'tenant:t', 'create', 'team', { id: 'last', body: {}, tenant: 't' }, { subject: 'ada', by: 'token' })
      const { items } = await state.call('REGISTRY', 'tenant:t', 'snapshot', -1)
      const rows = await state.call('LEDGER', 'tenant:t', 'list', { after: 0, limit: 10_000 })
      const created = rows.filter((/** @type {any} */ { kind }) => kind === 'control').map((/** @type {any} */ { entry }) => JSON.parse(entry).target.id)
      assert.deepEqual([...created].sort(), items.map((/** @type {any} */ { id }) => id).sort())
      const { faults, rows: count } = verified(await exported(state, 'tenant:t'))
      assert.deepEqual([faults, count], [[], rows.length])
    } finally {
      await state.dispose()
    }
  })
})
