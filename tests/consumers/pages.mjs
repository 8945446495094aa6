// Pages in Chromium, and the servers that they come from. Everything stays on this machine.
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createServer as createSocket } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { chromium as playwright } from 'playwright-core'
import { CHROMIUM_ARGS, chromium } from '../../scripts/chromium.mjs'

const SECONDS = 30
const GRACE_SECONDS = 3

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm', '.json': 'application/json' }

/** @type {import('playwright-core').Browser | undefined} */
let browser

const launched = async () => (browser ??= await playwright.launch({ executablePath: await chromium(), args: CHROMIUM_ARGS }))

export async function closeBrowser() {
  await browser?.close()
  browser = undefined
}

/** @param {string} [script] @param {string} [head] */
export const html = (script = './main.js', head = '') =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>consumer</title><link rel="icon" href="data:,">${head}` +
  `<script type="module" src="${script}"></script></html>\n`

/**
 * Opens a page and waits until it tells, or until it is clear that it will not.
 *
 * @param {string} url
 * @returns {Promise<import('./entries.mjs').Outcome>}
 */
export async function outcomeAt(url) {
  const context = await (await launched()).newContext()
  const page = await context.newPage()
  /** @type {string[]} */
  const troubles = []
  /** @type {(_: undefined) => void} */
  let giveUp
  const failed = new Promise((resolve) => (giveUp = resolve))
  // A page that has trouble and will tell nevertheless does so soon; one whose modules failed never does.
  const note = (/** @type {string} */ trouble) => {
    troubles.push(trouble)
    setTimeout(giveUp, GRACE_SECONDS * 1000)
  }
  page.on('pageerror', (error) => note(String(error)))
  page.on('console', (message) => message.type() === 'error' && note(message.text()))
  page.on('response', (response) => response.status() >= 400 && note(`${response.status()} ${response.url()}`))
  try {
    await page.goto(url)
    const told = page.waitForFunction(() => /** @type {any} */ (globalThis).outcome, undefined, { timeout: SECONDS * 1000 })
    const outcome = await Promise.race([told.then((handle) => handle.jsonValue()), failed])
    told.catch(() => {})
    return outcome ?? { error: troubles.join('\n') }
  } catch (error) {
    return { error: [...troubles, String(error)].join('\n') }
  } finally {
    await context.close()
  }
}

/**
 * Serves a folder.
 *
 * @param {string} folder
 * @param {Record<string, string>} [headers]
 */
export async function serve(folder, headers = {}) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://host')
    const file = join(folder, normalize(pathname), pathname.endsWith('/') ? 'index.html' : '')
    try {
      const body = await readFile(file)
      const type = /** @type {Record<string, string>} */ (TYPES)[extname(file)] ?? 'application/octet-stream'
      response.writeHead(200, { 'content-type': type, ...headers }).end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  return { origin: `http://127.0.0.1:${port}`, close: () => server.close() }
}

/**
 * What a page in a folder tells.
 *
 * @param {string} folder
 * @param {Record<string, string>} [headers]
 * @param {string} [path]
 */
export async function outcomeIn(folder, headers, path = '/') {
  const { origin, close } = await serve(folder, headers)
  try {
    return await outcomeAt(`${origin}${path}`)
  } finally {
    close()
  }
}

/** A port that nobody listens on. */
export async function freePort() {
  const server = createSocket().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  await new Promise((resolve) => server.close(resolve))
  return port
}
