// Every answer that a check can give, and what the published client of AgentWarden was recorded to
// make of it.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { memoryStore } from '../../pkg/node.js'
import { gateOf } from './repository.js'

/** @typedef {{ case: string, server: [number | string, any], op: 'check' | 'execute', result: any, truthy?: any, callback_ran?: number, calls?: [string, string | null][] }} Row */

/** @type {Row[]} */
const rows = readFileSync(new URL('../vectors/agentwarden/sdk.jsonl', import.meta.url), 'utf8')
  .split('\n').filter(Boolean).map((line) => JSON.parse(line))

/** A recorded answer that no server should give: its client runs, or breaks, where it should not. @param {Row} row */
function isDangerous({ server: [status, body] }) {
  if (status !== 200) return true
  if (typeof body !== 'object' || body === null) return true
  const { allowed, requires_approval: waits = false } = body
  return typeof allowed !== 'boolean' || typeof waits !== 'boolean' || (allowed && waits)
}

/** What a client is to make of an answer: the shape of it, in a word. @param {any} answer */
const shapeOf = ({ allowed, requires_approval: waits = false }) =>
  (allowed === true && waits === false ? 'allowed' : allowed === false && waits === true ? 'approval' : allowed === false && waits === false ? 'denied' : 'none')

/** What the client was recorded to do, where its own log worked: the callback, the error, the log. */
const BEHAVIOUR = /** @type {Record<string, { ran: number, raises?: string, log: string, truthy: number }>} */ ({
  allowed: { ran: 1, log: 'success', truthy: 1 },
  denied: { ran: 0, raises: 'PermissionDeniedError', log: 'blocked', truthy: 0 },
  approval: { ran: 0, raises: 'ApprovalRequiredError', log: 'pending_approval', truthy: 0 },
})

const policy = {
  agents: {
    agent: { permissions: [
      { action: 'x' }, { action: 'limited', max_amount: 100 }, { action: 'asks', requires_approval: true },
      { action: 'confirms', requires_approval: true, approval: 'confirmation' }, { action: 'dry', dry_run: true },
      { action: 'counted' },
    ] },
    off: { active: false, permissions: [{ action: 'x' }] },
    watched: { shadow: true, permissions: [] },
  },
  budgets: [{ name: 'b', calls: 0, actions: ['counted'] }],
}

/** Checks of every kind that there is, with a store and without, of what is well formed and what is not. */
async function answers() {
  const cyclic = /** @type {any} */ ({})
  cyclic.self = cyclic
  const asked = /** @type {any[][]} */ ([
    ['agent', 'x'], ['agent', 'x', {}], ['agent', 'y'], ['agent', 'limited', { amount: 100 }],
    ['agent', 'limited', { amount: 101 }], ['agent', 'limited', { amount: '5' }], ['agent', 'limited', { amount: NaN }],
    ['agent', 'asks'], ['agent', 'asks'], ['agent', 'confirms', {}, { subject: 'bob' }], ['agent', 'dry'],
    ['agent', 'counted'], ['off', 'x'], ['watched', 'y'], ['nobody', 'x'], [undefined, null], ['agent', 'x', cyclic],
    ['agent', 'x', 5], ['agent', 'x', {}, null], ['agent\0', 'x'],
  ])
  const broken = { get switches() { throw new Error('down') }, meter() { throw new Error('down') }, approval() { throw new Error('down') }, commit() { throw new Error('down') } }
  const all = []
  for (const store of [undefined, memoryStore(), memoryStore({ switches: [{ stop: 'all' }] }), /** @type {any} */ (broken)]) {
    const gate = await gateOf(policy, { store })
    for (const one of asked) all.push(gate.check(.../** @type {[any, any]} */ (one)))
  }
  const closed = await gateOf(policy)
  closed.close()
  all.push(closed.check('agent', 'x'))
  return all
}

describe('the client of AgentWarden', () => {
  it('is given three shapes, of strict booleans, and no other', async () => {
    const all = await answers()
    assert.deepEqual(new Set(all.map(shapeOf)), new Set(['allowed', 'denied', 'approval']))
    for (const answer of all) {
      assert.deepEqual(Object.keys(answer), ['allowed', 'requires_approval', 'reason', 'approval_id', 'code'])
      assert.equal(typeof answer.allowed, 'boolean')
      assert.equal(typeof answer.requires_approval, 'boolean')
      assert.ok(!(answer.allowed && answer.requires_approval))
      assert.equal(answer.reason === null, answer.allowed, answer.code)
      assert.ok(answer.approval_id === null || answer.requires_approval)
      assert.deepEqual(JSON.parse(JSON.stringify(answer)), answer)
    }
  })

  it('is told of an approval in its own words', async () => {
    const gate = await gateOf(policy, { store: memoryStore() })
    const { approval_id: id, code, ...told } = gate.check('agent', 'asks')
    const recorded = rows.find(({ case: name }) => name === 'approval')?.server[1]
    assert.deepEqual({ ...told, approval_id: 'apr_1' }, recorded)
    assert.match(String(id), /^apr_[0-9a-f]{32}$/)
  })

  for (const row of rows) {
    const { case: name, op, server: [, body] } = row
    if (isDangerous(row)) {
      it(`is never given what breaks it: ${name}, ${op}`, async () => {
        for (const answer of await answers()) assert.notDeepEqual(answer, body)
        assert.equal(row.server[0] === 200 && shapeOf(body ?? {}) !== 'none' && typeof body === 'object', false)
      })
      continue
    }
    it(`does the right thing: ${name}, ${op}`, () => {
      const { ran, raises, log, truthy } = BEHAVIOUR[shapeOf(body)]
      if (op === 'check') {
        assert.match(row.result.returns, new RegExp(`allowed=${body.allowed ? 'True' : 'False'}`))
        return assert.deepEqual(row.truthy, { returns: truthy })
      }
      assert.equal(row.callback_ran, ran)
      assert.deepEqual(row.calls?.slice(0, 2), [['/sdk/check', null], ['/sdk/log', log]])
      // A log that fails hides the error of the check; what was to run has run, or not, all the same.
      const isLogged = !name.startsWith('log ')
      if (isLogged) assert.equal(row.result.raises, raises)
      else assert.ok(row.result.raises)
    })
  }

  it('was recorded with each of the three', () => {
    const shapes = new Set(rows.filter((row) => !isDangerous(row)).map(({ server }) => shapeOf(server[1])))
    assert.deepEqual(shapes, new Set(['allowed', 'denied', 'approval']))
  })
})
