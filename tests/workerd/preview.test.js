// What the page shows is what the Worker does, in real workerd: every request behind a cell is really sent,
// and every check is made by the package as it runs there.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
// Of Miniflare, whose classes are others than Node's.
import { Response as Answer } from 'miniflare'
import { createGate } from '../../pkg/node.js'
import { createSheet } from '../../www/preview/sheet.js'
import { checksOf, requestsOf, sameCheck } from '../js/preview-equal.js'
import { arrival, crowd, jwks, scenes, secretsOf } from '../js/preview-scenes.js'
import { startWorker } from './gateway.js'

/** The status of what got through to the origin. The gate itself never answers so, but below its own paths. */
const REACHED = 200

/** Lists of nobody, where the gate looks for lists. @param {{ url: string }} request */
const origin = ({ url }) => Answer.json(url.endsWith('/config') ? { agents: [], teams: [], workflows: [] } : [], { status: REACHED })

const script = `
  import { createWorker } from './pkg/worker.js'
  import { createGate, memoryStore } from './pkg/workerd.js'

  const reachable = new Map()
  const workerFor = ({ KEYS }, index) => {
    if (!reachable.has(index)) reachable.set(index, createWorker({ store: memoryStore({ keys: KEYS[index] }), report() {} }))
    return reachable.get(index)
  }
  async function checked({ policy, secrets, checks, behalf }) {
    let store = memoryStore()
    const anew = new Proxy({}, { get: (_, name) => store[name], has: (_, name) => name in store })
    const gate = await createGate({ policy, secrets, store: anew, report() {} })
    const results = checks.map(([agent, action, context]) => {
      store = memoryStore()
      return gate.check(agent, action, context, behalf)
    })
    gate.close()
    return results
  }
  export default {
    async fetch(request, env, ctx) {
      if (new URL(request.url).hostname === 'checks') return Response.json(await checked(await request.json()))
      const headers = new Headers(request.headers)
      const visitor = headers.get('x-visitor')
      headers.delete('x-visitor')
      return workerFor(env, visitor).fetch(new Request(request, { headers }), env, ctx)
    },
  }`

/** What no client sends as it stands: URLs are tidied up on the way. @param {string} url */
const isSendable = (url) => new URL(url, 'http://gate.example').pathname === url

for (const scene of [...scenes, crowd(60, 20)]) {
  describe(`${scene.name}, as the page shows it and as the Worker does`, () => {
    const arrivals = scene.visitors.map((visitor) => arrival(scene, visitor))
    const secrets = secretsOf(scene.policy)
    /** @type {import('miniflare').Miniflare} */
    let worker
    before(() => {
      worker = startWorker({
        bindings: { POLICY: JSON.stringify(scene.policy), KEYS: arrivals.map(({ keys }) => keys), ...secrets },
        serviceBindings: { ORIGIN: origin }, outboundService: () => Answer.json(jwks()),
      }, script)
    })
    after(() => worker.dispose())

    for (const [index, visitor] of scene.visitors.entries()) {
      it(visitor.name, async () => {
        const sheet = await createSheet({ createGate, policy: scene.policy, caller: visitor.caller, context: scene.context })
        const unsendable = []
        for (const { method, url, cell } of requestsOf(sheet)) {
          if (!isSendable(url)) {
            unsendable.push(url)
            continue
          }
          const response = await worker.dispatchFetch(`http://gate.example${url}`, { method, headers: { ...arrivals[index].headers, 'x-visitor': String(index) } })
          const text = await response.text()
          assert.equal(response.status === REACHED, cell.state === 'allow', `${method} ${url}: ${response.status} ${text}, and the page says ${cell.reason}`)
        }
        assert.ok(unsendable.every((url) => /\/agents\/\.\.?(\/|$)/.test(url)), unsendable.join(' '))

        const checks = checksOf(sheet, scene)
        const body = JSON.stringify({ policy: scene.policy, secrets, behalf: visitor.behalf, checks: checks.map(({ agent, action, context }) => [agent, action, context]) })
        const results = /** @type {any} */ (await (await worker.dispatchFetch('http://checks/', { method: 'POST', body })).json())
        for (const [at, check] of checks.entries()) sameCheck(check, results[at])
        sheet.gate.close()
      })
    }
  })
}
