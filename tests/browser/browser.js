// A person's browser in front of the real gateway: Chromium, and workerd through `wrangler dev`. Whatever a page
// does that it must not do fails the test that it did it in.
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { freePort, startGateway } from '../../examples/gateway.mjs'
import { CHROMIUM_ARGS, chromium as chromiumPath } from '../../scripts/chromium.mjs'

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').BrowserContextOptions} Options */

/** Where the pictures go. They are for people. */
export const PICTURES = fileURLToPath(new URL('../../.cache/screenshots/', import.meta.url))

const policy = JSON.stringify({
  version: 1, routes: { profile: 'agentos' },
  authentication: { issuers: [{ name: 'agentos', issuer: 'any', audience: 'any', algorithms: ['HS256'], keys: [{ env: 'KEY' }] }] },
})

/** So long anything may take here that a person waits for, in milliseconds. */
const PATIENCE = 10_000

/** @type {Awaited<ReturnType<typeof startGateway>>} */
let gateway
/** @type {import('playwright-core').Browser} */
let browser

/** Starts both for the tests of a file, and ends them after. */
export function withBrowser() {
  before(async () => {
    const executablePath = await chromiumPath()
    const port = await freePort(8900)
    gateway = await startGateway({ port, policy, origin: 'http://127.0.0.1:9', secrets: { KEY: 'x'.repeat(64) } })
    browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS })
  })
  after(async () => {
    await browser?.close()
    await gateway?.close()
  })
}

export const address = () => `${gateway.url}/.gate/preview/`

/**
 * Opens the page, lets a test do with it what a person would, and looks at what the page did meanwhile.
 *
 * @param {(page: Page, watched: Watched) => Promise<unknown>} work
 * @param {object} [how]
 * @param {Options} [how.options]
 * @param {string} [how.fragment] of the address
 * @param {(url: string) => boolean} [how.mayFetch] which requests are fine after the page has loaded
 * @param {(page: Page) => Promise<unknown>} [how.prepare] before the page is opened
 * @param {RegExp} [how.mayComplain] what may be said in the console
 * @param {boolean} [how.isReady] whether it gets as far as to show something
 */
export async function opened(work, { options = {}, fragment = '', mayFetch = () => false, prepare, mayComplain, isReady = true } = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, permissions: ['clipboard-read', 'clipboard-write'], ...options })
  context.setDefaultTimeout(PATIENCE)
  const page = await context.newPage()
  const watched = watch(page)
  try {
    await page.addInitScript(recordShifts)
    await prepare?.(page)
    await page.goto(address() + fragment)
    if (isReady) await page.locator('html[data-ready]').waitFor()
    const loaded = watched.requests.length
    await work(page, watched)
    assert.deepEqual(watched.complaints.filter((text) => !mayComplain?.test(text)), [], 'nothing is complained about')
    assert.deepEqual(watched.requests.slice(loaded).filter((url) => !mayFetch(url)), [], 'nothing is asked for after the page has loaded')
    assert.deepEqual(watched.requests.filter((url) => new URL(url).origin !== gateway.url), [], 'nobody else is asked')
    assert.deepEqual(await kept(page), { local: 0, session: 0, databases: 0, caches: 0, workers: 0, cookie: '' }, 'nothing is kept')
    assert.deepEqual((await context.cookies()).length, 0)
  } finally {
    await context.close()
  }
}

/** @typedef {ReturnType<typeof watch>} Watched */

/** @param {Page} page */
function watch(page) {
  /** @type {string[]} */
  const complaints = []
  /** @type {string[]} */
  const requests = []
  page.on('console', (message) => {
    if (message.type() !== 'log' && message.type() !== 'debug') complaints.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`thrown: ${error.message}`))
  page.on('crash', () => complaints.push('the page crashed'))
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`))
  page.on('request', (request) => requests.push(request.url()))
  page.on('websocket', (socket) => requests.push(socket.url()))
  return { complaints, requests }
}

/** Runs in the page, before anything else: notes every shift of the layout, and every breach of its policy. */
function recordShifts() {
  const shifts = /** @type {number[]} */ ([])
  Object.assign(globalThis, { shifts })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) shifts.push(/** @type {any} */ (entry).value)
  }).observe({ type: 'layout-shift', buffered: true })
  // A page reports them in the console, unless something there swallows it.
  document.addEventListener('securitypolicyviolation', (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`))
}

/** How much of the layout has shifted so far. @param {Page} page @returns {Promise<number>} */
export const shifted = (page) => page.evaluate(() => /** @type {any} */ (globalThis).shifts.reduce((/** @type {number} */ sum, /** @type {number} */ one) => sum + one, 0))

/** What the page keeps in the browser. @param {Page} page */
const kept = (page) => page.evaluate(async () => ({
  local: localStorage.length, session: sessionStorage.length, databases: (await indexedDB.databases()).length,
  caches: (await caches.keys()).length, workers: (await navigator.serviceWorker.getRegistrations()).length, cookie: document.cookie,
}))

/** Chooses an example. @param {Page} page @param {string} name */
export async function choose(page, name) {
  await page.getByRole('navigation', { name: 'Examples' }).getByRole('button', { name, exact: true }).click()
  await page.locator(`#examples button[aria-pressed="true"]`, { hasText: name }).waitFor()
}

/** Writes another policy. @param {Page} page @param {object | string} policy */
export async function write(page, policy) {
  await page.getByLabel('The policy, as JSON').fill(typeof policy === 'string' ? policy : JSON.stringify(policy, undefined, 2))
}

/** Pastes another policy over what is there. @param {Page} page @param {string} text */
export async function paste(page, text) {
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text)
  await page.getByLabel('The policy, as JSON').press('ControlOrMeta+a')
  await page.keyboard.press('ControlOrMeta+v')
}

/** The cells of the matrix that are in the page: their reasons, what they look like, what they say. @param {Page} page */
export const cells = (page) => page.locator('.matrix tbody tr:not(.gap)').evaluateAll((rows) => rows.map((row) =>
  [...row.querySelectorAll('button')].map((button) => ({ reason: button.dataset.reason, looks: button.className.replace('cell ', ''), text: button.lastChild?.textContent, change: button.dataset.change }))))
