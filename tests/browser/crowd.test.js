// Much, and odd: five hundred agents, ten thousand, a policy of a megabyte, and ids that bite.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createGate } from '../../pkg/node.js'
import { createSheet } from '../../www/preview/sheet.js'
import { crowd } from '../js/preview-scenes.js'
import { opened, paste, withBrowser } from './browser.js'

withBrowser()

/** @typedef {import('playwright-core').Page} Page */

const summary = (/** @type {Page} */ page, /** @type {RegExp} */ text) => page.locator('#summary', { hasText: text }).waitFor({ timeout: 30_000 })
const { policy } = crowd(500, 20)

/** Runs in the page: notes long tasks, and the time between frames, until it is asked for them. */
function watchFrames() {
  const watched = { long: /** @type {number[]} */ ([]), frames: /** @type {number[]} */ ([]) }
  Object.assign(globalThis, { watched })
  new PerformanceObserver((list) => watched.long.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' })
  let last = performance.now()
  const frame = (/** @type {number} */ now) => {
    watched.frames.push(now - last)
    last = now
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
}

describe('a matrix of 500 agents and 20 actions', () => {
  it('is decided in two crossings into the module, one for requests and one for actions', async () => {
    const calls = { decideAll: 0, checkAll: 0 }
    const counting = async (/** @type {any} */ options) => {
      const gate = await createGate(options)
      return {
        ...gate,
        decideAll: (/** @type {any[]} */ ...asked) => { calls.decideAll += 1; return gate.decideAll(.../** @type {[any, any]} */ (asked)) },
        checkAll: (/** @type {any[]} */ ...asked) => { calls.checkAll += 1; return gate.checkAll(.../** @type {[any]} */ (asked)) },
        check: () => assert.fail('one by one'), evaluate: () => assert.fail('one by one'),
      }
    }
    const sheet = await createSheet({ createGate: /** @type {any} */ (counting), policy, caller: { kind: 'scopes', issuer: 0, subject: 'ann', scopes: [] } })
    assert.deepEqual([sheet.agents.length, sheet.columns.length], [501, 31])
    assert.deepEqual(calls, { decideAll: 1, checkAll: 1 })
    sheet.gate.close()
  })

  it('holds a window of rows, which follows the wheel to the end', () => opened(async (page) => {
    await page.getByRole('button', { name: 'nobody', exact: true }).click()
    await paste(page, JSON.stringify(policy))
    await summary(page, /^500 agents × 31/)
    const grid = page.getByRole('grid')
    assert.deepEqual([await grid.getAttribute('aria-rowcount'), await grid.getAttribute('aria-colcount')], ['503', '32'])
    await page.evaluate(watchFrames)
    await grid.hover({ position: { x: 300, y: 300 } })
    /** @type {number[]} */
    const seen = []
    for (let turn = 0; turn < 120; turn += 1) {
      await page.mouse.wheel(0, 240)
      const rows = await page.locator('.matrix tbody tr:not(.gap)').count()
      seen.push(rows)
      if (await page.locator('.matrix tbody th', { hasText: 'any other agent' }).count() > 0) break
    }
    const last = page.locator('.matrix tbody tr', { hasText: 'any other agent' })
    await last.waitFor()
    assert.equal(await last.getAttribute('aria-rowindex'), '503')
    assert.ok(Math.max(...seen) < 60, `${Math.max(...seen)} rows are in the page`)
    const { long, frames } = await page.evaluate(() => /** @type {any} */ (globalThis).watched)
    const slow = frames.filter((/** @type {number} */ time) => time > 50).length
    console.log(`scrolled through 500 rows: ${frames.length} frames, ${slow} of them slower than 50 ms, ${long.length} long tasks${long.length > 0 ? `, the longest ${Math.round(Math.max(...long))} ms` : ''}`)
    // The rows between have the height they would have, so the place of a row is where it is said to be.
    const heights = await page.locator('.matrix tbody').evaluate((body) => body.getBoundingClientRect().height)
    assert.ok(Math.abs(heights - 501 * 36) < 36, `${heights}`)
  }))
})

describe('more than a page is made for', () => {
  it('ten thousand agents are shown', () => opened(async (page) => {
    const agents = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`agent-${i}`, { permissions: [{ action: 'pay', max_amount: i }] }]))
    await paste(page, JSON.stringify({ version: 1, routes: {}, authentication: { virtual_keys: {} }, agents }))
    await summary(page, /^10000 agents × 1: 10000 allowed$/)
    await page.locator('button.cell').first().focus()
    await page.keyboard.press('ControlOrMeta+End')
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-row')), '10000')
    for (const view of ['Routes', 'Tools', 'Matrix']) await page.getByRole('tab', { name: view }).click()
    assert.ok(await page.locator('body *').count() < 5000)
  }))

  it('a policy of a megabyte, on one line and on many', () => opened(async (page) => {
    const agents = Object.fromEntries(Array.from({ length: 4000 }, (_, i) => [`agent-${i}-${'x'.repeat(200)}`, {}]))
    const large = { version: 1, routes: {}, authentication: { virtual_keys: {} }, agents }
    for (const text of [JSON.stringify(large), JSON.stringify(large, undefined, 2)]) {
      await paste(page, text)
      await page.waitForFunction((length) => /** @type {HTMLTextAreaElement} */ (document.querySelector('#editor textarea')).value.length === length, text.length)
      await page.locator('#verdict.good').waitFor()
      await summary(page, /^Nothing about agents$/)
      await page.getByLabel('The policy, as JSON').press('ControlOrMeta+End')
      await page.keyboard.type(' ')
      await page.locator('#verdict.good').waitFor()
    }
    await paste(page, JSON.stringify({ $schema: 'x'.repeat(4_100_000) }))
    await page.locator('#findings', { hasText: 'too_large' }).waitFor()
  }))

  it('ids that are names of everything, of nothing, or not to be sent', () => opened(async (page) => {
    const ids = ['__proto__', 'constructor', 'toString', '🦀', 'a/b', '100%', 'a b', '..', '.', '<img src=x onerror=alert(1)>', '"quoted"', 'any-other-agent', 'ä'.repeat(100)]
    const text = `{ "version": 1, "routes": { "profile": "agentos" }, "authentication": { "issuers": [{ "name": "a", "issuer": "any", "audience": "any", "algorithms": ["HS256"], "keys": [{ "env": "K" }] }] }, "agents": { ${ids.map((id) => `${JSON.stringify(id)}: { "permissions": [{ "action": "pay", "max_amount": 5 }] }`).join(', ')} } }`
    await page.getByRole('button', { name: 'nobody', exact: true }).click()
    await paste(page, text)
    await summary(page, new RegExp(`^${ids.length} agents`))
    assert.deepEqual(await page.locator('.matrix tbody th').allTextContents(), [...ids, 'any other agent'])
    await page.getByRole('button', { name: 'Scopes', exact: true }).click()
    await page.getByLabel('Scopes, divided by spaces or lines').fill('agents:*:run')
    await page.locator('.cell.allow[data-row="0"][data-column="1"]').waitFor()
    const reasons = await page.locator('.cell[data-column="1"]').evaluateAll((cells) => cells.map((cell) => /** @type {HTMLElement} */ (cell).dataset.reason))
    assert.deepEqual(reasons, [...ids.map((id) => (id === 'a/b' ? 'path_slash' : /^\.+$/.test(id) ? 'path_dot_segment' : 'allowed')), 'agent_unknown'])
    for (let row = 0; row < ids.length; row += 1) {
      await page.locator(`.cell[data-row="${row}"][data-column="11"]`).click()
      await page.getByRole('dialog').getByRole('heading', { name: `${ids[row]}: pay`, exact: true }).waitFor()
      await page.getByRole('dialog').getByText('every layer agreed').waitFor()
    }
  }))
})
