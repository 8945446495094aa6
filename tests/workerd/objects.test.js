// What the objects of the state keep, and how: in real workerd, on disk where it has to last.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { verified } from './ledger.js'
import { startState } from './state.js'

const actor = { subject: 'ada', by: 'token' }
const sha256 = (/** @type {string} */ text) => createHash('sha256').update(text).digest('hex')

describe('the registry', () => {
  /** @type {ReturnType<typeof startState>} */
  let state
  before(() => { state = startState() })
  after(() => state.dispose())
  /** @param {string} method @param {...unknown} given */
  const registry = (method, ...given) => state.call('REGISTRY', 'tenant:a', method, ...given)

  it('keeps things with their versions, and tells of newer ones alone', async () => {
    const made = await registry('create', 'agent', { id: 'support', body: { active: true }, tenant: 'a' }, actor)
    assert.deepEqual([made.id, made.version, made.body], ['support', 1, { active: true }])
    const snapshot = await registry('snapshot', 0)
    assert.deepEqual([snapshot.version, snapshot.items.length], [1, 1])
    assert.equal(await registry('snapshot', 1), undefined)
    await registry('create', 'permission', { id: 'p1', parent: 'support', body: { action: 'a.b' }, tenant: 'a' }, actor)
    assert.equal((await registry('snapshot', 1)).version, 2)
  })

  it('refuses what is there, what is not, and what was changed by others', async () => {
    for (const [refused, method, ...given] of [
      ['exists', 'create', 'agent', { id: 'support', body: {}, tenant: 'a' }],
      ['orphan', 'create', 'permission', { id: 'p2', parent: 'nobody', body: {}, tenant: 'a' }],
      ['missing', 'update', 'agent', { id: 'nobody', body: {}, tenant: 'a' }],
      ['missing', 'remove', 'permission', { id: 'p1', parent: 'another', tenant: 'a' }],
      ['changed', 'update', 'agent', { id: 'support', body: {}, expected: 7, tenant: 'a' }],
      ['changed', 'remove', 'agent', { id: 'support', expected: 7, tenant: 'a' }],
      ['moved', 'create', 'agent', { id: 'new', body: {}, tenant: 'a', seen: 1 }],
      ['moved', 'update', 'agent', { id: 'support', body: {}, tenant: 'a', seen: 1 }],
    ]) {
      assert.deepEqual(await registry(/** @type {string} */ (method), ...given, actor), { refused }, `${method} ${refused}`)
    }
    assert.equal((await registry('snapshot', 0)).version, 2, 'nothing was changed')
  })

  it('takes the permissions along with the agent', async () => {
    await registry('remove', 'agent', { id: 'support', expected: 1, tenant: 'a' }, actor)
    assert.deepEqual((await registry('snapshot', 0)).items, [])
  })

  it('has told the ledger of each change, with before and after', async () => {
    const rows = await state.call('LEDGER', 'tenant:a', 'list', { after: 0, limit: 100 })
    const told = rows.map((/** @type {any} */ { kind, entry }) => [kind, JSON.parse(entry)])
    assert.deepEqual(told.map(([kind, { action }]) => [kind, action]), [
      ['control', 'agent.create'], ['control', 'permission.create'], ['control', 'permission.delete'], ['control', 'agent.delete'],
    ])
    assert.deepEqual(told[0][1], { action: 'agent.create', actor, target: { id: 'support' }, before: null, after: { active: true } })
    assert.deepEqual(told[2][1].target, { id: 'p1', agent: 'support' })
    assert.equal(await registry('unsaid'), 0)
  })

  it('keeps tenants apart, and pages', async () => {
    for (const id of ['a', 'b', 'c']) await state.call('REGISTRY', 'tenant:b', 'create', 'team', { id, body: {}, tenant: 'b' }, actor)
    const page = await state.call('REGISTRY', 'tenant:b', 'list', 'team', { after: 'a', limit: 1 })
    assert.deepEqual(page.map((/** @type {any} */ { id }) => id), ['b'])
    assert.deepEqual((await registry('snapshot', 0)).items, [])
  })
})

