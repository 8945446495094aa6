// Saying who asks: composed, pasted, dropped, or nobody. Of a pasted token the page says what it knows.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SECRET, jwks, now, pairOf, signed } from '../js/preview-scenes.js'
import { choose, opened, paste, withBrowser, write } from './browser.js'

withBrowser()

/** @typedef {import('playwright-core').Page} Page */

const claims = { sub: 'ann', scopes: ['agents:finance-agent:run'], exp: now + 900 }
const token = signed(claims, 'HS256')
const RUN = 'POST /agents/{agent_id}/runs'

const form = (/** @type {Page} */ page) => page.locator('.panel.caller')
const kind = (/** @type {Page} */ page, /** @type {string} */ name) => form(page).getByRole('group', { name: 'Kind of caller' }).getByRole('button', { name, exact: true })
const note = (/** @type {Page} */ page, /** @type {RegExp} */ text) => form(page).locator('.note', { hasText: text }).waitFor()
/** Waits until a cell says something. @param {Page} page @param {string} agent @param {string} what @param {string} says */
const says = (page, agent, what, says) => page.getByRole('gridcell').getByRole('button', { name: `${agent}, ${what}: ${says}`, exact: true }).waitFor()

/** Drops files onto the page, as a person does. @param {Page} page @param {{ name: string, text: string }[]} files */
async function drop(page, files) {
  const transfer = await page.evaluateHandle((given) => {
    const data = new DataTransfer()
    for (const { name, text } of given) data.items.add(new File([text], name))
    return data
  }, files)
  for (const event of ['dragover', 'drop']) await page.dispatchEvent('body', event, { dataTransfer: transfer })
}

describe('a caller', () => {
  it('is composed from scopes', () => opened(async (page) => {
    await form(page).getByLabel('Scopes, divided by spaces or lines').fill('agents:finance-agent:run, agents:read')
    await says(page, 'finance-agent', RUN, 'allowed')
    await says(page, 'web-search-agent', RUN, 'denied: scope_missing')
    await form(page).getByLabel('Subject').fill('')
    await says(page, 'finance-agent', RUN, 'denied: token_subject')
    assert.equal(await page.getByRole('group', { name: 'Callers of the example' }).locator('[aria-pressed="true"]').count(), 0, 'it is nobody of the example')
  }))

  it('of a new scope brings its agent along', () => opened(async (page) => {
    await paste(page, JSON.stringify({ version: 1, routes: { profile: 'agentos' }, authentication: { issuers: [{ name: 'a', issuer: 'any', audience: 'any', algorithms: ['HS256'], keys: [{ env: 'KEY' }] }] } }))
    await page.locator('#summary', { hasText: /^1 agent × 11/ }).waitFor()
    await form(page).getByLabel('Scopes, divided by spaces or lines').fill('agents:brand-new:run')
    await says(page, 'brand-new', RUN, 'allowed')
    await page.getByLabel('More agents').fill('another, and-another')
    await says(page, 'and-another', RUN, 'denied: scope_missing')
  }))

  it('is a virtual key with agents and a team', () => opened(async (page) => {
    await choose(page, 'LiteLLM')
    await form(page).getByLabel('Agents of the key').focus()
    await form(page).getByLabel('Agents of the key').selectOption('all')
    await says(page, 'agent-456', 'POST /a2a/{agent}', 'allowed')
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'SELECT', 'the field that was changed is still the one in focus')
    await form(page).getByLabel('Team').selectOption('support-team')
    await says(page, 'agent-456', 'POST /a2a/{agent}', 'denied: access_restricted')
    await form(page).getByLabel('Blocked').selectOption('yes')
    await says(page, 'agent-123', 'POST /a2a/{agent}', 'denied: key_blocked')
  }))

  it('is nobody, or of a kind that the policy does not take', () => opened(async (page) => {
    await kind(page, 'Nobody').click()
    await says(page, 'web-search-agent', RUN, 'denied: credentials_missing')
    await kind(page, 'A key').click()
    await note(page, /takes no virtual keys/)
    assert.equal(await kind(page, 'A key').evaluate((button) => button === document.activeElement), true)
    await choose(page, 'LiteLLM')
    await kind(page, 'Scopes').click()
    await note(page, /believes no tokens/)
  }))
})

