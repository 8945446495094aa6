// Loading: from the Worker, with its headers, within half a second; and what is said when something does not come.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { address, opened, withBrowser } from './browser.js'

withBrowser()

/** Far beyond what it takes: on a busy machine a figure proves nothing. In milliseconds. */
const GROSS = 5000
const LOADS = 7

describe('the page', () => {
  it('comes from the gateway, with a policy that lets it do nothing but this', async () => {
    for (const [file, type] of [['', 'text/html'], ['app.js', 'text/javascript'], ['style.css', 'text/css'], ['icon.svg', 'image/svg+xml'], ['gatewright_preview_bg.wasm', 'application/wasm'], ['gatewright_guards_bg.wasm', 'application/wasm']]) {
      const response = await fetch(address() + file)
      await response.arrayBuffer()
      assert.equal(response.status, 200, file)
      assert.ok(response.headers.get('content-type')?.startsWith(type), `${file}: ${response.headers.get('content-type')}`)
      const csp = response.headers.get('content-security-policy') ?? ''
      assert.match(csp, /default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';.*frame-ancestors 'none'/, file)
      assert.doesNotMatch(csp, /unsafe-inline|'unsafe-eval'|https?:|\*/)
      assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
      assert.equal(response.headers.get('referrer-policy'), 'no-referrer')
    }
    for (const outside of ['../health', '../../health', 'nothing.js', '%2e%2e/ready', '../preview/..%2f..%2fpolicy.json']) {
      const response = await fetch(new URL(outside, address()))
      assert.doesNotMatch(await response.text(), /<!doctype html>/i, outside)
    }
  })

  it('its policy holds: what it forbids does not happen, and is noticed', () => assert.rejects(
    opened(async (page) => {
      await page.evaluate(() => { document.body.append(Object.assign(document.createElement('img'), { src: 'http://127.0.0.1:9/leak' })) })
      await page.waitForTimeout(300)
    }),
    /CSP: img-src http:\/\/127\.0\.0\.1:9/,
  ))

  it('cannot be asked to run a text: there are no inline scripts, and no texts become markup', () => opened(async (page) => {
    assert.equal(await page.evaluate(() => { try { document.body.innerHTML = '<b>x</b>'; return 'taken' } catch (error) { return /** @type {Error} */ (error).name } }), 'TypeError')
    assert.equal(await page.locator('script:not([src]), [onclick], [onload], [style*="url"], style').count(), 0)
  }, { mayComplain: /TrustedHTML|Trusted Type|trusted-types|require-trusted-types-for/ }))

  it('asks for its own files alone, and for each once', () => opened(async (_, { requests }) => {
    const files = requests.map((url) => url.slice(address().length)).sort()
    assert.deepEqual(files.filter((file) => file !== 'icon.svg'), ['', 'app.js', 'gatewright_preview_bg.wasm', 'style.css'])
  }))

  it('has its first answer soon', async () => {
    const times = []
    for (let load = 0; load < LOADS; load += 1) {
      await opened(async (page) => { times.push(await page.evaluate(() => Number(document.documentElement.dataset.ready))) })
    }
    const [median, most] = [times.toSorted((a, b) => a - b)[Math.floor(LOADS / 2)], Math.max(...times)]
    console.log(`first answer: ${Math.round(median)} ms, at most ${Math.round(most)} ms of ${LOADS} loads`)
    assert.ok(median > 0 && median < GROSS, `${times}`)
  })
})

describe('when something does not come', () => {
  for (const [what, answer] of /** @type {[string, any][]} */ ([['is not found', { status: 404 }], ['is nonsense', { status: 200, contentType: 'application/wasm', body: 'nonsense' }]])) {
    it(`the module, which ${what}: the page says what to do`, () => opened(async (page) => {
      await page.unroute('**/gatewright_preview_bg.wasm')
      await page.getByText('The gate did not load, so nothing can be decided here.').first().waitFor()
      await page.getByText('has to serve gatewright_preview_bg.wasm beside it').waitFor()
      await page.getByRole('button', { name: 'Try again' }).click()
      await page.locator('#summary', { hasText: '2 agents × 11' }).waitFor()
    }, {
      isReady: false, mayFetch: () => true, mayComplain: /404|gatewright_preview_bg/,
      prepare: (page) => page.route('**/gatewright_preview_bg.wasm', (route) => route.fulfill(answer)),
    }))
  }

  it('the script: what is there says what to do', () => opened(async (page) => {
    await page.getByText('The gate is being loaded. If this does not go away, reload the page.').waitFor()
  }, { isReady: false, mayFetch: (url) => url.endsWith('/icon.svg'), mayComplain: /app\.js|ERR_FAILED|preload/, prepare: (page) => page.route('**/app.js', (route) => route.abort()) }))

  it('JavaScript: what is there says that it is needed', () => opened(async (page) => {
    await page.locator('noscript p', { hasText: 'needs JavaScript for it' }).waitFor()
  }, { isReady: false, options: { javaScriptEnabled: false }, mayFetch: (url) => url.endsWith('/icon.svg'), mayComplain: /preload/ }))
})
