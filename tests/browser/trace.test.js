// A cell opens the trace that explains it, and the other views say what they are for.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { EXAMPLES } from '../../www/preview/examples.js'
import { choose, opened, withBrowser, write } from './browser.js'

withBrowser()

/** @typedef {import('playwright-core').Page} Page */

const agno = /** @type {any} */ (EXAMPLES[0]).policy
const trace = (/** @type {Page} */ page) => page.getByRole('dialog')
const cell = (/** @type {Page} */ page, /** @type {string} */ name) => page.getByRole('gridcell').getByRole('button', { name })
const layers = (/** @type {Page} */ page) => trace(page).locator('.steps li').evaluateAll((all) => all.map((step) => [step.querySelector('.layer')?.textContent, step.querySelector('.said')?.textContent]))
const focused = (/** @type {Page} */ page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent)
/** The facts below a decision. @param {Page} page @param {string} within */
const facts = (page, within) => page.locator(`${within} .facts`).evaluate((list) => Object.fromEntries([...list.querySelectorAll('dt')].map((name) => [name.textContent, name.nextElementSibling?.textContent])))

describe('the trace of a cell', () => {
  it('says what each layer said, and goes with Escape: focus returns to the cell', () => opened(async (page) => {
    await cell(page, 'finance-agent, POST /agents/{agent_id}/runs: denied').click()
    await trace(page).getByRole('heading', { name: 'POST /agents/finance-agent/runs' }).waitFor()
    assert.deepEqual(await layers(page), [['authenticate', 'allow'], ['route', 'allow'], ['scope', 'deny']])
    const found = await facts(page, '#trace')
    assert.deepEqual([found.reason, found.subject, found.resource, found['scopes that would do']], ['scope_missing', 'web_user', 'agent finance-agent', 'agents:finance-agent:run'])
    assert.match(found.policy ?? '', /^sha256:[0-9a-f]{64}$/)
    assert.equal(await focused(page), 'Close')
    await page.keyboard.press('Escape')
    assert.equal(await trace(page).count(), 0)
    assert.match(await focused(page) ?? '', /^finance-agent, POST \/agents\/\{agent_id\}\/runs: denied/)
    await page.keyboard.press('Enter')
    await trace(page).getByRole('button', { name: 'Close' }).click()
    assert.match(await focused(page) ?? '', /^finance-agent, POST/)
  }))

  it('of an action takes other arguments', () => opened(async (page) => {
    await choose(page, 'AgentWarden')
    await cell(page, 'support-bot, stripe.refund').click()
    const field = trace(page).getByLabel('Arguments, as JSON')
    assert.deepEqual(JSON.parse(await field.inputValue()), { amount: 100 })
    for (const [context, verdict] of [
      ['{ "amount": 300 }', 'waits for a person'], ['{ "amount": 501 }', 'denied'], ['{ "amount": "5" }', 'depends on the arguments'], ['{ "amount": 100 }', 'allowed'],
    ]) {
      await field.fill(context)
      await trace(page).locator('.outcome', { hasText: verdict }).waitFor()
    }
    await field.fill('{ "amount": ')
    await trace(page).getByText('The arguments are no JSON object.').waitFor()
    assert.equal(await field.getAttribute('aria-invalid'), 'true')
  }))

  it('follows what is edited, and goes with its cell', () => opened(async (page) => {
    await cell(page, 'web-search-agent, POST /agents/{agent_id}/runs: allowed').click()
    await trace(page).getByText('every layer agreed').waitFor()
    await write(page, { ...agno, agents: { 'web-search-agent': { active: false } } })
    await trace(page).locator('.outcome', { hasText: 'denied' }).waitFor()
    assert.equal((await facts(page, '#trace')).reason, 'agent_inactive')
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'TEXTAREA', 'who writes is not disturbed')
    await write(page, '{')
    await trace(page).waitFor({ state: 'detached' })
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'TEXTAREA')
  }))

  it('says whom a request cannot be isolated to', () => opened(async (page) => {
    await write(page, { version: 1, routes: { profile: 'agentos' }, authentication: { virtual_keys: {} }, agents: { a: {} } })
    await page.getByRole('button', { name: 'A key', exact: true }).click()
    await page.getByLabel('Agents of the key').selectOption('all')
    await cell(page, 'a, GET /agents/{agent_id}: denied: isolation_user').click()
    assert.deepEqual((await layers(page)).at(-1), ['isolate', 'deny'])
    await page.getByLabel('Subject').fill('robot')
    await trace(page).locator('.outcome', { hasText: 'allowed' }).waitFor()
  }))
})

