// What becomes of rows while the ledger is away, slow or full, and when the runtime is killed: changes and
// approvals are never lost, and of everything else is known how much was.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { startEdge, tokenOf } from './edge.js'
import { killRuntime } from './killed.js'
import { exported, verified } from './ledger.js'
import { startState } from './state.js'

const actor = { subject: 'ada', by: 'token' }
const who = { token: tokenOf('t', ['gate:read', 'gate:write', 'gate:evaluate']) }
const pause = (/** @type {number} */ milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))
const agents = { bot: { permissions: [{ action: 'mail.send' }, { action: 'deploy', requires_approval: true }] } }

/**
 * The classes, with a ledger that does something first. `how` is what was said to be done, by `become`.
 *
 * @param {string} first with `source` and `rows`
 */
const withLedger = (first) => `
  import { Ledger as Real } from './pkg/state/ledger.js'
  export { Registry } from './pkg/state/registry.js'
  export { KeyShard } from './pkg/state/key-shard.js'
  export { Approvals } from './pkg/state/approvals.js'
  export { Meter } from './pkg/state/meter.js'
  let how = ''
  export class Ledger extends Real {
    become(word) { how = word }
    async append(source, rows) { ${first}; return super.append(source, rows) }
  }`
const EDGE = "export { default } from './pkg/worker.js'"
const RELAY = `
  export default {
    async fetch(request, env) {
      return Response.json(await Promise.all((await request.json()).map(async ([binding, name, method, given]) => {
        try { return { value: await env[binding].getByName(name)[method](...given) } } catch (error) { return { error: String(error) } }
      })))
    },
  }`
const HANGS = "if (how === 'hangs') await new Promise(() => {})"

/** @param {{ worker: import('miniflare').Miniflare }} edge @param {string} name */
async function ledgerOf({ worker }, name) {
  const ledgers = /** @type {any} */ (await worker.getDurableObjectNamespace('LEDGER'))
  return ledgers.get(ledgers.idFromName(name))
}

/** @param {() => Promise<boolean>} is @param {string} what */
async function until(is, what, milliseconds = 15_000) {
  const deadline = Date.now() + milliseconds
  while (!(await is())) {
    assert.ok(Date.now() < deadline, what)
    await pause(50)
  }
}

describe('rows that are written after the answer', () => {
  const log = (/** @type {ReturnType<typeof startEdge>} */ edge) => edge.call('POST /sdk/log', { agent_id: 'bot', action: 'x', status: 'success', context: {} }, who)
  const ready = async (/** @type {ReturnType<typeof startEdge>} */ edge) => (await edge.call('GET /.gate/ready', undefined, { token: '' })).body
  const entries = async (/** @type {any} */ ledger) => (await ledger.list({ after: 0, limit: 5000 })).map((/** @type {any} */ { entry }) => JSON.parse(entry).id)

  it('do not hold the answer up, are bounded, and what is lost is counted', async () => {
    const edge = startEdge({ agents }, {}, withLedger(HANGS) + EDGE)
    try {
      const ledger = await ledgerOf(edge, 'tenant:t')
      await log(edge)
      await ledger.become('hangs')
      await until(async () => (await ready(edge)).waiting === 0, 'the first is written')
      const begun = Date.now()
      const answers = await Promise.all(Array.from({ length: 1100 }, () => log(edge)))
      const took = Date.now() - begun
      assert.ok(answers.every(({ status }) => status === 200))
      const full = await ready(edge)
      assert.ok(took < 6000, `${took} ms: nobody has waited for the ledger to give up`)
      assert.deepEqual(full, { status: 'ready', waiting: 1000, lost: 100 })
      await until(async () => (await ready(edge)).waiting === 0, 'it is given up', 30_000)
      assert.equal((await ready(edge)).lost, 1100)
      await ledger.become('')
      const { body } = await log(edge)
      await until(async () => (await entries(ledger)).includes(body.id), 'the next is written')
      const rows = await ledger.list({ after: 0, limit: 5000 })
      const [first, last] = [rows[0], rows.at(-1)]
      assert.deepEqual([first.source, first.number, last.number], [last.source, 1, 1102], 'the ledger shows how many are missing')
    } finally {
      await edge.dispose()
    }
  })

  it('are there once, when the ledger fails at first, or fails after it has written', async () => {
    for (const first of [
      "if (how === 'fails') { how = 'once more'; throw new Error('away') } else if (how === 'once more') { how = ''; throw new Error('away') }",
      "if (how === 'fails') { how = ''; await super.append(source, rows); throw new Error('died') }",
    ]) {
      const edge = startEdge({ agents }, {}, withLedger(first) + EDGE)
      try {
        const ledger = await ledgerOf(edge, 'tenant:t')
        await ledger.become('fails')
        const ids = (await Promise.all(Array.from({ length: 30 }, () => log(edge)))).map(({ body }) => body.id)
        await until(async () => (await ready(edge)).waiting === 0, 'all are written')
        assert.deepEqual((await entries(ledger)).sort(), ids.sort())
        assert.deepEqual(await ready(edge), { status: 'ready', waiting: 0, lost: 0 })
        const { text } = await ledger.lines({ after: 0, limit: 1000 })
        assert.equal(verified(text).fault_count, 0)
      } finally {
        await edge.dispose()
      }
    }
  })

  it('go together when many come at a time', async () => {
    const edge = startEdge({ agents }, {}, `let calls = 0;${withLedger('calls += 1').replace('become(word) { how = word }', 'become() { return [calls, how] }')}${EDGE}`)
    try {
      const ledger = await ledgerOf(edge, 'tenant:t')
      await Promise.all(Array.from({ length: 200 }, () => log(edge)))
      await until(async () => (await entries(ledger)).length === 200, 'all are written')
      const [calls] = await ledger.become()
      assert.ok(calls < 100, `${calls} calls`)
    } finally {
      await edge.dispose()
    }
  })
})

