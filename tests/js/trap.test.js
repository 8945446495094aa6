// When the module traps: that request is denied, and the next one finds a new instance.
import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'node:test'
import { createGate } from '../../pkg/node.js'
import { initSync } from '../../pkg/wasm/gatewright.js'
import { NOW, hs256, keyPair, policyWith, request, run, secrets } from './tokens.js'

/** Leaves the instance in a state that no code of ours could: every byte of its memory is wrong. */
function poison() {
  const { memory } = initSync({ module: new Uint8Array() })
  new Uint8Array(memory.buffer).fill(0xff)
}

/** @type {any[]} */
let events = []
afterEach(() => (events = []))
/** @param {Partial<import('../../pkg/index.d.ts').GateOptions>} [options] */
const gateWith = (options) =>
  createGate({ policy: policyWith(), secrets, now: () => NOW, report: (event) => events.push(event), ...options })

describe('a trap', () => {
  it('denies the request, is reported, and does not touch the next one', async () => {
    const gate = await gateWith()
    poison()
    const { decision, context } = await gate.decide(run(hs256()))
    assert.deepEqual([decision, context.reason], [false, 'engine_fault'])
    assert.deepEqual(events.map(({ event }) => event), ['engine_fault'])
    assert.doesNotMatch(JSON.stringify(events), /eyJ/)
    assert.equal((await gate.decide(run(hs256()))).context.reason, 'allowed')
    assert.equal((await gate.decide(run(hs256(), 'finance-agent'))).decision, false)
  })

  it('is answered with 503', async () => {
    const gate = await gateWith()
    poison()
    const response = await gate.enforce(request('/health'), () => new Response('from the origin'))
    assert.deepEqual([response.status, response.headers.get('retry-after')], [503, '1'])
    assert.deepEqual(await response.json(), { detail: 'the gate failed while deciding' })
  })

  it('never makes one gate answer for another', async () => {
    const open = await gateWith()
    const closed = await gateWith({ policy: policyWith({}, { agents: {} }) })
    for (let i = 0; i < 20; i += 1) {
      poison()
      await (i % 2 ? open : closed).decide(run(hs256()))
      const order = i % 3 ? [open, closed] : [closed, open]
      for (const gate of order) {
        const expected = gate === open ? 'allowed' : 'agent_unknown'
        assert.equal((await gate.decide(run(hs256()))).context.reason, expected)
      }
    }
  })

  it('denies who waits for a signature meanwhile, without a second reset', async () => {
    const { jwk, token } = keyPair('ES384', 'k1')
    const gate = await gateWith({ policy: policyWith({ algorithms: ['ES384'], keys: [{ jwk }] }) })
    const waiting = [1, 2, 3].map((sub) => gate.decide(run(token({ sub: `user-${sub}` }))))
    poison()
    const trapped = await gate.decide(run(token()))
    assert.equal(trapped.context.reason, 'engine_fault')
    for (const { context } of await Promise.all(waiting)) assert.equal(context.reason, 'engine_fault')
    assert.deepEqual(events.map(({ event }) => event), ['engine_fault'])
    assert.equal((await gate.decide(run(token()))).context.reason, 'allowed')
  })

  it('costs nobody the keys that were fetched', async () => {
    const { jwk, token } = keyPair('ES256', 'k1')
    let fetched = 0
    const gate = await gateWith({
      policy: policyWith({ algorithms: ['ES256'], keys: [], jwks_uri: 'https://id.example/jwks' }),
      fetch: async () => { fetched += 1; return Response.json({ keys: [jwk] }) },
    })
    assert.equal((await gate.decide(run(token()))).context.reason, 'allowed')
    poison()
    assert.equal((await gate.decide(run(token()))).context.reason, 'engine_fault')
    assert.equal((await gate.decide(run(token()))).context.reason, 'allowed')
    assert.equal(fetched, 1)
  })

  it('without memory for a new instance denies until there is some', async (t) => {
    const gate = await gateWith()
    const { Instance } = WebAssembly
    t.after(() => { WebAssembly.Instance = Instance })
    WebAssembly.Instance = /** @type {any} */ (class { constructor() { throw new RangeError('out of memory') } })
    poison()
    for (let i = 0; i < 3; i += 1) assert.equal((await gate.decide(run(hs256()))).context.reason, 'engine_fault')
    WebAssembly.Instance = Instance
    assert.equal((await gate.decide(run(hs256()))).context.reason, 'allowed')
  })

  it('leaves nothing accessible for the moment', async () => {
    const gate = await gateWith()
    poison()
    assert.deepEqual(gate.accessible({ scopes: ['agents:read'] }, 'agents', 'read'), [])
    assert.equal(gate.accessible({ scopes: ['agents:read'] }, 'agents', 'read'), 'all')
  })

  it('can happen 500 times', async () => {
    const gate = await gateWith()
    const asked = run(hs256())
    const before = process.memoryUsage().rss
    for (let i = 0; i < 500; i += 1) {
      poison()
      assert.equal((await gate.decide(asked)).context.reason, 'engine_fault')
    }
    assert.equal((await gate.decide(asked)).context.reason, 'allowed')
    const grown = (process.memoryUsage().rss - before) / (1 << 20)
    assert.ok(grown < 400, `${grown} MiB more`)
  })
})
