// The page without a mouse.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { choose, opened, paste, withBrowser } from './browser.js'

withBrowser()

/** @typedef {import('playwright-core').Page} Page */

const focused = (/** @type {Page} */ page) => page.evaluate(() => {
  const { id = '', tagName = '', textContent, dataset } = /** @type {HTMLElement} */ (document.activeElement ?? {})
  return dataset?.row === undefined ? `${tagName.toLowerCase()} ${document.activeElement?.getAttribute('aria-label') ?? (id || textContent)}` : `cell ${dataset.row} ${dataset.column}`
})
/** Presses keys one after the other, and tells where that led. @param {Page} page @param {string[]} keys */
async function after(page, ...keys) {
  for (const key of keys) await page.keyboard.press(key)
  return focused(page)
}

describe('with the keyboard alone', () => {
  it('everything is reached by Tab, in the order it stands in, and is seen to be reached', () => opened(async (page) => {
    const seen = []
    for (let step = 0; step < 60; step += 1) {
      await page.keyboard.press('Tab')
      const name = await focused(page)
      if (name.startsWith('body')) break
      seen.push(name)
      const { outline, shadow } = await page.evaluate(() => {
        const element = /** @type {HTMLElement} */ (document.activeElement)
        // The editor, and the button around a file, show it for what is in them.
        const [own, around] = [getComputedStyle(element), getComputedStyle(element.closest('.editor, .file') ?? element)]
        return { outline: own.outlineStyle !== 'none' || around.outlineStyle !== 'none', shadow: around.boxShadow !== 'none' }
      })
      assert.ok(outline || shadow, `${name} does not show that it has the focus`)
    }
    const order = ['button skip', 'Agno AgentOS', 'file', 'The policy, as JSON', 'web_user', 'Scopes', 'tab-matrix', 'cell 0 0']
    const places = order.map((name) => seen.findIndex((one) => one.endsWith(name)))
    assert.ok(places.every((place) => place >= 0), `${seen}`)
    assert.deepEqual(places, places.toSorted((a, b) => a - b), `${seen}`)
    assert.equal(seen.filter((name) => name.startsWith('cell')).length, 1, 'a grid is one stop')
    assert.equal(seen.filter((name) => name.includes('tab-')).length, 1, 'tabs are one stop')
  }))

  it('the first stop leads to the results', () => opened(async (page) => {
    assert.equal(await after(page, 'Tab'), 'button skip')
    assert.equal(await after(page, 'Enter'), 'section results')
  }))

  it('views are chosen with the arrows', () => opened(async (page) => {
    await page.getByRole('tab', { name: 'Matrix' }).focus()
    for (const [key, id] of [['ArrowRight', 'routes'], ['ArrowRight', 'tools'], ['ArrowRight', 'request'], ['ArrowRight', 'matrix'], ['ArrowLeft', 'request'], ['Home', 'matrix'], ['End', 'request'], ['a', 'request']]) {
      assert.equal(await after(page, key), `button tab-${id}`)
      assert.equal(await page.locator('[role="tabpanel"]:visible').getAttribute('id'), `view-${id}`)
    }
  }))

  it('cells are reached with the arrows, Home and End, and explained by Enter', () => opened(async (page) => {
    await page.locator('.cell[data-row="0"][data-column="0"]').focus()
    assert.equal(await after(page, 'ArrowRight', 'ArrowRight', 'ArrowDown'), 'cell 1 2')
    assert.equal(await after(page, 'End'), 'cell 1 10')
    assert.equal(await after(page, 'ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowDown'), 'cell 2 10')
    assert.equal(await after(page, 'Home'), 'cell 2 0')
    assert.equal(await after(page, 'ControlOrMeta+End'), 'cell 2 10')
    assert.equal(await after(page, 'ControlOrMeta+Home'), 'cell 0 0')
    assert.equal(await after(page, 'ArrowUp', 'ArrowLeft'), 'cell 0 0')
    assert.equal(await after(page, 'ArrowRight', 'Enter'), 'button Close')
    assert.equal(await after(page, 'Escape'), 'cell 0 1')
    assert.equal(await after(page, 'Shift+Tab', 'Tab'), 'cell 0 1', 'the cell is remembered')
    await choose(page, 'AgentWarden')
    assert.equal(await page.locator('.cell[tabindex="0"]').count(), 1)
  }))

  it('of many rows any is reached, and is in sight', () => opened(async (page) => {
    const agents = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`agent-${i}`, {}]))
    await paste(page, JSON.stringify({ version: 1, routes: { profile: 'agentos' }, authentication: { virtual_keys: {} }, agents }))
    await page.locator('#summary', { hasText: '300 agents' }).waitFor()
    const inSight = () => page.evaluate(() => {
      const cell = /** @type {HTMLElement} */ (document.activeElement).getBoundingClientRect()
      const scroll = /** @type {HTMLElement} */ (document.querySelector('.matrix')?.parentElement).getBoundingClientRect()
      const head = /** @type {HTMLElement} */ (document.querySelector('.matrix thead')).getBoundingClientRect()
      return cell.top >= head.bottom - 1 && cell.bottom <= Math.min(scroll.bottom, innerHeight) + 1
    })
    await page.locator('.cell[data-row="0"][data-column="0"]').focus()
    const first = await after(page, 'PageDown')
    assert.match(first, /^cell ([5-9]|1\d|2\d) 0$/)
    for (const [key, cell] of [['ControlOrMeta+End', 'cell 300 10'], ['PageUp', undefined], ['ControlOrMeta+Home', 'cell 0 0'], ['PageDown', first], ['PageUp', 'cell 0 0']]) {
      const found = await after(page, /** @type {string} */ (key))
      if (cell !== undefined) assert.equal(found, cell)
      assert.ok(await inSight(), `${found} after ${key} is in sight`)
    }
    for (let step = 0; step < 40; step += 1) await page.keyboard.press('ArrowDown')
    assert.equal(await focused(page), 'cell 40 0')
    assert.ok(await inSight())
  }))
})
