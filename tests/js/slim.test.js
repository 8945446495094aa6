// The entry that brings no module: nothing works before it was handed one, and says so.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { it } from 'node:test'
import { runInNewContext } from 'node:vm'
import { PolicyError, createGate, init, initGuards, initLint, lintPolicy, memoryStore } from '../../pkg/slim.js'
import { NOW, hs256, policyWith, run, secrets } from './tokens.js'

const bytes = (/** @type {string} */ name) => readFileSync(new URL(`../../pkg/wasm/${name}`, import.meta.url))
const guarded = policyWith({}, {
  agents: { a: { allow: ['get'] } },
  tools: { get: { level: 'read', guards: [{ at: '/url', hosts: ['api.example.com'] }] } },
})
const gateWith = (policy = policyWith()) => createGate({ policy, secrets, now: () => NOW, report: () => {} })

it('the modules are handed over, and asked for until they are', async () => {
  const early = [gateWith(), init(/** @type {any} */ (undefined)), init(/** @type {any} */ ('gatewright_bg.wasm'))]
  for (const attempt of early) await assert.rejects(attempt, /await init\(module\)`.*`gatewright\/gatewright_bg\.wasm`/)
  assert.throws(() => memoryStore({ keys: [{ key: 'sk-abc', agents: 'all' }] }), /await init\(\)/)
  await assert.rejects(init(new Uint8Array(8)), WebAssembly.CompileError)

  await init(bytes('gatewright_bg.wasm'))
  const gate = await gateWith()
  assert.equal((await gate.decide(run(hs256()))).context.reason, 'allowed')
  assert.equal((await gate.decide(run())).context.reason, 'credentials_missing')

  await assert.rejects(gateWith(guarded), (/** @type {PolicyError} */ error) => {
    assert.ok(error instanceof PolicyError)
    assert.deepEqual([error.code, error.pointer], ['policy_guard_unavailable', '/tools/get/guards/0/hosts/0'])
    assert.match(error.message, /await initGuards\(module\)`.*`gatewright\/gatewright_guards_bg\.wasm`/)
    return true
  })
  assert.throws(() => lintPolicy('{}'), /initLint/)

  // Of another realm, as modules in bundlers' sandboxes are.
  const compile = runInNewContext('(bytes) => new WebAssembly.Module(bytes)')
  await initGuards(compile(bytes('gatewright_guards_bg.wasm')))
  const guarding = await gateWith(guarded)
  assert.equal(guarding.check('a', 'get', { url: 'https://api.example.com/' }).code, 'allowed')
  assert.equal(guarding.check('a', 'get', { url: 'https://evil.example/' }).code, 'guard_host')
  await assert.rejects(initLint(/** @type {any} */ (undefined)), /await initLint\(module\)`.*`gatewright\/gatewright_lint_bg\.wasm`/)
  await initLint(bytes('gatewright_lint_bg.wasm'))
  assert.equal(lintPolicy('{}').error?.code, 'policy_missing_member')
})
