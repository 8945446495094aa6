// Editing: what is wrong is shown in its place, and what changes is told apart.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { EXAMPLES } from '../../www/preview/examples.js'
import { choose, opened, paste, withBrowser, write } from './browser.js'

withBrowser()

/** @typedef {import('playwright-core').Page} Page */

const warden = /** @type {any} */ (EXAMPLES.find(({ id }) => id === 'agentwarden')).policy
/** The policy of AgentWarden with other agents. @param {(agents: any) => void} change */
function changed(change) {
  const policy = structuredClone(warden)
  change(policy.agents)
  return policy
}

const editor = (/** @type {Page} */ page) => page.getByLabel('The policy, as JSON')
const summary = (/** @type {Page} */ page, /** @type {RegExp} */ text) => page.locator('#summary', { hasText: text }).waitFor()
/** The changes of a row of the matrix, by the head of the column. @param {Page} page @param {string} agent */
const changesOf = (page, agent) => page.locator('.matrix tbody tr', { has: page.getByRole('rowheader', { name: agent, exact: true }) }).locator('button')
  .evaluateAll((buttons) => Object.fromEntries(buttons.map((button) => [/^.*?, (.*?): /.exec(button.textContent ?? '')?.[1], button.dataset.change]).filter(([, change]) => change)))

describe('a policy that does not compile', () => {
  it('says so in its title, in the gutter, below, and in place of the results', () => opened(async (page) => {
    await choose(page, 'AgentWarden')
    await write(page, JSON.stringify({ ...warden, rotues: {} }, undefined, 2))
    await page.locator('#verdict', { hasText: '✕ does not compile: line' }).waitFor()
    const line = JSON.stringify({ ...warden, rotues: {} }, undefined, 2).split('\n').findIndex((text) => text.includes('rotues')) + 1
    assert.equal(await page.locator('#verdict').textContent(), `✕ does not compile: line ${line}`)
    assert.equal(await editor(page).getAttribute('aria-invalid'), 'true')
    await page.getByText('A gate with it lets nothing through').first().waitFor()
    for (const view of ['Routes', 'Tools', 'A request']) {
      await page.getByRole('tab', { name: view }).click()
      await page.getByRole('tabpanel').getByText(/does not compile|no policy to ask/).waitFor()
    }
    const finding = page.getByRole('region', { name: 'Findings' }).getByRole('button', { name: /policy_unknown_member/ })
    assert.match(await finding.textContent() ?? '', new RegExp(`line ${line}, column 3`))
    await finding.click()
    assert.equal(await page.locator('.gutter .error').textContent(), String(line))
    assert.match(await page.locator('.gutter .error').getAttribute('title') ?? '', /policy_unknown_member: no such member/)
    assert.equal(await page.locator('.editor .wrong').textContent(), '  "rotues": {}')
    const [at, text] = await editor(page).evaluate((area) => [/** @type {HTMLTextAreaElement} */ (area).selectionStart, /** @type {HTMLTextAreaElement} */ (area).value])
    assert.equal(String(text).slice(Number(at), Number(at) + 8), '"rotues"')
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'TEXTAREA')
    await write(page, warden)
    await summary(page, /3 agents × 4/)
    assert.equal(await page.locator('.gutter .error').count(), 0)
    assert.equal(await editor(page).getAttribute('aria-invalid'), 'false')
  }))

  for (const [what, text, code] of [
    ['nothing', '', 'policy_syntax'], ['half of one', '{ "version": 1,', 'policy_syntax'], ['a member twice', '{ "version": 1, "version": 1 }', 'policy_duplicate_member'],
    ['no object', '[]', 'policy_value'], ['a bad place far below', JSON.stringify({ ...warden, agents: { a: { levels: ['reed'] } } }), 'policy_value'],
    ['an issuer without keys', JSON.stringify({ version: 1, routes: {}, authentication: { issuers: [{ name: 'a', issuer: 'any', audience: 'any', algorithms: ['HS256'] }] } }), 'policy_issuer'],
  ]) {
    it(`is told what is wrong with ${what}`, () => opened(async (page) => {
      await write(page, text)
      await page.locator('#verdict.bad').waitFor()
      assert.match(await page.locator('#findings button').first().textContent() ?? '', new RegExp(`error: ${code} line \\d+, column \\d+`))
    }))
  }

  it('keeps lint beside its error', () => opened(async (page) => {
    await write(page, { version: 1, routes: {}, authentication: { issuers: [{ name: 'a', issuer: 'any', audience: 'any', algorithms: ['HS256'], keys: [{ pem: 'x' }] }] } })
    await page.locator('#verdict.bad').waitFor()
    const severities = await page.locator('#findings button').evaluateAll((all) => all.map(({ className }) => className))
    assert.equal(severities[0], 'error')
    assert.ok(severities.includes('warning'), severities.join())
  }))
})