describe('a shard of keys', () => {
  /** @type {ReturnType<typeof startState>} */
  let state
  before(() => { state = startState() })
  after(() => state.dispose())
  const hash = sha256('sk-one')
  /** @param {string} method @param {...unknown} given */
  const shard = (method, ...given) => state.call('KEYS', hash[0], method, ...given)
  const key = { hash, tenant: 'a', kind: 'virtual', label: { name: 'sk-…' }, body: { agents: ['x'] } }

  it('is asked by the hash, and managed by the tenant alone', async () => {
    assert.equal((await shard('create', key, actor)).version, 1)
    assert.deepEqual(await shard('create', key, actor), { refused: 'exists' })
    assert.equal((await shard('look', hash)).tenant, 'a')
    assert.equal(await shard('look', sha256('sk-two')), undefined)
    for (const tenant of ['b', null]) {
      assert.equal(await shard('get', hash, tenant), undefined)
      assert.deepEqual(await shard('list', tenant, { after: '', limit: 10 }), [])
      assert.deepEqual(await shard('update', { ...key, tenant, body: {} }, actor), { refused: 'missing' })
      assert.deepEqual(await shard('remove', { hash, tenant }, actor), { refused: 'missing' })
    }
    assert.equal((await shard('update', { ...key, body: { blocked: true }, expected: 1 }, actor)).version, 2)
    assert.deepEqual(await shard('update', { ...key, expected: 1 }, actor), { refused: 'changed' })
  })

  it('lets go of keys a week after they expired, and says so', async () => {
    const old = { ...key, hash: hash[0] + sha256('old').slice(1), body: { expires: Date.now() / 1000 - 8 * 86400 } }
    await shard('create', old, actor)
    const deadline = Date.now() + 5000
    while ((await shard('look', old.hash)) !== undefined) {
      assert.ok(Date.now() < deadline, 'the alarm went off')
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    const rows = await state.call('LEDGER', 'tenant:a', 'list', { after: 0, limit: 100 })
    assert.equal(JSON.parse(rows.at(-1).entry).action, 'key.expire')
    assert.ok(await shard('look', hash), 'the other one stays')
  })
})

describe('approvals', () => {
  /** @type {ReturnType<typeof startState>} */
  let state
  before(() => { state = startState() })
  after(() => state.dispose())
  const now = Date.now() / 1000
  const record = (/** @type {string} */ id, other = {}) => ({ id, state: 'pending', requested_at: now, expires_at: now + 60, ...other })
  /** @param {string} method @param {...unknown} given */
  const approvals = (method, ...given) => state.call('APPROVALS', 'none', method, ...given)
  const put = (/** @type {any} */ what) => ({ binding: 'b', tenant: null, action: 'approval.request', ...what })

  it('are written down by who saw the last one', async () => {
    assert.equal(await approvals('put', put({ expected: 0, record: record('one'), about: { agent: 'x' } })), 1)
    assert.equal(await approvals('put', put({ expected: 0, record: record('two') })), undefined)
    const approved = record('one', { state: 'approved' })
    assert.equal(await approvals('put', put({ expected: 1, record: approved })), 2)
    const used = put({ expected: 2, record: record('one', { state: 'used' }) })
    const answers = await state.all(Array.from({ length: 50 }, () => ['APPROVALS', 'none', 'put', [used]]))
    assert.equal(answers.filter(({ value }) => value !== undefined).length, 1, 'one wins')
    assert.equal(await approvals('put', put({ expected: 3, record: record('three') })), 4, 'a new one in its place')
    assert.deepEqual([(await approvals('read', 'b')).id, (await approvals('get', 'one')).record.state], ['three', 'used'])
    assert.deepEqual((await approvals('list', { after: '', limit: 10, state: 'pending' })).length, 1)
  })

  it('that expire are told of once', async () => {
    await approvals('put', put({ binding: 'late', expected: 0, record: record('late', { expires_at: now - 1 }) }))
    const deadline = Date.now() + 5000
    for (;;) {
      const rows = await state.call('LEDGER', 'none', 'list', { after: 0, limit: 100, kind: 'approval' })
      const told = rows.filter((/** @type {any} */ { entry }) => entry.includes('"approval.expire"'))
      if (told.length === 1) break
      assert.ok(told.length === 0 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })
})

describe('the ledger', () => {
  /** @type {ReturnType<typeof startState>} */
  let state
  before(() => { state = startState() })
  after(() => state.dispose())

  it('chains what comes at the same time, without a gap, and each row once', async () => {
    const row = (/** @type {number} */ n) => ({ source: `source-${n % 4}`, number: n % 20, at: 1, kind: 'log', entry: `{"n":${n}}` })
    await state.all(Array.from({ length: 40 }, (_, n) => ['LEDGER', 'x', 'append', [[row(n), row(n + 1), row(n)]]]))
    const rows = await state.call('LEDGER', 'x', 'list', { after: 0, limit: 1000 })
    assert.equal(new Set(rows.map((/** @type {any} */ { source, number }) => `${source} ${number}`)).size, rows.length)
    const { text, next } = await state.call('LEDGER', 'x', 'lines', { after: 0, limit: 1000 })
    const { faults, rows: count, shard, seq, hash } = verified(text)
    assert.deepEqual([faults, count, shard, next], [[], rows.length, 'x', null])
    assert.deepEqual([seq, hash], [rows.length, rows.at(-1).hash])
    assert.deepEqual(await state.call('LEDGER', 'x', 'head'), { seq, hash })
  })

  it('has no call that changes or deletes, and its database refuses both', async () => {
    const script = `
      import { Ledger } from './pkg/state/ledger.js'
      export class Meddler extends Ledger {
        meddle(query) { this.ctx.storage.sql.exec(query) }
      }
      export default {
        async fetch(_, env) {
          const ledger = env.LEDGER.getByName('x')
          await ledger.append([{ source: 's', number: 1, at: 1, kind: 'log', entry: '{}' }])
          const said = []
          for (const query of ["UPDATE entries SET entry = 'x'", 'DELETE FROM entries', 'INSERT OR REPLACE INTO entries SELECT * FROM entries',
            "REPLACE INTO entries SELECT 2, at, kind, source, number, 'x', previous, hash FROM entries",
            "INSERT INTO entries SELECT 3, at, kind, 'gap', 9, entry, previous, hash FROM entries"]) {
            try { await ledger.meddle(query); said.push('done') } catch (error) { said.push(String(error)) }
          }
          return Response.json({ said, rows: await ledger.list({ after: 0, limit: 9 }) })
        },
      }`
    const meddled = startState({ durableObjects: { LEDGER: { className: 'Meddler', useSQLite: true } } }, script)
    try {
      const { said, rows } = /** @type {any} */ (await (await meddled.worker.dispatchFetch('http://x/')).json())
      assert.equal(said.length, 5)
      for (const line of said) assert.match(line, /append-only/)
      assert.deepEqual([rows.length, rows[0].entry], [1, '{}'])
    } finally {
      await meddled.dispose()
    }
  })
})

describe('what the objects do for themselves', () => {
  it('nobody does from elsewhere', async () => {
    const state = startState()
    try {
      for (const binding of ['REGISTRY', 'KEYS', 'APPROVALS', 'METER', 'LEDGER']) {
        for (const method of ['rows', 'note', 'change', 'wake', 'tell', 'expire', 'send', 'ctx', 'env']) {
          await assert.rejects(state.call(binding, 'x', method, 'DELETE FROM migrations'), /does not implement|not a function/, `${binding} ${method}`)
        }
      }
    } finally {
      await state.dispose()
    }
  })
})

describe('the state on disk', () => {
  /** @type {string} */
  let folder
  before(async () => { folder = await mkdtemp(join(tmpdir(), 'gatewright-state-')) })
  after(() => rm(folder, { recursive: true }))
  const onDisk = (/** @type {string} */ script) => startState({ persistTo: folder }, script)
  const bodyOf = (/** @type {string} */ migrations) => `
    import { StateObject } from './pkg/state/object.js'
    export class Registry extends StateObject {
      constructor(ctx, env) { super(ctx, env, ${migrations}) }
      read() { return this.rows('SELECT * FROM things') }
      steps() { return this.rows('SELECT number, name FROM migrations') }
    }
    export { KeyShard } from './pkg/state/key-shard.js'
    export { Approvals } from './pkg/state/approvals.js'
    export { Meter } from './pkg/state/meter.js'
    export { Ledger } from './pkg/state/ledger.js'
    export default {
      async fetch(request, env) {
        const [[binding, name, method, given]] = await request.json()
        try { return Response.json([{ value: await env[binding].getByName(name)[method](...given) }]) } catch (error) { return Response.json([{ error: String(error) }]) }
      },
    }`
  const first = "{ name: 'first', sql: 'CREATE TABLE things (a TEXT); INSERT INTO things VALUES (1)' }"
  const second = "{ name: 'second', sql: 'ALTER TABLE things ADD COLUMN b INTEGER DEFAULT 7' }"
  const broken = "{ name: 'broken', sql: 'CREATE TABLE more (a); SELECT nonsense FROM nowhere' }"

  for (const [name, migrations, expected] of /** @type {[string, string, unknown][]} */ ([
    ['begins with nothing', `[${first}]`, [{ a: '1' }]],
    ['stays as it is', `[${first}]`, [{ a: '1' }]],
    ['is denied if a step fails, and none is half taken', `[${first}, ${second}, ${broken}]`, /nowhere/],
    ['takes the steps it has not taken', `[${first}, ${second}]`, [{ a: '1', b: 7 }]],
    ['of a newer version is not touched', `[${first}]`, /does not know/],
    ['that went another way is not touched', `[${first}, { name: 'another', sql: 'DROP TABLE things' }]`, /does not know/],
    ['is still there', `[${first}, ${second}]`, [{ a: '1', b: 7 }]],
  ])) {
    it(name, async () => {
      const state = onDisk(bodyOf(migrations))
      try {
        const read = state.call('REGISTRY', 'one', 'read')
        if (expected instanceof RegExp) await assert.rejects(read, expected)
        else assert.deepEqual(await read, expected)
      } finally {
        await state.dispose()
      }
    })
  }
})

describe('the database of an older version', () => {
  it('is taken over with what is in it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gatewright-older-'))
    const older = `
      import { MIGRATIONS } from './pkg/state/approvals.js'
      import { StateObject } from './pkg/state/object.js'
      export class Approvals extends StateObject {
        constructor(ctx, env) { super(ctx, env, MIGRATIONS.slice(0, 2)) }
        keep(record) {
          this.rows("INSERT INTO approvals VALUES (?, NULL, 'b', 'pending', ?, 'null', 1, ?, ?, 0)", record.id, JSON.stringify(record), record.requested_at, record.expires_at)
          this.rows('UPDATE version SET number = 1')
        }
      }
      export { Registry } from './pkg/state/registry.js'
      export { KeyShard } from './pkg/state/key-shard.js'
      export { Meter } from './pkg/state/meter.js'
      export { Ledger } from './pkg/state/ledger.js'
      export default {
        async fetch(request, env) {
          const [[binding, name, method, given]] = await request.json()
          return Response.json([{ value: await env[binding].getByName(name)[method](...given) }])
        },
      }`
    const now = Date.now() / 1000
    const record = { id: 'one', state: 'pending', requested_at: now, expires_at: now + 60 }
    try {
      const before = startState({ persistTo: folder }, older)
      await before.call('APPROVALS', 'none', 'keep', record)
      await before.dispose()
      const after = startState({ persistTo: folder })
      assert.deepEqual((await after.call('APPROVALS', 'none', 'read', 'b')).record, record)
      const hook = { url: 'https://hooks.example.com/', hosts: ['hooks.example.com'], secret: 'NONE' }
      const put = { binding: 'b', expected: 1, record: { ...record, state: 'approved' }, tenant: null, action: 'approval.approve', webhook: hook }
      assert.equal(await after.call('APPROVALS', 'none', 'put', put), 2, 'with the table that was added')
      await after.dispose()
    } finally {
      await rm(folder, { recursive: true, maxRetries: 5 })
    }
  })
})