describe('the other views', () => {
  it('list every route, with what it needs and what this caller gets', () => opened(async (page) => {
    await page.getByRole('tab', { name: 'Routes' }).click()
    const rows = page.getByRole('tabpanel', { name: 'Routes' }).locator('tbody tr')
    assert.ok(await rows.count() > 50)
    assert.deepEqual(await rows.first().locator('td').allTextContents(), ['✓', 'any/health', 'nothing', 'public'])
    const run = rows.filter({ hasText: 'POST/agents/{agent_id}/runs' }).first()
    assert.deepEqual((await run.locator('td').allTextContents()).slice(2), ['agents:{id}:run', 'allowed for web-search-agent'])
    const config = rows.filter({ hasText: '/config' }).first()
    await config.getByRole('button').click()
    await trace(page).getByRole('heading', { name: 'GET /config' }).waitFor()
    assert.equal((await facts(page, '#trace')).reason, 'scope_missing')
    await page.keyboard.press('Escape')
    assert.match(await focused(page) ?? '', /^denied: scope_missing, of GET \/config$/)
  }))

  it('list every tool, with its level, its limits and who may', () => opened(async (page) => {
    await choose(page, 'AgentPatterns')
    await page.getByRole('tab', { name: 'Tools' }).click()
    const rows = await page.getByRole('tabpanel', { name: 'Tools' }).locator('tbody tr').evaluateAll((all) => all.map((row) => [...row.querySelectorAll('td')].map((one) => one.innerText.replace(/\s+/g, ' '))))
    assert.deepEqual(rows, [
      ['delete_user', 'delete', 'an approver has to agree', '◐ janitor: waits for a person'], ['read_user', 'read', '–', '✓ assistant: allowed ✓ janitor: allowed'],
      ['send_webhook', 'execute', '–', 'no agent'], ['update_user_status', 'write', '–', '✓ assistant: allowed'],
    ])
    await page.getByRole('button', { name: 'janitor: waits for a person, of delete_user' }).click()
    await trace(page).locator('.outcome', { hasText: 'waits for a person' }).waitFor()
    await choose(page, 'AgentWarden')
    assert.match(await page.getByRole('tabpanel').innerText(), /budget refunds: 2000 together per agent in 86400 s/)
  }))

  it('say so where there are none', () => opened(async (page) => {
    await page.getByRole('tab', { name: 'Tools' }).click()
    await page.getByText('neither tools nor permissions').or(page.getByText('it has neither `tools` nor permissions')).waitFor()
    await choose(page, 'AgentPatterns')
    await page.getByRole('tab', { name: 'Routes' }).click()
    await page.getByText('This policy has no routes').waitFor()
  }))
})

describe('a request line', () => {
  const line = (/** @type {Page} */ page) => page.getByLabel('Method and path')
  const answer = (/** @type {Page} */ page, /** @type {string} */ text) => page.locator('.answer', { hasText: text }).waitFor()

  it('is answered as the gate would: status, headers and body', () => opened(async (page) => {
    await page.getByRole('tab', { name: 'A request' }).click()
    await answer(page, '403')
    const [headers, body] = await page.locator('.answer pre').allTextContents()
    assert.match(headers, /^content-type: application\/json$/m)
    assert.match(headers, /^www-authenticate: Bearer error="insufficient_scope", scope="agents:finance-agent:run"$/m)
    assert.deepEqual(JSON.parse(body), { detail: 'Insufficient permissions. Required scope(s): agents:run' })
    assert.equal((await facts(page, '.answer')).reason, 'scope_missing')
    for (const [text, status] of [['get /agents/%2e%2e/users', '400'], ['GET /agents/../users', '400'], ['GET /nowhere', '403'], ['GET /agents//x', '400'], [`GET /${'x'.repeat(9000)}`, '414']]) {
      await line(page).fill(text)
      await page.locator('.answer .status', { hasText: status }).waitFor()
    }
    await line(page).fill('GET /agents')
    await page.getByRole('button', { name: 'nobody', exact: true }).click()
    await page.locator('.answer .status', { hasText: '401' }).waitFor()
  }))

  it('that is let through shows what the origin gets, and not the credential', () => opened(async (page) => {
    await page.getByRole('tab', { name: 'A request' }).click()
    await line(page).fill('POST /agents/web-search-agent/runs?stream=false&user_id=eve')
    await answer(page, 'The gate lets it through')
    const [sent] = await page.locator('.answer pre').allTextContents()
    assert.match(sent, /^POST \/agents\/web-search-agent\/runs\?stream=false&user_id=web_user$/m)
    assert.match(sent, /^x-gatewright-subject: web_user$/m)
    assert.match(sent, /^x-gatewright-decision: allow;reason=allowed;policy=sha256:[0-9a-f]{64}$/m)
    assert.match(sent, /^authorization: \(the credential, unchanged\)$/m)
    assert.doesNotMatch(await page.content(), /eyJ/)
  }))

  it('that is none is asked for again', () => opened(async (page) => {
    await page.getByRole('tab', { name: 'A request' }).click()
    for (const text of ['', 'GET', '/agents', 'GET agents', 'G T /x']) {
      await line(page).fill(text)
      await answer(page, 'A request is a method and a path')
    }
    await line(page).fill('BREW /agents')
    await page.locator('.answer .status', { hasText: '403' }).waitFor()
  }))
})
