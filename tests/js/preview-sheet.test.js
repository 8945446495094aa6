// What the page shows is what the gate does: every cell, with the policy as it was written and real keys.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as gatewright from '../../pkg/node.js'
import { questionOfCell, questionOfRoute } from '../../www/preview/explain.js'
import { createSheet } from '../../www/preview/sheet.js'
import { checksOf, requestsOf, sameCheck } from './preview-equal.js'
import { arrival, crowd, jwks, now, scenes, secretsOf } from './preview-scenes.js'

const clock = () => now

/**
 * A gate as it would be deployed, before which nothing has been asked yet, however often it is asked.
 *
 * @param {import('./preview-scenes.js').Scene} scene
 * @param {any[]} keys
 */
async function deployed({ policy }, keys) {
  let store = gatewright.memoryStore({ keys })
  const anew = () => { store = gatewright.memoryStore({ keys }) }
  /** @type {any[]} */
  const events = []
  const gate = await gatewright.createGate({
    policy, secrets: secretsOf(policy), now: clock, report: (event) => events.push(event), fetch: async () => Response.json(jwks()),
    store: new Proxy({}, { get: (_, name) => Reflect.get(store, name), has: (_, name) => Reflect.has(store, name) }),
  })
  /** Decides a request, and enforces that. @param {{ method: string, url: string }} request @param {Record<string, string>} headers */
  async function send({ method, url }, headers) {
    const { decision, context } = await gate.decide({ method, url, headers })
    if (!decision) return [false, context.reason, context.shadowed]
    events.length = 0
    const response = await gate.enforce(new Request(`http://gate.example${url}`, { method, headers }), () => Response.json(url.endsWith('/config') ? CONFIG : []))
    return response.ok ? [true, context.reason, context.shadowed] : [false, events.at(-1).reason, undefined]
  }
  return { gate, anew, send }
}

const CONFIG = { agents: [], teams: [], workflows: [] }

for (const scene of [...scenes, crowd(500, 20)]) {
  describe(`${scene.name}, as the page shows it and as the gate does`, () => {
    for (const visitor of scene.visitors) {
      it(visitor.name, async () => {
        const sheet = await createSheet({ createGate: gatewright.createGate, policy: scene.policy, caller: visitor.caller, context: scene.context, now: clock })
        const { headers, keys } = arrival(scene, visitor)
        const { gate, anew, send } = await deployed(scene, keys)
        for (const { cell, ...request } of requestsOf(sheet)) {
          assert.deepEqual([cell.state === 'allow', cell.reason, cell.shadowed], await send(request, headers), `${request.method} ${request.url}`)
        }
        for (const check of checksOf(sheet, scene)) {
          anew()
          sameCheck(check, gate.check(check.agent, check.action, check.context, visitor.behalf))
        }
        await tracesFit(sheet)
        sheet.gate.close()
        gate.close()
      })
    }
  })
}

/** The traces that explain the cells and the routes come to the same, and name a layer for it. @param {import('../../www/preview/sheet.js').Sheet} sheet */
async function tracesFit(sheet) {
  const rows = sheet.agents.map((_, row) => row).slice(-20)
  const questions = [
    ...rows.flatMap((row) => sheet.columns.map((_, column) => ({ cell: sheet.cells[row][column], question: questionOfCell(() => sheet, row, column) }))),
    ...sheet.routes.map((cell, index) => ({ cell, question: questionOfRoute(() => sheet, index) })),
  ]
  for (const { cell, question: { title, ask, context = {} } } of questions) {
    const told = await ask(context)
    assert.equal(told?.context.reason, cell.reason, title)
    if (told?.decision === false) assert.equal(told.context.trace?.at(-1)?.outcome, 'deny', title)
  }
}

it('a trace is asked of the sheet of the moment, as long as its cell is in it', async () => {
  const policy = { version: 1, authentication: { virtual_keys: {} }, routes: { profile: 'litellm' }, agents: { a: { permissions: [{ action: 'x' }] }, b: {} } }
  const of = (/** @type {object} */ agents) => createSheet({ createGate: gatewright.createGate, policy: { ...policy, agents }, caller: { kind: 'key', record: { agents: ['a'] } } })
  /** @type {Awaited<ReturnType<typeof of>> | undefined} */
  let sheet = await of(policy.agents)
  const last = sheet.columns.length - 1
  const [cell, action, route] = [questionOfCell(() => sheet, 0, 0), questionOfCell(() => sheet, 0, last), questionOfRoute(() => sheet, 0)]
  const reasons = async () => Promise.all([cell, action, route].map(async ({ ask }) => (await ask({}))?.context.reason))
  assert.deepEqual(await reasons(), ['allowed', 'allowed', 'allowed'])
  sheet = await of({ a: { active: false, permissions: [{ action: 'x' }] } })
  assert.deepEqual(await reasons(), ['agent_inactive', 'agent_inactive', 'allowed'])
  sheet = await of({ c: {} })
  assert.deepEqual(await reasons(), ['agent_unknown', undefined, 'allowed'])
  sheet = undefined
  assert.deepEqual(await reasons(), [undefined, undefined, undefined])
})