describe('a change', () => {
  it('is told apart as wider and narrower, and compared from anew on demand', () => opened(async (page) => {
    await choose(page, 'AgentWarden')
    await write(page, changed((agents) => { agents['support-bot'].permissions[0].max_amount = 200 }))
    await summary(page, /▲ 1 widened ?▼ 0 narrowed/)
    assert.deepEqual(await changesOf(page, 'support-bot'), { 'stripe.refund': 'widened' })
    await write(page, changed((agents) => { agents['support-bot'].permissions[0].max_amount = 50; agents['retired-bot'].active = true }))
    await summary(page, /▲ 1 widened ?▼ 1 narrowed/)
    assert.deepEqual([await changesOf(page, 'support-bot'), await changesOf(page, 'retired-bot')], [{ 'stripe.refund': 'narrowed' }, { 'email.send': 'widened' }])
    assert.equal(await page.locator('.cell[data-change="narrowed"]').evaluate((cell) => getComputedStyle(cell, '::after').content), '"▼"')
    assert.equal(await page.locator('.cell[data-change="widened"]').evaluate((cell) => getComputedStyle(cell, '::after').content), '"▲"')
    await page.getByRole('button', { name: 'compare from here' }).click()
    await page.locator('#summary .changes').waitFor({ state: 'detached' })
    assert.equal(await page.locator('[data-change]').count(), 0)
    await write(page, warden)
    await summary(page, /▲ 1 widened ?▼ 1 narrowed/)
    assert.deepEqual([await changesOf(page, 'support-bot'), await changesOf(page, 'retired-bot')], [{ 'stripe.refund': 'widened' }, { 'email.send': 'narrowed' }])
  }))

  it('both ways at once is neither', () => opened(async (page) => {
    await choose(page, 'AgentWarden')
    await write(page, changed((agents) => { agents['support-bot'].permissions[0].max_amount = 200; agents['support-bot'].permissions[1].max_amount = 400 }))
    await summary(page, /▲ 0 widened ?▼ 0 narrowed ?◆ 1 changed/)
    assert.deepEqual(await changesOf(page, 'support-bot'), { 'stripe.refund': 'changed' })
  }))

  it('is seen where an agent, an action or a route was taken out', () => opened(async (page) => {
    await choose(page, 'AgentWarden')
    await write(page, changed((agents) => { delete agents['finance-bot']; agents['support-bot'].permissions = agents['support-bot'].permissions.slice(0, 3) }))
    await summary(page, /▲ 0 widened ?▼ 3 narrowed/)
    assert.deepEqual(await changesOf(page, 'finance-bot'), { 'stripe.payout': 'narrowed', 'stripe.refund': 'narrowed' })
    assert.deepEqual(await changesOf(page, 'support-bot'), { 'crm.*': 'narrowed' })
    await choose(page, 'Agno AgentOS')
    await write(page, { .../** @type {any} */ (EXAMPLES[0]).policy, routes: { rules: [{ method: 'GET', path: '/agents/{agent}', action: 'read', resource: 'agents/{agent}' }] } })
    await summary(page, /▼ 4 narrowed/)
    assert.equal(await page.locator('[data-change="narrowed"][data-reason="route_unmatched"]').count(), 4)
  }))

  it('is seen where an agent was added', () => opened(async (page) => {
    await choose(page, 'AgentWarden')
    await write(page, changed((agents) => { agents['new-bot'] = { permissions: [{ action: 'new.action' }] } }))
    await summary(page, /▲ 1 widened ?▼ 0 narrowed/)
    assert.deepEqual(await changesOf(page, 'new-bot'), { 'new.action': 'widened' })
  }))

  it('is none where another policy is pasted over all of it', () => opened(async (page) => {
    await paste(page, JSON.stringify(warden, undefined, 2))
    await summary(page, /^3 agents × 4: /)
    assert.equal(await page.locator('#summary .changes').count(), 0)
    await write(page, changed((agents) => { agents['retired-bot'].active = true }))
    await summary(page, /▲ 1 widened ?▼ 0 narrowed/)
  }))

  it('is not seen where the caller is another', () => opened(async (page) => {
    await page.getByRole('button', { name: 'power_user' }).click()
    await summary(page, /: 1[0-9] allowed/)
    assert.equal(await page.locator('[data-change]').count(), 0)
  }))
})

describe('the editor', () => {
  it('is a field like others: keys type, are taken back, and Tab goes on', () => opened(async (page) => {
    await choose(page, 'AgentWarden')
    const before = await editor(page).inputValue()
    await editor(page).press('ControlOrMeta+Home')
    await page.keyboard.type('x')
    await page.locator('#verdict.bad').waitFor()
    await page.keyboard.press('ControlOrMeta+z')
    await page.locator('#verdict.good').waitFor()
    assert.equal(await editor(page).inputValue(), before)
    await page.keyboard.press('Tab')
    assert.notEqual(await page.evaluate(() => document.activeElement?.closest('#editor')), 'null')
    assert.equal(await page.evaluate(() => document.activeElement?.closest('#editor') === null), true)
    await page.keyboard.press('Shift+Tab')
    assert.equal(await page.evaluate(() => document.activeElement?.closest('#editor') !== null), true)
  }))

  it('has its colours and numbers where its text is, wherever that is scrolled to', () => opened(async (page) => {
    await paste(page, Array.from({ length: 3000 }, (_, line) => `{ "line-${line + 1}": ${line} }`).join('\n'))
    for (const top of [0, 31_000, 1_000_000]) {
      await editor(page).evaluate((area, to) => { area.scrollTop = to }, top)
      await page.waitForTimeout(50)
      const { wanted, number, text, rows } = await editor(page).evaluate((area) => {
        const { top: start } = area.getBoundingClientRect()
        const seen = (/** @type {string} */ selector) => [...document.querySelectorAll(selector)].find((line) => line.getBoundingClientRect().top >= start)
        return { wanted: Math.ceil((area.scrollTop - 8) / 20) + 1, number: seen('.gutter span')?.textContent, text: seen('.editor pre div')?.textContent, rows: document.querySelectorAll('.editor pre div').length }
      })
      assert.equal(number, String(wanted))
      assert.equal(text, `{ "line-${wanted}": ${wanted - 1} }`)
      assert.ok(rows < 60, `${rows} lines are in the page`)
    }
  }))
})