describe('changes while the ledger', () => {
  const create = (/** @type {ReturnType<typeof startState>} */ state, /** @type {string} */ id, tenant = /** @type {string | null} */ (null)) =>
    state.call('REGISTRY', tenant === null ? 'none' : `tenant:${tenant}`, 'create', 'team', { id, body: {}, tenant }, actor)

  it('does not answer are made, and do not wait for it', async () => {
    const state = startState({}, withLedger(HANGS) + RELAY)
    try {
      await state.call('LEDGER', 'none', 'become', 'hangs')
      const times = []
      for (const id of ['a', 'b', 'c']) {
        const begun = Date.now()
        assert.equal((await create(state, id)).id, id)
        times.push(Date.now() - begun)
      }
      assert.ok(Math.max(...times) < 1500, `${times} ms`)
      const now = Date.now() / 1000
      const record = { id: 'apr', state: 'pending', kind: 'approval', requested_at: now, expires_at: now + 60 }
      const begun = Date.now()
      assert.equal(await state.call('APPROVALS', 'none', 'put', { binding: 'b', expected: 0, record, tenant: null, action: 'approval.request' }), 1)
      assert.ok(Date.now() - begun < 1500, 'approvals neither')
      assert.equal(await state.call('REGISTRY', 'none', 'unsaid'), 3)
      await state.call('LEDGER', 'none', 'become', '')
      await until(async () => (await state.call('LEDGER', 'none', 'head')).seq === 4, 'all are told')
      assert.deepEqual([await state.call('REGISTRY', 'none', 'unsaid'), await state.call('APPROVALS', 'none', 'unsaid')], [0, 0])
      assert.equal(verified(await exported(state, 'none')).fault_count, 0)
    } finally {
      await state.dispose()
    }
  })

  it('of another tenant is away are told', async () => {
    const state = startState({}, withLedger("if (this.ctx.id.name === 'tenant:broken') throw new Error('away')") + RELAY)
    try {
      const key = (/** @type {number} */ n, /** @type {string} */ tenant) => ({ hash: `a${n}`.padEnd(64, '0'), tenant, kind: 'virtual', label: { name: '…' }, body: {} })
      for (const [n, tenant] of ['broken', 'fine', 'broken', 'fine'].entries()) await state.call('KEYS', 'a', 'create', key(n, tenant), actor)
      await until(async () => (await state.call('LEDGER', 'tenant:fine', 'head')).seq === 2, 'they are told')
      assert.equal(await state.call('KEYS', 'a', 'unsaid'), 2)
    } finally {
      await state.dispose()
    }
  })

  it('has written, and did not live to say so, are there once', async () => {
    const state = startState({}, withLedger("if (how === 'fails') { how = ''; await super.append(source, rows); throw new Error('died') }") + RELAY)
    try {
      await state.call('LEDGER', 'none', 'become', 'fails')
      await create(state, 'a')
      await until(async () => (await state.call('REGISTRY', 'none', 'unsaid')) === 0, 'it is told')
      assert.equal((await state.call('LEDGER', 'none', 'head')).seq, 1)
    } finally {
      await state.dispose()
    }
  })
})

