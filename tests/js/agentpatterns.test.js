// Recorded answers of the gateways of AgentPatterns, against ours. Every row is put to a gate and
// answered alike, or stands under a reason why it is not.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { createToolGateway, memoryStore } from '../../pkg/node.js'
import { gateOf, gatewayOf } from './repository.js'

/** @typedef {{ id: number, gateway: string, input: any, output: any }} Row */

/** @type {Row[]} */
const rows = readFileSync(new URL('../vectors/agentpatterns/cases.jsonl', import.meta.url), 'utf8')
  .split('\n').filter(Boolean).map((line) => JSON.parse(line))

/** What the policy can name. There, a list may hold what no tool is called: it opens nothing. @param {string[]} names */
const nameable = (names) => names.filter((name) => /^[^*]+$/.test(name) && name.trim() === name)

const LEVELS = ['read', 'write', 'execute', 'delete']

/** Whether a check lets it through, waits for a person, or denies. @param {import('../../pkg/index.d.ts').CheckResult} check */
const kindOf = ({ allowed, requires_approval: waits }) => (allowed ? 'approve' : waits ? 'escalate' : 'block')

/** @type {Record<string, (row: Row) => string | (() => Promise<void>)>} a reason, or what is to be held */
const GATEWAYS = {
  'allowed-actions'({ input, output }) {
    const calls = input.calls
    const isName = (/** @type {any} */ { action }) => typeof action !== 'object' && typeof action !== 'boolean'
    if (!calls.every((/** @type {any} */ call) => isName(call) || !call.action)) return 'an action that is no text has no name here'
    const levels = (input.levels ?? ['read', 'write']).filter((/** @type {string} */ level) => LEVELS.includes(level))
    return async () => {
      const { execute } = await gatewayOf({ levels })
      /** @type {import('../../pkg/index.d.ts').ToolNote[]} */
      const history = []
      /** @type {import('../../pkg/index.d.ts').ToolOutcome[]} */
      const results = []
      for (const call of calls) results.push(await execute(call, history))
      if (output.raises) {
        // The error leaves the gateway there, and no final line. Here it is an outcome, and has one.
        assert.equal(results.at(-1)?.ok, false)
        assert.notEqual(history.at(-1)?.status, 'requested')
        return
      }
      const told = results.map(({ ok, action, result, error, history }) =>
        (ok ? { ok, action, result, history } : { ok, action, error, history }))
      assert.deepEqual(told, output.results)
    }
  },

  'tool-gateway'({ input, output }) {
    const same = input.calls.map((/** @type {any} */ call) => JSON.stringify(call))
    const isInARow = same.every((/** @type {string} */ call, /** @type {number} */ at) => !same.slice(0, at).includes(call) || same[at - 1] === call)
    if (!isInARow) return 'repetitions are counted in a row here'
    if (output.results.some((/** @type {any} */ { stop }) => stop && !/^(tool_denied|tool_missing|max_tool_calls|loop_detected)/.test(stop))) {
      return 'the clock of a run, and what a tool returns, are for who runs it'
    }
    return async () => {
      const budgets = [{ name: 'calls', steps: input.max_tool_calls ?? 12 }, { name: 'loop', repeats: 2 }]
      const gate = await gateOf({ agents: { model: { allow: nameable(input.allow) } }, budgets }, { store: memoryStore() })
      const tools = Object.fromEntries(input.registry.map((/** @type {string} */ name) => [name, () => true]))
      const execute = createToolGateway({ gate, agent: 'model', tools })
      for (const [at, expected] of output.results.entries()) {
        const [action, parameters] = input.calls[at]
        const { ok, reason } = await execute({ action, parameters })
        const stops = /** @type {Record<string, string>} */ ({
          action_unlisted: `tool_denied:${action}`, tool_unknown: `tool_missing:${action}`,
          budget_steps: 'max_tool_calls', budget_loop: 'loop_detected',
        })
        assert.deepEqual(ok ? { ok } : { stop: stops[String(reason)] }, expected)
      }
    }
  },

  'args-hash'({ input, output }) {
    const text = JSON.stringify(input.args)
    if (/[^\0-\x7f]/.test(text) || /\$float|e[+-]?\d|\.\d|\d{17}/i.test(text)) return 'numbers and letters are spelled by RFC 8785 here'
    return async () => {
      const store = memoryStore()
      const gate = await gateOf({ agents: { a: { permissions: [{ action: 'x', requires_approval: true }] } } }, { store })
      gate.check('a', 'x', input.args)
      const { context } = /** @type {any} */ (store.approvals()[0].binding)
      if (context.slice(0, 12) === output.args_hash) return
      // A number with a point is a float to Python, and the same number to JSON.
      const python = createHash('sha256').update(text.replaceAll(/([:,[])(\d+)(?=[,}\]])/g, '$1$2.0')).digest('hex')
      assert.equal(python.slice(0, 12), output.args_hash)
    }
  },

  supervisor({ input, output }) {
    const { kind, name, args } = input.action ?? {}
    const amount = args?.amount_usd
    if (kind !== 'tool') return 'an answer to the user, or nothing known, is no action of an agent'
    if (output.reason === 'email_before_refund' || name === 'send_refund_email') return 'the order of steps is for who plans them'
    if (output.reason === 'final_requires_context') return 'the order of steps is for who plans them'
    if (amount === 0 && args.reason !== undefined) return 'zero is an amount here'
    const isNumber = typeof amount === 'number'
    if (output.kind !== 'block' && output.kind !== 'revise' && name === 'issue_refund' && !isNumber) return 'an amount is a JSON number here: not a text, not `true`, not `nan`'
    return async () => {
      const gate = await gateOf({
        agents: { model: { permissions: [
          { action: 'get_refund_context' },
          { action: 'issue_refund', max_amount: 1000, amount: '/amount_usd' },
          { action: 'issue_refund', max_amount: 2000, amount: '/amount_usd', requires_approval: true },
        ] } },
        tools: { issue_refund: { guards: [{ at: '/reason', pattern: '(?s).*\\S.*' }] } },
        budgets: [{ name: 'run', spend: 2000, amount: '/amount_usd', actions: ['issue_refund'] }],
      }, { store: memoryStore() })
      let spent = Math.min(2000, input.state?.executed_refund_total_usd ?? 0)
      for (; spent > 0; spent -= 1000) {
        assert.ok(gate.check('model', 'issue_refund', { amount_usd: Math.min(1000, spent), reason: 'earlier' }).allowed)
      }
      const found = gate.check('model', name, args ?? {})
      // What is put right there is refused here: arguments are not ours to change.
      assert.equal(kindOf(found), output.kind === 'revise' ? 'block' : output.kind)
      if (output.reason === 'refund_reason_required') assert.match(found.code, /^(guard_|amount_invalid)/)
    }
  },

  'human-approval'({ output, input }) {
    if (output.approved) return 'a person decides, and changes nothing'
    return async () => {
      const gate = await gateOf({ agents: { model: { permissions: [{ action: 'issue_refund', max_amount: 2000, amount: '/amount_usd', requires_approval: true }] } } })
      assert.equal(kindOf(gate.check('model', input.action.name, input.action.args)), 'block')
    }
  },

  'guarded-policy'({ input, output }) {
    if (output.stop) return 'the shape of a plan is for who reads it'
    if (output.reason === 'policy_rewrite:free_text_removed') return 'an argument that must not be there has no guard'
    const { tool, args } = input.action
    const recipients = args?.max_recipients ?? 0
    if (output.kind === 'allow' && typeof recipients !== 'number') return 'a bound is for JSON numbers here: not for a text, not for `true`'
    if (tool.trim() !== tool && output.kind === 'allow') return 'a name with blanks around it is another name here'
    return async () => {
      const gate = await gateOf({ agents: { model: {
        allow: nameable(input.policy),
        permissions: nameable(input.execution).map((action) => ({ action })),
        block: ['export_customer_data'],
      } }, tools: { send_status_update: { guards: [
        { at: '/audience_segment', enum: ['enterprise_active'] },
        { at: '/template_id', enum: ['incident_p1_v2', 'incident_p2_v1'] },
        { at: '/max_recipients', maximum: 50_000, required: false },
      ] } } })
      const { allowed, code } = gate.check('model', tool, args)
      // What is put right there, or waits for a person, is refused here.
      assert.equal(allowed ? 'allow' : 'deny', /rewrite|escalate/.test(output.kind) ? 'deny' : output.kind)
      const codes = /** @type {Record<string, string[]>} */ ({
        policy_pass: ['allowed'], pii_export_blocked: ['action_blocked'],
        tool_denied_policy: ['action_unlisted', 'action_blocked', 'name_malformed'],
        tool_denied_execution: ['permission_missing', 'name_malformed'],
      })
      const expected = codes[output.reason] ?? ['guard_enum', 'guard_missing', 'guard_type', 'guard_range']
      assert.ok(expected.includes(code), `${output.reason}: ${code}`)
    }
  },

  'guarded-plan': () => 'the shape of a plan is for who reads it',
}

