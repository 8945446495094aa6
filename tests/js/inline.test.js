// The entry that has its module inside: the core alone, and guards for who imports them.
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { moduleOf } from '../../pkg/base64.js'
import { PolicyError, createGate, initGuards, initLint, lintPolicy, memoryStore } from '../../pkg/inline.js'
import { NOW, hs256, policyWith, run, secrets } from './tokens.js'

const guarded = policyWith({}, {
  agents: { a: { allow: ['get'] } },
  tools: { get: { level: 'read', guards: [{ at: '/q', pattern: 'a+' }] } },
})
const gateWith = (policy = policyWith()) => createGate({ policy, secrets, now: () => NOW, report: () => {} })

it('a policy with guards is refused until they are imported', async () => {
  // Without `init`, as in Node.
  memoryStore({ keys: [{ key: 'sk-abc', agents: 'all' }] })
  const gate = await gateWith()
  assert.equal((await gate.decide(run(hs256()))).context.reason, 'allowed')
  assert.equal((await gate.decide(run())).context.reason, 'credentials_missing')

  await assert.rejects(initGuards(), /gatewright\/inline-guards/)
  await assert.rejects(gateWith(guarded), (/** @type {PolicyError} */ error) => {
    assert.ok(error instanceof PolicyError)
    assert.deepEqual([error.code, error.pointer], ['policy_guard_unavailable', '/tools/get/guards/0/pattern'])
    assert.match(error.message, /import 'gatewright\/inline-guards'/)
    return true
  })
  await import('../../pkg/inline-guards.js')
  await initGuards()
  const guarding = await gateWith(guarded)
  assert.equal(guarding.check('a', 'get', { q: 'aa' }).code, 'allowed')
  assert.equal(guarding.check('a', 'get', { q: 'ab' }).code, 'guard_pattern')
})

it('lint is imported likewise', async () => {
  await assert.rejects(initLint(), /gatewright\/inline-lint/)
  assert.throws(() => lintPolicy('{}'), /initLint/)
  await import('../../pkg/inline-lint.js')
  await initLint()
  assert.equal(lintPolicy('{}').error?.code, 'policy_missing_member')
})

it('who may not compile is told what to import', (t) => {
  t.mock.method(WebAssembly, 'Module', function Module() { throw new WebAssembly.CompileError('disallowed by embedder') })
  assert.throws(() => moduleOf('AGFzbQEAAAA=', 'gatewright/inline'), /disallowed by embedder.*import `gatewright` there.*wasm-unsafe-eval/)
})
