// Every example by one click, every caller of it by another; and what the page then shows is what the model says,
// which other tests hold against the gate.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createGate } from '../../pkg/node.js'
import { looksOf, textOf } from '../../www/preview/cells.js'
import { EXAMPLES } from '../../www/preview/examples.js'
import { createSheet } from '../../www/preview/sheet.js'
import { cells, choose, opened, shifted, withBrowser } from './browser.js'

withBrowser()

const GUARDS = /gatewright_guards_bg\.wasm$/

describe('an example', () => {
  for (const { id, name, policy, callers, context, request } of EXAMPLES) {
    it(`${name} is opened by a click, with all its callers`, () => opened(async (page) => {
      await choose(page, name)
      assert.deepEqual(JSON.parse(await page.getByLabel('The policy, as JSON').inputValue()), policy)
      assert.equal(await page.getByLabel('Method and path').inputValue(), request)
      if (id === 'layers') await page.getByRole('button', { name: /Load the module/ }).click()
      for (const { name: who, caller } of callers) {
        await page.getByRole('group', { name: 'Callers of the example' }).getByRole('button', { name: who, exact: true }).click()
        const { gate, agents, columns, cells: wanted } = await createSheet({ createGate, policy, caller, context })
        gate.close()
        const expected = wanted.map((row) => row.map((cell) => ({ reason: cell.reason, looks: looksOf(cell), text: textOf(cell), change: undefined })))
        if (columns.length === 0) await page.getByText('Neither routes nor actions').waitFor()
        else await page.waitForFunction((rows) => JSON.stringify([...document.querySelectorAll('.matrix tbody tr:not(.gap)')].map((row) => [...row.querySelectorAll('button')].map(({ dataset }) => dataset.reason))) === rows, JSON.stringify(expected.map((row) => row.map(({ reason }) => reason))))
        assert.deepEqual(await cells(page), columns.length === 0 ? [] : expected, who)
        const heads = await page.locator('.matrix tbody th').allTextContents()
        assert.deepEqual(heads, [...agents.slice(0, -1), 'any other agent'])
      }
    }, { mayFetch: (url) => GUARDS.test(url) }))
  }

  it('of the last kind is not left behind by the next: nothing moves about', () => opened(async (page) => {
    for (const { name } of [...EXAMPLES, ...EXAMPLES.toReversed()]) {
      await choose(page, name)
      await page.waitForTimeout(100)
    }
    assert.ok(await shifted(page) < 0.02, `${await shifted(page)}`)
  }))
})

describe('the first example', () => {
  it('is there when the page has loaded, and nothing moved about until then', () => opened(async (page) => {
    assert.equal(await page.locator('#examples button[aria-pressed="true"]').textContent(), EXAMPLES[0].name)
    assert.match(await page.locator('#summary').textContent() ?? '', /^2 agents × 11: 6 allowed, 16 denied$/)
    assert.equal(await page.locator('#verdict').textContent(), '✓ compiles, 1 finding')
    assert.ok(await shifted(page) < 0.02, `${await shifted(page)}`)
  }))
})
