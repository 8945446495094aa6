// In a browser the modules beside the core are fetched, and only if they are needed.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { it } from 'node:test'
import { init, initGuards, initLint, lintPolicy } from '../../pkg/browser.js'
import { checkGuards } from '../../pkg/engine.js'

const guards = JSON.stringify([{ at: '/x', pattern: 'a+' }])

it('each module is fetched by itself', async (t) => {
  /** @type {string[]} */
  const fetched = []
  t.mock.method(globalThis, 'fetch', async (/** @type {URL} */ url) => {
    fetched.push(String(url).split('/').at(-1) ?? '')
    if (String(url).endsWith('missing.wasm')) return new Response('', { status: 404 })
    return new Response(readFileSync(url), { headers: { 'content-type': 'application/wasm' } })
  })
  await init()
  assert.equal(checkGuards(guards, '{"x":"aa"}').error.code, 'policy_guard_unavailable')
  assert.throws(() => lintPolicy('{}'), /initLint/)
  await assert.rejects(initGuards(new URL('missing.wasm', import.meta.url)), /missing\.wasm.*404.*gatewright\/inline-guards.*initGuards.*optimizeDeps.*wasm-unsafe-eval/s)
  await initGuards()
  await initGuards()
  await initLint()
  await initLint()
  assert.deepEqual(fetched, ['gatewright_bg.wasm', 'missing.wasm', 'gatewright_guards_bg.wasm', 'gatewright_lint_bg.wasm'])
  assert.equal(lintPolicy('{}').error?.code, 'policy_missing_member')
  assert.equal(checkGuards(guards, '{"x":"aa"}').reason, 0)
  assert.notEqual(checkGuards(guards, '{"x":"ab"}').reason, 0)
})