describe('a change while the ledger is away', () => {
  it('is made, waits in the outbox, and is told once the ledger is back', async () => {
    const script = `
      import { Ledger as Real } from './pkg/state/ledger.js'
      export { Registry } from './pkg/state/registry.js'
      export { KeyShard } from './pkg/state/key-shard.js'
      export { Approvals } from './pkg/state/approvals.js'
      export { Meter } from './pkg/state/meter.js'
      let isAway = true
      export class Ledger extends Real {
        back() { isAway = false }
        append(...given) { if (isAway) throw new Error('away'); return super.append(...given) }
      }
      export default {
        async fetch(request, env) {
          const [[binding, name, method, given]] = await request.json()
          return Response.json([{ value: await env[binding].getByName(name)[method](...given) }])
        },
      }`
    const state = startState({}, script)
    try {
      const made = await state.call('REGISTRY', 'none', 'create', 'agent', { id: 'x', body: {}, tenant: null }, actor)
      assert.deepEqual([made.id, await state.call('REGISTRY', 'none', 'unsaid')], ['x', 1])
      await state.call('LEDGER', 'none', 'back')
      const deadline = Date.now() + 10_000
      while ((await state.call('REGISTRY', 'none', 'unsaid')) > 0) {
        assert.ok(Date.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      assert.equal((await state.call('LEDGER', 'none', 'head')).seq, 1)
    } finally {
      await state.dispose()
    }
  })
})