describe('a token', () => {
  it('is pasted, and its signature is not checked, which is said', () => opened(async (page) => {
    await kind(page, 'A token').click()
    await note(page, /Paste a token/)
    await form(page).getByLabel('A JWT').fill(`Bearer ${token}\n`)
    await note(page, /The signature was not checked: no key was given/)
    await says(page, 'finance-agent', RUN, 'allowed')
  }))

  it('is checked with the right key, and refused with a wrong one', () => opened(async (page) => {
    await kind(page, 'A token').click()
    await form(page).getByLabel('A JWT').fill(token)
    await form(page).getByLabel('JWT_VERIFICATION_KEY, to check the signature').fill(SECRET)
    await note(page, /The signature was checked with the key that was given, and fits/)
    await says(page, 'finance-agent', RUN, 'allowed')
    await form(page).getByLabel('JWT_VERIFICATION_KEY, to check the signature').fill(SECRET.toUpperCase())
    await note(page, /Checked with the key that was given, and refused: the signature does not fit/)
    await says(page, 'finance-agent', RUN, 'denied: token_signature')
    await form(page).getByLabel('JWT_VERIFICATION_KEY, to check the signature').fill('short')
    await note(page, /Not checked. What was given is no key/)
    assert.equal((await page.content()).includes(SECRET), false, 'the secret is nowhere in the document')
  }))

  it('of published keys is checked with the set', () => opened(async (page) => {
    pairOf('ES256')
    await write(page, { version: 1, routes: { profile: 'agentos' }, authentication: { issuers: [{ name: 'a', issuer: 'any', audience: 'any', algorithms: ['ES256'], jwks_uri: 'https://id.example/jwks.json' }] } })
    await kind(page, 'A token').click()
    await form(page).getByLabel('A JWT').fill(signed(claims, 'ES256'))
    await note(page, /no key was given/)
    await form(page).getByLabel('JWK Set of the issuer, to check the signature').fill(JSON.stringify(jwks()))
    await note(page, /and fits/)
    await says(page, 'finance-agent', RUN, 'allowed')
  }))

  it('that the gate refuses whatever its signature is said to be refused', () => opened(async (page) => {
    await kind(page, 'A token').click()
    for (const [pasted, why] of /** @type {[string, RegExp][]} */ ([
      ['no token', /the token (is not three parts|is malformed)|no credential|not three parts/], [signed({ ...claims, exp: 5 }, 'HS256'), /the token has expired/],
      [signed(claims, 'RS256'), /the token's algorithm is not one that is accepted/], [`${token.slice(0, -1)}=`, /canonical base64url/],
    ])) {
      await form(page).getByLabel('A JWT').fill(pasted)
      await note(page, /^Refused, whatever its signature/)
      await note(page, why)
    }
  }))

  it('of 8 kB is read, and one that is larger refused', () => opened(async (page) => {
    await kind(page, 'A token').click()
    await form(page).getByLabel('A JWT').fill(signed({ ...claims, padding: 'x'.repeat(5900) }, 'HS256'))
    await says(page, 'finance-agent', RUN, 'allowed')
    await form(page).getByLabel('A JWT').fill(signed({ ...claims, padding: 'x'.repeat(6200) }, 'HS256'))
    await says(page, 'finance-agent', RUN, 'denied: token_too_large')
    await form(page).getByLabel('A JWT').fill('ä\u0000🦀 '.repeat(100))
    await note(page, /^Refused/)
    await page.getByRole('tab', { name: 'A request' }).click()
    await page.getByText('No browser and no server sends such a request').waitFor()
  }))
})

describe('a file', () => {
  it('is dropped, or chosen: a policy and a token, in any order', () => opened(async (page) => {
    const policy = JSON.stringify({ version: 1, routes: { profile: 'agentos' }, authentication: { issuers: [{ name: 'dropped', issuer: 'any', audience: 'any', algorithms: ['HS256'], keys: [{ env: 'KEY' }] }] } })
    await drop(page, [{ name: 'token.jwt', text: `${token}\n` }, { name: 'policy.json', text: policy }])
    await says(page, 'finance-agent', RUN, 'allowed')
    assert.equal(await page.getByLabel('The policy, as JSON').inputValue(), policy)
    assert.equal(await form(page).getByLabel('A JWT').inputValue(), token)
    assert.equal(await page.locator('#examples [aria-pressed="true"]').count(), 0)
    await page.locator('#file').setInputFiles([{ name: 'other.jwt', mimeType: 'text/plain', buffer: Buffer.from(signed({ ...claims, scopes: [] }, 'HS256')) }])
    await page.locator('#summary', { hasText: /^any agent × 11: 11 denied$/ }).waitFor()
  }))

  it('that is neither is said to be none', () => opened(async (page) => {
    await drop(page, [{ name: 'picture.png', text: '\u0000\u0001\u0002' }])
    await page.locator('#verdict.bad').waitFor()
    await drop(page, [{ name: 'large.bin', text: 'x'.repeat(9 << 20) }])
    await page.getByText('large.bin is larger than a policy or a token can be.').waitFor()
  }))
})