describe('a runtime that is killed', () => {
  /** @type {string} */
  let folder
  before(async () => { folder = await mkdtemp(join(tmpdir(), 'gatewright-killed-')) })
  after(() => rm(folder, { recursive: true, maxRetries: 5 }))

  it('tells the ledger of what was changed before, without being asked anything', async () => {
    // Where the ledger is away until it was killed: the new one knows nothing of the word.
    const script = withLedger("if (how === 'hangs' || how === 'away') throw new Error('away')") + RELAY
    const state = startState({ persistTo: join(folder, 'told') }, script)
    try {
      await state.call('LEDGER', 'none', 'become', 'away')
      for (const id of ['a', 'b', 'c']) await state.call('REGISTRY', 'none', 'create', 'team', { id, body: {}, tenant: null }, actor)
      assert.deepEqual(await state.call('LEDGER', 'none', 'head'), { seq: 0, hash: '0'.repeat(64) })
      await killRuntime()
      await until(async () => (await state.call('LEDGER', 'none', 'head').catch(() => ({ seq: 0 }))).seq === 3, 'the alarm was set before')
      assert.equal(verified(await exported(state, 'none')).fault_count, 0)
    } finally {
      await state.dispose()
    }
  })

  it('in the middle of 200 writes has lost nothing that it acknowledged, and written nothing twice', async () => {
    const state = startEdge({ agents }, { persistTo: join(folder, 'many') })
    /** @type {Record<'team' | 'key' | 'approval', string[]>} */
    const acknowledged = { team: [], key: [], approval: [] }
    const count = () => Object.values(acknowledged).flat().length
    const write = async (/** @type {number} */ n) => {
      await pause(n * 4)
      const kind = /** @type {const} */ (['team', 'key', 'approval'])[n % 3]
      const answer = await {
        team: () => state.call('POST /.gate/api/teams', { id: `team-${n}`, agents: 'none' }, who),
        key: () => state.call('POST /.gate/api/keys', { alias: `key-${n}` }, who),
        approval: () => state.call('POST /sdk/check', { agent_id: 'bot', action: 'deploy', context: { n } }, who),
      }[kind]()
      const id = kind === 'approval' ? answer.body.approval_id : answer.status === 201 ? answer.body.id : undefined
      if (id) acknowledged[kind].push(id)
    }
    let unanswered = 0
    const writes = Array.from({ length: 200 }, (_, n) => write(n).catch(() => { unanswered += 1 }))
    try {
      while (count() < 60) await pause(2)
      await killRuntime()
      await Promise.all(writes)
      // Some are broken off; of others the answer is that it is not known what became of them.
      assert.ok(count() > 60 && count() + unanswered <= 200 && count() < 200, `${count()} acknowledged, ${unanswered} unanswered`)
      // The new runtime has been asked by what came after; the rest is done by alarms.
      const ledger = { call: async (/** @type {any[]} */ _, /** @type {string} */ name, /** @type {string} */ method, /** @type {any} */ page) => (await ledgerOf(state, name))[method](page) }
      /** @type {any[]} */
      let rows = []
      const ids = () => new Set(rows.flatMap(({ entry }) => {
        const { action, target, after: record } = JSON.parse(entry)
        return action === 'team.create' || action === 'key.create' ? [target.id] : action === 'approval.request' ? [record.id] : []
      }))
      await until(async () => {
        rows = await (await ledgerOf(state, 'tenant:t')).list({ after: 0, limit: 5000 })
        return Object.values(acknowledged).flat().every((id) => ids().has(id))
      }, 'all that was acknowledged is in the ledger')
      assert.equal(new Set(rows.map(({ source, number }) => `${source} ${number}`)).size, rows.length, 'by its source, each once')
      const told = rows.filter(({ kind }) => kind === 'control' || kind === 'approval')
      assert.equal(ids().size, told.length, 'by what it says, each once')
      const { faults, rows: verifiedRows } = verified(await exported(ledger, 'tenant:t'))
      assert.deepEqual([faults, verifiedRows], [[], rows.length])
      for (const id of acknowledged.team) assert.equal((await state.call(`GET /.gate/api/teams/${id}`, undefined, who)).status, 200, id)
      for (const id of acknowledged.key) assert.equal((await state.call(`GET /.gate/api/keys/${id}`, undefined, who)).status, 200, id)
      for (const id of acknowledged.approval) assert.equal((await state.call(`GET /.gate/api/approvals/${id}`, undefined, who)).status, 200, id)
    } finally {
      await state.dispose()
    }
  })
})
