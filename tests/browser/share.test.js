// A link opens what was shared, for somebody else, and holds nothing that is anybody's secret.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import { SECRET, now, signed } from '../js/preview-scenes.js'
import { cells, choose, opened, withBrowser, write } from './browser.js'

withBrowser()

/** @typedef {import('playwright-core').Page} Page */

const token = signed({ sub: 'ann', scopes: ['agents:finance-agent:run'], exp: now + 900 }, 'HS256')
const share = (/** @type {Page} */ page) => page.locator('#share')
/** Browsers ask for the icon of a page again when somebody goes to another fragment of it. */
const mayFetch = (/** @type {string} */ url) => url.endsWith('/icon.svg')

/** Copies a link, and returns its fragment. @param {Page} page */
async function copied(page) {
  await page.getByRole('button', { name: 'Copy a link' }).click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  assert.equal(link.split('#')[0], page.url())
  return new URL(link).hash
}

describe('a link', () => {
  it('opens the same sheet in another browser', () => opened(async (page) => {
    await choose(page, 'AgentWarden')
    const policy = JSON.parse(await page.getByLabel('The policy, as JSON').inputValue())
    policy.agents['retired-bot'].active = true
    await write(page, policy)
    await page.locator('#summary', { hasText: '▲ 1 widened' }).waitFor()
    await page.getByRole('tab', { name: 'A request' }).click()
    await page.getByLabel('Method and path').fill('GET /shared')
    const [fragment, shown, text] = [await copied(page), await cells(page), await page.getByLabel('The policy, as JSON').inputValue()]
    await opened(async (other) => {
      assert.deepEqual(await cells(other), shown.map((row) => row.map((cell) => ({ ...cell, change: undefined }))))
      assert.equal(await other.getByLabel('The policy, as JSON').inputValue(), text)
      assert.equal(await other.getByLabel('Method and path').inputValue(), 'GET /shared')
      assert.equal(await other.locator('#examples [aria-pressed="true"]').count(), 0)
    }, { fragment })
  }))

  it('of a token holds its claims, and the page says that nobody signed them', () => opened(async (page) => {
    await page.getByRole('button', { name: 'A token', exact: true }).click()
    await page.getByLabel('A JWT').fill(token)
    await page.getByLabel('JWT_VERIFICATION_KEY, to check the signature').fill(SECRET)
    await page.locator('.note', { hasText: 'and fits' }).waitFor()
    const [fragment, shown] = [await copied(page), await cells(page)]
    const within = inflateRawSync(Buffer.from(fragment.slice(1), 'base64url')).toString()
    assert.deepEqual(Object.keys(JSON.parse(within)).sort(), ['caller', 'policy', 'request'])
    assert.deepEqual(Object.keys(JSON.parse(within).caller).sort(), ['claims', 'header', 'kind'])
    for (const secret of [...token.split('.'), SECRET]) assert.ok(!within.includes(secret))
    await opened(async (other) => {
      await other.locator('.note', { hasText: 'From a link: claims without a signature' }).waitFor()
      assert.deepEqual(await cells(other), shown)
      assert.match(await other.getByLabel('Claims of a token, from a link').inputValue(), /"sub": "ann"/)
    }, { fragment })
  }))

  it('is in the address bar where nothing can be copied', () => opened(async (page) => {
    await share(page).click()
    await page.getByText('It is in the address bar').waitFor()
    assert.match(new URL(page.url()).hash, /^#[\w-]{100,}$/)
  }, { mayFetch, options: { permissions: [] }, prepare: (page) => page.addInitScript(() => { navigator.clipboard.writeText = async () => { throw new Error('no') } }) }))

  it('is refused where something secret would be in it', () => opened(async (page) => {
    await page.getByLabel('Scopes, divided by spaces or lines').fill(token)
    await share(page).click()
    await page.getByText('Not shared: it holds a token with its signature').waitFor()
    assert.equal(new URL(page.url()).hash, '')
    await write(page, '{')
    await page.locator('#verdict.bad').waitFor()
    await share(page).click()
    await page.getByText('No policy to share').waitFor()
  }))

  for (const fragment of ['#nonsense', '#AAAA', '#results']) {
    it(`that is none, ${fragment}, is said to be none, and the first example is there`, () => opened(async (page) => {
      await page.getByText('The link that was opened is none of this page, or not whole.').waitFor()
      assert.equal(await page.locator('#examples [aria-pressed="true"]').textContent(), 'Agno AgentOS')
      assert.equal(new URL(page.url()).hash, '')
    }, { fragment }))
  }

  it('is followed when it is put into the address of a page that is open, and left by an example', () => opened(async (page) => {
    const start = await copied(page)
    for (const name of ['LiteLLM', 'AgentPatterns']) {
      await choose(page, name)
      assert.equal(new URL(page.url()).hash, '')
      await page.evaluate((hash) => { location.hash = hash }, start)
      await page.locator('#summary', { hasText: '2 agents × 11' }).waitFor()
    }
  }, { mayFetch }))

  it('that somebody made to break the page does not', () => opened(async (page) => {
    const { deflateRawSync } = await import('node:zlib')
    const policy = JSON.stringify({ version: 1, routes: { profile: 'agentos' }, authentication: { issuers: [{ name: 'a', issuer: 'any', audience: 'any', algorithms: ['HS256'], keys: [{ env: 'K' }], claims: { team: '__proto__.polluted' } }], virtual_keys: {} } })
    for (const caller of [
      { kind: 'scopes', issuer: 0, scopes: [], team: 'yes' }, { kind: 'scopes', issuer: 99, scopes: ['<img src=x onerror=alert(1)>'] }, { kind: 'claims', header: { alg: {}, kid: [] }, claims: { scopes: { length: 5 } } },
      { kind: 'key', record: { agents: { length: 1 }, ceiling: 5, groups: 'x', expires: {} } }, { kind: 'key', record: { key: 'sk-other-key', agents: 'all' } },
    ]) {
      const hash = deflateRawSync(JSON.stringify({ policy, caller })).toString('base64url')
      await page.evaluate((to) => { location.hash = to }, hash)
      await page.waitForFunction((to) => document.querySelector('#editor textarea') && /** @type {HTMLTextAreaElement} */ (document.querySelector('#editor textarea')).value === to, policy)
      await page.waitForTimeout(150)
      assert.equal(await page.evaluate(() => /** @type {any} */ ({}).polluted), undefined)
      assert.equal(await page.locator('#view-matrix .matrix').count(), 1, JSON.stringify(caller))
    }
  }, { mayFetch }))
})
