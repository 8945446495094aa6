// The matrix: a row for each agent, a column for each thing to do. Of many rows only those are in the page
// that can be seen, and a few around them.
import { SIGNS, spoken, textOf } from './cells.js'
import { STRANGER } from './columns.js'
import { h } from './dom.js'

/** As in style.css. */
const ROW = 36

/** So many rows are all there at once. */
const FEW = 60
const AROUND = 12

/**
 * @typedef {object} Shown
 * @property {import('./sheet.js').Sheet} sheet
 * @property {(row: number, column: number) => string | undefined} changed
 */

/**
 * @param {HTMLElement} place
 * @param {{ onCell: (row: number, column: number) => void }} options
 */
export function createMatrix(place, { onCell }) {
  const scroll = h('div', { class: 'scroll', scroll: () => { if (isPartial) rows() } })
  place.append(scroll)
  /** @type {Shown | undefined} */
  let shown
  /** @type {HTMLTableSectionElement} */
  let body
  let isPartial = false
  let [from, to] = [-1, -1]
  /** The cell that Tab comes to. */
  let [row, column] = [0, 0]

  /** @param {Shown} what */
  function show(what) {
    shown = what
    const { agents, columns } = what.sheet
    isPartial = agents.length > FEW
    ;[from, to] = [-1, -1]
    row = Math.min(row, agents.length - 1)
    column = Math.max(0, Math.min(column, columns.length - 1))
    if (columns.length === 0) {
      scroll.replaceChildren(h('div', { class: 'empty' }, h('p', {}, 'Neither routes nor actions of this policy are about agents.'), h('p', {}, 'See the routes.')))
      return
    }
    body = h('tbody')
    const firstAction = columns.findIndex(({ action }) => action !== undefined)
    const heads = columns.map(({ label, action }, index) =>
      h('th', { scope: 'col', class: index === firstAction && index > 0 && 'first', 'aria-label': action === undefined ? `the caller: ${label}` : `the agent: ${label}` },
        h('div', { class: 'col', title: label }, label.replace(/\{[^}]*\}/g, '*'))),
    )
    scroll.replaceChildren(
      h('table', {
        class: 'matrix', role: 'grid', 'aria-rowcount': agents.length + 1, 'aria-colcount': columns.length + 1,
        'aria-label': 'What may be done with each agent, and by it', keydown: move, click: clicked, focusin: focused,
      }, h('thead', {}, h('tr', { 'aria-rowindex': 1 }, h('th', { scope: 'col' }, 'Agent'), ...heads)), body),
    )
    rows()
  }

  /** Draws the rows that can be seen. */
  function rows() {
    if (shown === undefined || body === undefined) return
    const { agents } = shown.sheet
    const first = isPartial ? Math.max(0, Math.floor(scroll.scrollTop / ROW) - AROUND) : 0
    const last = isPartial ? Math.min(agents.length, first + Math.ceil(scroll.clientHeight / ROW) + 2 * AROUND) : agents.length
    if (first === from && last === to) return
    ;[from, to] = [first, last]
    const hadFocus = body.contains(document.activeElement)
    const gap = (/** @type {number} */ count) => count > 0 && spacer(count)
    body.replaceChildren(...[gap(first), ...agents.slice(first, last).map((_, index) => line(first + index)), gap(agents.length - last)].filter((one) => one !== false))
    if (hadFocus) focus(false)
  }

  /** @param {number} count of rows that are not there */
  function spacer(count) {
    const cell = h('td', { colspan: (shown?.sheet.columns.length ?? 0) + 1 })
    cell.style.height = `${count * ROW}px`
    return h('tr', { 'aria-hidden': 'true' }, cell)
  }

  /** @param {number} index */
  function line(index) {
    const { sheet, changed } = /** @type {Shown} */ (shown)
    const agent = sheet.agents[index]
    const isStranger = agent === STRANGER
    const firstAction = sheet.columns.findIndex(({ action }) => action !== undefined)
    const cells = sheet.cells[index].map((cell, at) => {
      const change = changed(index, at)
      const name = `${agent}, ${sheet.columns[at].label}: ${spoken(cell)}${change === undefined ? '' : `, ${change}`}`
      return h('td', { class: at === firstAction && at > 0 && 'first', role: 'gridcell' },
        h('button', {
          type: 'button', class: `cell ${cell.state}`, 'data-row': index, 'data-column': at, 'data-reason': cell.reason, 'data-change': change,
          'aria-label': name, title: spoken(cell), tabindex: index === row && at === column ? 0 : -1,
        }, textOf(cell)))
    })
    const label = isStranger ? 'any other agent' : agent
    return h('tr', { 'aria-rowindex': index + 2 }, h('th', { scope: 'row', class: isStranger && 'stranger', title: label }, label), ...cells)
  }

  /** @param {MouseEvent} event */
  function clicked({ target }) {
    const button = /** @type {HTMLElement} */ (target).closest('button')
    if (button) onCell(Number(button.dataset.row), Number(button.dataset.column))
  }

  /** @param {FocusEvent} event */
  function focused({ target }) {
    const { dataset } = /** @type {HTMLElement} */ (target)
    if (dataset.row === undefined || (Number(dataset.row) === row && Number(dataset.column) === column)) return
    cellAt(row, column)?.setAttribute('tabindex', '-1')
    ;[row, column] = [Number(dataset.row), Number(dataset.column)]
    cellAt(row, column)?.setAttribute('tabindex', '0')
  }

  /** @param {KeyboardEvent} event */
  function move(event) {
    const { agents, columns } = /** @type {Shown} */ (shown).sheet
    const page = Math.max(1, Math.floor(scroll.clientHeight / ROW) - 2)
    /** @type {Record<string, [number, number]>} */
    const steps = {
      ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-page, 0], PageDown: [page, 0],
      Home: [event.ctrlKey ? -agents.length : 0, -columns.length], End: [event.ctrlKey ? agents.length : 0, columns.length],
    }
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    const within = (/** @type {number} */ at, /** @type {number} */ length) => Math.max(0, Math.min(length - 1, at))
    cellAt(row, column)?.setAttribute('tabindex', '-1')
    ;[row, column] = [within(row + step[0], agents.length), within(column + step[1], columns.length)]
    focus(true)
  }

  /** @param {boolean} isMoving whether the page may scroll for it */
  function focus(isMoving) {
    if (isMoving && isPartial) {
      const [top, height] = [row * ROW, scroll.clientHeight]
      if (top < scroll.scrollTop || top > scroll.scrollTop + height - 6 * ROW) scroll.scrollTop = Math.max(0, top - height / 2)
      rows()
    }
    const cell = cellAt(row, column)
    cell?.setAttribute('tabindex', '0')
    cell?.focus({ preventScroll: isPartial })
    if (isMoving) cell?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }

  /** @param {number} at @param {number} across @returns {HTMLElement | null} */
  const cellAt = (at, across) => body.querySelector(`[data-row="${at}"][data-column="${across}"]`)

  return { show, focusCell: () => focus(false) }
}

export const legend = () =>
  h('ul', { class: 'legend' }, ...(/** @type {const} */ ([
    ['allow', 'allowed'], ['wait', 'waits for a person'], ['depends', 'depends on the arguments'], ['deny', 'denied'],
  ])).map(([state, words]) => h('li', {}, h('span', { class: `cell ${state}`, 'aria-hidden': 'true' }, SIGNS[state]), words)),
  h('li', {}, h('span', { class: 'wider', 'aria-hidden': 'true' }, '▲ '), 'widened'),
  h('li', {}, h('span', { class: 'narrower', 'aria-hidden': 'true' }, '▼ '), 'narrowed'))