/** What is not put to a gate: why, and how many rows. A reason that no row has is stale. */
const LISTED = {
  'args-hash: numbers and letters are spelled by RFC 8785 here': 1,
  'guarded-plan: the shape of a plan is for who reads it': 9,
  'guarded-policy: a bound is for JSON numbers here: not for a text, not for `true`': 4,
  'guarded-policy: a name with blanks around it is another name here': 1,
  'guarded-policy: an argument that must not be there has no guard': 8,
  'guarded-policy: the shape of a plan is for who reads it': 2,
  'human-approval: a person decides, and changes nothing': 10,
  'supervisor: an amount is a JSON number here: not a text, not `true`, not `nan`': 3,
  'supervisor: an answer to the user, or nothing known, is no action of an agent': 5,
  'supervisor: the order of steps is for who plans them': 1,
  'supervisor: zero is an amount here': 2,
}

/** @type {Map<string, number[]>} */
const listed = new Map()
const groups = new Map([...new Set(rows.map(({ gateway }) => gateway))].map((name) => [name, rows.filter(({ gateway }) => gateway === name)]))

for (const [gateway, members] of groups) {
  describe(`${gateway} of AgentPatterns`, () => {
    for (const row of members) {
      const answer = GATEWAYS[gateway](row)
      if (typeof answer === 'string') listed.set(`${gateway}: ${answer}`, [...(listed.get(`${gateway}: ${answer}`) ?? []), row.id])
      else it(`row ${row.id}: ${JSON.stringify(row.input).slice(0, 120)}`, answer)
    }
  })
}

describe('what is not put to a gate', () => {
  it('has a gateway of its own in every row', () => {
    assert.deepEqual([...groups.keys()].filter((gateway) => !Object.hasOwn(GATEWAYS, gateway)), [])
  })

  it('is listed with its reason, and nothing is listed that could be run', () => {
    const counts = Object.fromEntries([...listed].map(([reason, ids]) => [reason, ids.length]))
    assert.deepEqual(counts, LISTED)
  })
})
