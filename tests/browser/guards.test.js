// The module for guards comes when somebody asks for it, and not before.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cells, choose, opened, withBrowser, write } from './browser.js'

withBrowser()

const GUARDS = /\/\.gate\/preview\/gatewright_guards_bg\.wasm$/

describe('a policy with guards', () => {
  it('is offered the module, which is fetched once, when it is asked for', () => opened(async (page, { requests }) => {
    await choose(page, 'AgentOS layers')
    await page.getByText('A module of its own does that').first().waitFor()
    await page.waitForTimeout(300)
    assert.equal(requests.filter((url) => GUARDS.test(url)).length, 0)
    const before = requests.length
    await page.getByRole('button', { name: /Load the module for guards/ }).click()
    await page.locator('#summary', { hasText: '2 agents × 18' }).waitFor()
    assert.deepEqual(requests.slice(before).map((url) => GUARDS.test(url)), [true])
    await page.getByLabel('Arguments of actions, as JSON').fill('{ "sql": "DROP TABLE users", "path": "/etc/passwd", "url": "http://169.254.169.254/" }')
    await page.locator('.cell[data-reason="guard_sql"]').first().waitFor()
    const reasons = new Set((await cells(page)).flat().map(({ reason }) => reason))
    for (const reason of ['guard_sql', 'guard_path', 'guard_host']) assert.ok(reasons.has(reason), [...reasons].join())
    await choose(page, 'LiteLLM')
    await choose(page, 'AgentOS layers')
    await page.locator('#summary', { hasText: '2 agents × 18' }).waitFor()
    await write(page, { version: 1, routes: {}, authentication: { virtual_keys: {} }, agents: { a: { allow: ['x'] } }, tools: { x: { guards: [{ at: '/id', pattern: '[' }] } } })
    await page.locator('#findings .error').waitFor()
  }, { mayFetch: (url) => GUARDS.test(url) }))

  it('is told what to do when the module does not come', () => opened(async (page) => {
    await choose(page, 'AgentOS layers')
    await page.getByRole('button', { name: /Load the module for guards/ }).click()
    await page.getByText('the module for guards did not load').first().waitFor()
    await page.unroute('**/gatewright_guards_bg.wasm')
    await choose(page, 'AgentOS layers')
    await page.getByRole('button', { name: /Load the module for guards/ }).click()
    await page.locator('#summary', { hasText: '2 agents × 18' }).waitFor()
  }, { mayFetch: (url) => GUARDS.test(url), prepare: (page) => page.route('**/gatewright_guards_bg.wasm', (route) => route.abort()), mayComplain: /gatewright_guards_bg|ERR_FAILED/ }))
})
