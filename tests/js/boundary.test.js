// What the module says to a caller who names a gate that is not there: never yes.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createGate } from '../../pkg/node.js'
import * as wasm from '../../pkg/wasm/gatewright.js'
import { policyWith, secrets } from './tokens.js'

const NONE = 0xffff_ffff

describe('a handle that names no gate', () => {
  for (const handle of [0, 999, NONE]) {
    it(`${handle} lets nothing through`, async () => {
      const gate = await createGate({ policy: policyWith(), secrets, report() {} })
      const pushed = /** @type {any[]} */ ([])
      assert.equal(wasm.begin(handle, Date.now() / 1000, 1, 0, NONE, NONE, 0), 0)
      assert.equal(wasm.finish(handle, 0, 1, Date.now() / 1000), 0)
      assert.notEqual(wasm.isolate(handle, 0, 0, NONE) & 0xff, 0)
      wasm.accessible(handle, 0, pushed)
      wasm.listing(handle, 1, pushed)
      assert.deepEqual(pushed, [])
      gate.close()
    })
  }
})
