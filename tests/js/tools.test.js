// The gateway between a model and its tools, by the example of AgentPatterns: what it prints, and
// what there is to change in it.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createToolGateway, memoryStore } from '../../pkg/node.js'
import { MODEL_CALLS, TOOL_LEVEL, gateOf, gatewayOf, repository } from './repository.js'

/** The output of the example, word for word. */
const EXAMPLE_OUTPUT = `
=== STEP 1 ===
Model call: {"action": "read_user", "parameters": {"user_id": 42}}
Gateway result: {"ok": true, "action": "read_user", "history": [{...}], "result": {"ok": true, "user": {"id": 42, "name": "Anna", "status": "active"}}}

=== STEP 2 ===
Model call: {"action": "send_webhook", "parameters": {"event": "user-reviewed"}}
Gateway result: {"ok": false, "action": "send_webhook", "history": [{...}], "error": "action 'send_webhook' is blocked by policy (level=execute)"}

=== STEP 3 ===
Model call: {"action": "update_user_status", "parameters": {"user_id": 42, "status": "paused"}}
Gateway result: {"ok": true, "action": "update_user_status", "history": [{...}], "result": {"ok": true, "user": {"id": 42, "name": "Anna", "status": "paused"}}}

=== STEP 4 ===
Model call: {"action": "delete_user", "parameters": {"user_id": 42}}
Gateway result: {"ok": false, "action": "delete_user", "history": [{...}], "error": "action 'delete_user' is blocked by policy (level=delete)"}

Done: policy boundary demonstrated.
`

