// How the page looks: pictures of every state of it, at three widths and in two colour schemes, for people to look
// at. What a machine can say of them it says: nothing hangs over the edge, and axe finds nothing.
import assert from 'node:assert/strict'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { now, signed } from '../js/preview-scenes.js'
import { PICTURES, choose, opened, paste, withBrowser, write } from './browser.js'

withBrowser()

/** @typedef {import('playwright-core').Page} Page */

/** Shows a part of the page, which a phone does not show by itself. @param {Page} page @param {string} name */
async function show(page, name) {
  const button = page.getByRole('navigation', { name: 'Parts of the page' }).getByRole('button', { name })
  if (await button.isVisible()) await button.click()
}

const LONG = 'an-agent-whose-id-is-as-long-as-the-ids-that-some-platforms-make-up-01234567-89ab-cdef-0123-456789abcdef'
const crowd = JSON.stringify({
  version: 1, routes: { profile: 'agentos' }, authentication: { virtual_keys: {} },
  agents: Object.fromEntries(Array.from({ length: 500 }, (_, i) => [i === 3 ? LONG : `agent-${i}`, {
    permissions: Array.from({ length: 20 }, (_, j) => ({ action: `service-${j}.do`, ...(j % 4 === 0 && { max_amount: 100 + i }), ...((i + j) % 3 === 0 && { requires_approval: true }) })),
  }])),
}, undefined, 2)

/** What there is to see, and how a person gets there. @type {Record<string, (page: Page) => Promise<unknown>>} */
const STATES = {
  start: async () => {},
  policy: (page) => show(page, 'Policy'),
  caller: (page) => show(page, 'Caller'),
  key: async (page) => { await choose(page, 'LiteLLM'); await show(page, 'Caller') },
  async token(page) {
    await show(page, 'Caller')
    await page.getByRole('button', { name: 'A token', exact: true }).click()
    await page.getByLabel('A JWT').fill(signed({ sub: 'ann', scopes: ['agents:read'], exp: now + 900 }, 'HS256'))
    await page.locator('.note', { hasText: 'not checked' }).waitFor()
  },
  async trace(page) {
    await choose(page, 'AgentWarden')
    await page.locator('.cell', { hasText: '500' }).click()
    await page.getByRole('dialog').getByText('every layer agreed').waitFor()
  },
  async denied(page) {
    await page.locator('.cell[data-reason="scope_missing"]').first().click()
    await page.getByRole('dialog').getByText('a scope is missing').waitFor()
  },
  async error(page) {
    await show(page, 'Policy')
    await write(page, '{\n  "version": 1,\n  "rotues": {}\n}')
    await page.locator('#verdict.bad').waitFor()
  },
  async nothing(page) {
    await show(page, 'Policy')
    await write(page, '')
    await page.locator('#verdict.bad').waitFor({ state: 'attached' })
    await show(page, 'Results')
  },
  async empty(page) {
    await show(page, 'Policy')
    await paste(page, '{ "version": 1, "routes": {}, "authentication": { "virtual_keys": {} }, "agents": {} }')
    await show(page, 'Results')
    await page.getByText('Neither routes nor actions').waitFor()
  },
  async offer(page) {
    await choose(page, 'AgentOS layers')
    await page.getByRole('button', { name: /Load the module/ }).waitFor()
  },
  async layers(page) {
    await STATES.offer(page)
    await page.getByRole('button', { name: /Load the module/ }).click()
    await page.locator('.cell.wait').first().waitFor()
  },
  async changes(page) {
    await choose(page, 'AgentWarden')
    await show(page, 'Policy')
    const policy = JSON.parse(await page.getByLabel('The policy, as JSON').inputValue())
    policy.agents['support-bot'].permissions.splice(0, 3, { action: 'stripe.refund', max_amount: 1250 })
    await write(page, policy)
    await show(page, 'Results')
    await page.locator('.changes').waitFor()
  },
  async watched(page) {
    await show(page, 'Policy')
    await paste(page, JSON.stringify({ version: 1, mode: 'shadow', routes: {}, authentication: { virtual_keys: {} }, agents: { a: { permissions: [{ action: 'x', max_amount: 5 }, { action: 'y' }] } } }, undefined, 2))
    await show(page, 'Results')
    await page.locator('button.cell.watched').first().waitFor()
  },
  routes: (page) => page.getByRole('tab', { name: 'Routes' }).click(),
  async tools(page) {
    await STATES.layers(page)
    await page.getByRole('tab', { name: 'Tools' }).click()
  },
  async request(page) {
    await page.getByRole('tab', { name: 'A request' }).click()
    await page.locator('.answer .status').waitFor()
  },
  async crowd(page) {
    await show(page, 'Policy')
    await paste(page, crowd)
    await show(page, 'Results')
    await page.locator('#summary', { hasText: '500 agents × 31' }).waitFor()
  },
  async link(page) {
    await page.evaluate(() => { location.hash = 'nonsense' })
    await page.getByText('none of this page').waitFor()
  },
}

const WIDTHS = /** @type {const} */ ([[360, 740], [820, 1100], [1440, 900]])
const mayFetch = (/** @type {string} */ url) => /gatewright_guards_bg\.wasm$|icon\.svg$/.test(url)

before(() => mkdir(PICTURES, { recursive: true }))

for (const [width, height] of WIDTHS) {
  const options = { viewport: { width, height }, hasTouch: width < 500, isMobile: width < 500 }
  describe(`at ${width} px`, { concurrency: 2 }, () => {
    for (const [name, go] of Object.entries(STATES)) {
      it(name, () => opened(async (page) => {
        await go(page)
        const { wide, over } = await page.evaluate(overhanging)
        assert.ok(wide <= width, `the page is ${wide} px wide: ${over.join(', ')}`)
        await page.evaluate(await AXE)
        for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
          await page.emulateMedia({ colorScheme })
          await page.screenshot({ path: join(PICTURES, `${name}-${width}-${colorScheme}.png`), animations: 'disabled' })
          // In the dark it is the colours that are others.
          assert.deepEqual(await faults(page, colorScheme === 'dark' ? ['color-contrast'] : undefined), [], colorScheme)
        }
      }, { options, mayFetch }))
    }
  })
}

/** Runs in the page: how wide it is, and what is wider than it should be. */
function overhanging() {
  const { scrollWidth, clientWidth } = document.documentElement
  const isScrolled = (/** @type {Element} */ element) => element.closest('.scroll, .editor, .examples, .tabs, pre, .sr, .skip') !== null
  const over = [...document.querySelectorAll('body *')].filter((element) => element.getBoundingClientRect().right > clientWidth + 1 && !isScrolled(element))
  return { wide: over.length === 0 ? scrollWidth : Math.max(scrollWidth, clientWidth + 1), over: over.slice(0, 5).map((element) => `${element.tagName}.${element.className}`) }
}

/** It is evaluated from outside, so that the policy of the page stays as it is. */
const AXE = readFile(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')

/** What axe has to say. @param {Page} page @param {string[]} [rules] all by default */
async function faults(page, rules) {
  const { violations } = await page.evaluate((only) => /** @type {any} */ (globalThis).axe.run(document, { resultTypes: ['violations'], ...(only && { runOnly: only }) }), rules)
  return violations.map((/** @type {any} */ { id, nodes }) => `${id}: ${nodes.slice(0, 3).map((/** @type {any} */ { html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary.slice(0, 200)}`).join(' | ')}`)
}
