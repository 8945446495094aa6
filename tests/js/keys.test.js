// Who verifies: this thread, where that is faster than handing the work over, and WebCrypto elsewhere.
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, describe, it } from 'node:test'
import { VERDICT, createKeyring, verifyWith } from '../../pkg/keys.js'
import { verifierOf } from '../../pkg/node-crypto.js'
import { createGate } from '../../pkg/node.js'
import { NOW, keyPair, policyWith, run } from './tokens.js'

const BYTES = new Uint8Array(64)

after(() => verifyWith(verifierOf))

/** @param {any} [events] */
function ringWith(events = []) {
  const { jwk } = keyPair('ES256', 'k1')
  const ring = createKeyring([{ name: 'main' }], (event) => events.push(event))
  ring.hold([{ key: 7, issuer: 0, alg: 'ES256', jwk }])
  return ring
}

describe('a signature in Node', () => {
  for (const [alg, handedOver] of /** @type {const} */ ([
    ['RS256', 0], ['PS384', 0], ['ES256', 0], ['EdDSA', 0], ['ES384', 1], ['ES512', 1],
  ])) {
    it(`of ${alg} is ${handedOver ? 'handed over to WebCrypto' : 'verified at once'}`, async (t) => {
      const { jwk, token } = keyPair(alg, 'k1')
      const policy = policyWith({ algorithms: [alg], keys: [{ jwk }] })
      const gate = await createGate({ policy, now: () => NOW, report() {} })
      const verify = t.mock.method(crypto.subtle, 'verify')
      assert.equal((await gate.decide(run(token()))).decision, true)
      assert.equal(verify.mock.callCount(), handedOver)
    })
  }

  it('of a large key is handed over', () => {
    for (const [modulusLength, isHere] of /** @type {const} */ ([[4096, true], [5120, false]])) {
      const jwk = generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' })
      assert.equal(verifierOf('RS256', jwk) !== undefined, isHere)
    }
  })
})

describe('a verifier of the platform', () => {
  it('that throws is not believed', () => {
    verifyWith(() => () => { throw new Error('out of order') })
    assert.equal(ringWith().verify(7, BYTES, BYTES), VERDICT.FAILED)
  })

  it('that does not take a key makes it unusable, and says so once', () => {
    verifyWith(() => { throw new Error('not this one') })
    /** @type {any[]} */
    const events = []
    const ring = ringWith(events)
    for (let i = 0; i < 3; i += 1) assert.equal(ring.verify(7, BYTES, BYTES), VERDICT.NO)
    assert.deepEqual(events.map(({ event, issuer, alg }) => [event, issuer, alg]), [['key_unusable', 'main', 'ES256']])
  })

  it('is not asked about a key that is not held', () => {
    verifyWith(() => () => true)
    assert.equal(ringWith().verify(8, BYTES, BYTES), VERDICT.NO)
  })
})