/** As Python's `json.dumps` writes it. @param {any} value @returns {string} */
function dumps(value) {
  if (Array.isArray(value)) return `[${value.map(dumps).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${dumps(member)}`).join(', ')}}`
}

/** `compact_result` @param {import('../../pkg/index.d.ts').ToolOutcome} execution */
function compactResult({ ok, action, result, error }) {
  const base = `{"ok": ${ok}, "action": ${dumps(action)}, "history": [{...}]`
  return ok ? `${base}, "result": ${dumps(result)}}` : `${base}, "error": ${dumps(error)}}`
}

/** What becomes of the four calls: ok, or the code of why not. @param {import('../../pkg/index.d.ts').ToolGateway} execute */
async function outcomes(execute) {
  const all = []
  for (const call of MODEL_CALLS) {
    const { ok, reason } = await execute(call)
    all.push(ok ? 'ok' : reason)
  }
  return all
}

describe('the example of AgentPatterns', () => {
  it('prints what it prints there', async () => {
    const { execute } = await gatewayOf({ levels: ['read', 'write'] })
    const lines = []
    /** @type {import('../../pkg/index.d.ts').ToolNote[]} */
    const history = []
    for (const [index, call] of MODEL_CALLS.entries()) {
      lines.push(`\n=== STEP ${index + 1} ===`, `Model call: ${dumps(call)}`)
      lines.push(`Gateway result: ${compactResult(await execute(call, history))}`)
    }
    lines.push('\nDone: policy boundary demonstrated.')
    assert.equal(`${lines.join('\n')}\n`, EXAMPLE_OUTPUT)
    assert.deepEqual(history.map(({ action, level, status }) => `${action} ${level} ${status}`), [
      'read_user read requested', 'read_user read allowed',
      'send_webhook execute requested', 'send_webhook execute blocked',
      'update_user_status write requested', 'update_user_status write allowed',
      'delete_user delete requested', 'delete_user delete blocked',
    ])
  })

  it('to change: allow only read, and update_user_status is blocked', async () => {
    const { execute, users } = await gatewayOf({ levels: ['read'] })
    assert.deepEqual(await outcomes(execute), ['ok', 'tool_level', 'tool_level', 'tool_level'])
    assert.equal(users.get(42)?.status, 'active')
  })

  it('to change: a separate allowlist for specific actions', async () => {
    const { execute } = await gatewayOf({ levels: ['read', 'write'], allow: ['read_user', 'send_webhook'] })
    assert.deepEqual(await outcomes(execute), ['ok', 'tool_level', 'action_unlisted', 'tool_level'])
    const { execute: listed } = await gatewayOf({ allow: ['read_user', 'send_webhook'] })
    assert.deepEqual(await outcomes(listed), ['ok', 'ok', 'action_unlisted', 'action_unlisted'])
  })

  it('to change: a dry run, where write passes and changes nothing', async () => {
    const dry = { ...TOOL_LEVEL, update_user_status: { level: 'write', dry_run: true } }
    for (const mode of ['enforce', 'shadow']) {
      const { tools, users } = repository()
      const gate = await gateOf({ agents: { model: { levels: ['read', 'write'] } }, tools: dry, mode })
      const execute = createToolGateway({ gate, agent: 'model', tools })
      const { ok, result, history } = await execute(MODEL_CALLS[2])
      assert.deepEqual([ok, result], [true, { dry_run: true }])
      assert.equal(history.at(-1)?.status, 'allowed')
      assert.equal(users.get(42)?.status, 'active', mode)
    }
  })

  it('to change: a person approves before any delete', async () => {
    const asks = { ...TOOL_LEVEL, delete_user: { level: 'delete', approval: 'approval' } }
    const store = memoryStore()
    const { gate, execute, users } = await gatewayOf({ levels: ['read', 'delete'] }, asks, { store })
    const blocked = await execute(MODEL_CALLS[3])
    assert.deepEqual([blocked.ok, blocked.reason], [false, 'approval_required'])
    assert.equal((await execute(MODEL_CALLS[3])).reason, 'approval_pending')
    const [{ id }] = store.approvals()
    assert.equal(gate.resolve(id, { subject: 'ann', scopes: ['approvals:write'], approve: true }).decided, true)
    assert.equal(users.size, 1)
    assert.deepEqual((await execute(MODEL_CALLS[3])).result, { ok: true, deleted: 42 })
    assert.equal((await execute(MODEL_CALLS[3])).reason, 'approval_required')
    assert.equal(store.approvals().length, 1)
  })
})

describe('a gateway', () => {
  it('resolves for every call, and notes how it ended', async () => {
    const { execute } = await gatewayOf({ levels: ['read', 'write'] })
    const cyclic = /** @type {any} */ ({})
    cyclic.self = cyclic
    const throwing = { get action() { throw new Error('no') }, get parameters() { throw new Error('no') } }
    for (const [call, reason] of /** @type {[any, string][]} */ ([
      [undefined, 'name_malformed'], [null, 'name_malformed'], [5, 'name_malformed'], [{}, 'name_malformed'],
      [{ action: ['read_user'] }, 'name_malformed'], [{ action: 'read_user\0' }, 'name_malformed'],
      [{ action: 'toString' }, 'tool_unknown'], [{ action: '__proto__' }, 'tool_unknown'],
      [{ action: 'read_user', parameters: cyclic }, 'context_malformed'],
      [{ action: 'read_user', parameters: { user_id: 42n } }, 'context_malformed'],
      [{ action: 'read_user', parameters: [42] }, 'context_malformed'],
      [{ action: 'read_user', parameters: '42' }, 'context_malformed'],
      [{ action: 'read_user', parameters: () => 42 }, 'context_malformed'],
      [{ action: 'read_user', parameters: {} }, 'tool_failed'],
      [{ action: 'read_user' }, 'tool_failed'], [throwing, 'context_malformed'],
    ])) {
      const { ok, reason: found, history } = await execute(call)
      assert.deepEqual([ok, found], [false, reason])
      assert.deepEqual(history.map(({ status }) => status), ['requested', reason === 'tool_failed' ? 'allowed' : 'blocked'])
    }
  })

  it('hands the tool what was judged, whatever the call says when it is asked again', async () => {
    const gate = await gateOf({
      agents: { model: { permissions: [{ action: 'refund', max_amount: 100 }] } },
    })
    /** @type {any[]} */
    const refunded = []
    const execute = createToolGateway({ gate, agent: 'model', tools: { refund: ({ amount }) => refunded.push(amount) } })
    let asked = 0
    const changing = { get amount() { return (asked += 1) > 1 ? 9999 : 5 } }
    const lying = { amount: 9999, toJSON: () => ({ amount: 5 }) }
    for (const parameters of [changing, lying]) assert.equal((await execute({ action: 'refund', parameters })).ok, true)
    assert.deepEqual(refunded, [5, 5])
  })

  it('knows no tool that is not there, whatever the policy says', async () => {
    const gate = await gateOf({ agents: { model: { allow: ['ghost', 'constructor'] } } })
    const execute = createToolGateway({ gate, agent: 'model', tools: { ghost: /** @type {any} */ ('no function') } })
    for (const action of ['ghost', 'constructor']) {
      const { ok, error, reason } = await execute({ action })
      assert.deepEqual([ok, error, reason], [false, `action '${action}' is not found`, 'tool_unknown'])
    }
  })
})
