// What an approval is bound to: the SHA-256 of the context in canonical form (RFC 8785). ECMAScript is the
// referee, since its numbers are those of the RFC; `tests/canonical.rs` holds the native reader to the same.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { createGate, memoryStore } from '../../pkg/node.js'
import { NOW } from './tokens.js'

const policy = {
  version: 1, authentication: { virtual_keys: {} }, routes: {},
  agents: { a: { permissions: [{ action: 'x', requires_approval: true }] } },
}

/** RFC 8785, as its appendix A has it. @param {any} value @returns {string} */
function canonical(value) {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`
}

/** The hash that the module binds an approval for this context to. */
async function binder() {
  const store = memoryStore()
  const gate = await createGate({ policy, store, now: () => NOW, report() {} })
  return (/** @type {object} */ context) => {
    const { approval_id: id, code } = gate.check('a', 'x', context)
    const held = id === null ? undefined : store.approvalById(id)
    return { code, hash: /** @type {any} */ (held?.record.binding)?.context }
  }
}

const sha256 = (/** @type {string} */ text) => createHash('sha256').update(text).digest('hex')

describe('an approval', () => {
  it('is bound to numbers as ECMAScript writes them', async () => {
    const bind = await binder()
    const doubles = new DataView(new ArrayBuffer(8))
    const numbers = [0, -0, 1, 1e21, 1e-7, 123456789012345680000, 5e-324, 1.7976931348623157e308, 849018321983721.2, 0.1 + 0.2]
    let seed = 0x2545f491
    while (numbers.length < 5000) {
      for (const at of [0, 4]) {
        seed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) ^ (seed << 7)
        doubles.setInt32(at, seed)
      }
      const double = doubles.getFloat64(0)
      if (Number.isFinite(double)) numbers.push(double, Math.round(double % 1e15) / 100)
    }
    for (const number of numbers) {
      const context = { number, list: [number] }
      assert.equal(bind(context).hash, sha256(canonical(context)), String(number))
    }
  })

  it('is bound to names in the order of their code units, and texts with as few escapes as can be', async () => {
    const bind = await binder()
    const context = { '€': 1, '\r': 2, 'ﬀ': 3, 1: 4, '😀': 5, '\u0080': 6, 'ö': 7, text: '\u0000\u001f"\\/\u2028é', nested: { b: [], a: {} } }
    assert.equal(bind(context).hash, sha256(canonical(context)))
    assert.equal(bind(Object.fromEntries(Object.entries(context).reverse())).hash, sha256(canonical(context)))
  })
})
