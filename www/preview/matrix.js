// The matrix: a row for each agent, a column for each thing to do. Of many rows only those are in the page
// that can be seen, and a few around them.
import { looksOf, spoken, textOf } from './cells.js'
import { h } from './dom.js'

/** As in style.css. */
const ROW = 36

/** So many rows are all there at once. */
const FEW = 60
const AROUND = 12

/** The rows above the first agent. */
const HEADS = 2

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
  const scroll = h('div', { class: 'scroll', tabindex: -1, keydown: move, scroll: () => rows() })
  place.append(scroll)
  new ResizeObserver(() => rows()).observe(scroll)
  /** @type {Shown | undefined} */
  let shown
  const body = h('tbody')
  const [above, below] = [gap(), gap()]
  /** The rows that are in the page, by their number. @type {Map<number, HTMLElement>} */
  let drawn = new Map()
  let isPartial = false
  /** The cell that Tab comes to. */
  let [row, column] = [0, 0]

  /** @param {Shown} what */
  function show(what) {
    const hadFocus = scroll.contains(document.activeElement)
    const { agents, columns } = what.sheet
    shown = columns.length === 0 ? undefined : what
    isPartial = agents.length > FEW
    drawn = new Map()
    row = Math.min(row, agents.length - 1)
    column = Math.max(0, Math.min(column, columns.length - 1))
    if (columns.length === 0) {
      scroll.replaceChildren(h('div', { class: 'empty' }, h('p', {}, 'Neither routes nor actions of this policy are about agents.'), h('p', {}, 'What it lets through stands under Routes.')))
      return
    }
    body.replaceChildren(above, below)
    const table = h('table', {
      class: 'matrix', role: 'grid', 'aria-rowcount': agents.length + HEADS, 'aria-colcount': columns.length + 1,
      'aria-label': 'What may be done with each agent, and by it', click: clicked, focusin: focused,
    }, widths(what.sheet), heads(what.sheet), body)
    scroll.replaceChildren(table)
    rows()
    if (hadFocus) focus(false)
  }

  /** Draws the rows that can be seen, and keeps those that could be seen before. */
  function rows() {
    if (shown === undefined) return
    const { agents } = shown.sheet
    const first = isPartial ? Math.max(0, Math.floor(scroll.scrollTop / ROW) - AROUND) : 0
    const last = isPartial ? Math.min(agents.length, first + Math.ceil(scroll.clientHeight / ROW) + 2 * AROUND) : agents.length
    const hadFocus = body.contains(document.activeElement)
    const kept = drawn
    drawn = new Map()
    for (const [index, line] of kept) if (index < first || index >= last) line.remove()
    /** @type {HTMLElement} */
    let before = above
    for (let index = first; index < last; index += 1) {
      const known = kept.get(index)
      const line = known ?? lineOf(index)
      if (known === undefined) before.after(line)
      drawn.set(index, line)
      before = line
    }
    for (const [place, count] of /** @type {const} */ ([[above, first], [below, agents.length - last]])) {
      place.hidden = count === 0
      place.style.height = `${count * ROW}px`
    }
    // Who scrolled on with the wheel comes back to their cell with the next key.
    if (hadFocus && !body.contains(document.activeElement)) scroll.focus({ preventScroll: true })
  }

  /** @param {number} index */
  function lineOf(index) {
    const { sheet: { agents, columns, cells }, changed } = /** @type {Shown} */ (shown)
    const isStranger = index === agents.length - 1
    const agent = !isStranger ? agents[index] : index === 0 ? 'any agent' : 'any other agent'
    const firstAction = columns.findIndex(({ action }) => action !== undefined)
    const places = cells[index].map((cell, at) => {
      const change = changed(index, at)
      const said = spoken(cell)
      return h('td', { class: at === firstAction && at > 0 && 'first', role: 'gridcell', 'aria-colindex': at + 2 },
        h('button', {
          type: 'button', class: `cell ${looksOf(cell)}`, 'data-row': index, 'data-column': at, 'data-reason': cell.reason, 'data-change': change,
          title: said, tabindex: index === row && at === column ? 0 : -1,
        }, h('span', { class: 'sr' }, `${agent}, ${columns[at].label}: ${said}${change === undefined ? '' : `, ${change}`}`), h('span', { 'aria-hidden': 'true' }, textOf(cell))))
    })
    return h('tr', { 'aria-rowindex': index + HEADS + 1 }, h('th', { scope: 'row', class: isStranger && 'stranger', title: agent, 'aria-colindex': 1 }, agent), ...places)
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
    if (shown === undefined) return
    const { agents, columns } = shown.sheet
    const page = Math.max(1, Math.floor((scroll.clientHeight - headHeight()) / ROW) - 1)
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

  /** The heads stay where they are, so what is behind them cannot be seen. */
  const headHeight = () => /** @type {HTMLTableSectionElement} */ (body.previousElementSibling).offsetHeight

  /** @param {boolean} isMoving whether the page may scroll for it */
  function focus(isMoving) {
    if (isMoving && isPartial) {
      const [top, seen] = [row * ROW, scroll.clientHeight - headHeight()]
      if (top < scroll.scrollTop) scroll.scrollTop = top
      else if (top + ROW > scroll.scrollTop + seen) scroll.scrollTop = top + ROW - seen
      rows()
    }
    const cell = cellAt(row, column)
    cell?.setAttribute('tabindex', '0')
    cell?.focus({ preventScroll: true })
    if (isMoving) cell?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }

  /** @param {number} at @param {number} across @returns {HTMLElement | null} */
  const cellAt = (at, across) => body.querySelector(`[data-row="${at}"][data-column="${across}"]`)

  return { show }
}

/** In the place of rows that are not there. */
const gap = () => h('tr', { 'aria-hidden': 'true', class: 'gap' })

/**
 * How wide the columns are. They are told, and not found out: rows that come into sight would move them.
 *
 * @param {import('./sheet.js').Sheet} sheet
 */
function widths({ agents, columns, cells }) {
  const col = (/** @type {string} */ width) => {
    const column = h('col')
    column.style.width = width
    return column
  }
  const longest = (/** @type {string[]} */ texts) => texts.reduce((most, { length }) => Math.max(most, length), 0)
  return h('colgroup', {},
    col(`clamp(var(--least), ${longest(agents)}ch + 32px, var(--most))`),
    ...columns.map((_, at) => col(`max(40px, ${longest(cells.map((row) => textOf(row[at])))}ch + 24px)`)))
}

/**
 * The heads: what is asked of an agent, and what it does; below each, what that is.
 *
 * @param {import('./sheet.js').Sheet} sheet
 */
function heads({ columns, table }) {
  const asked = columns.filter(({ route }) => route !== undefined)
  const done = columns.length - asked.length
  const common = prefixOf(asked)
  const first = (/** @type {number} */ index) => index === asked.length && index > 0 && 'first'
  const labels = columns.map(({ label, route }, index) => {
    const short = route === undefined ? label : `${route.method} ${route.path.slice(common.length)}`.replace(/\{[^}]*\}/g, '*').trim()
    return h('th', { scope: 'col', class: first(index), 'aria-label': label, 'aria-colindex': index + 2 }, h('div', { class: 'col', title: label }, short))
  })
  const group = (/** @type {number} */ count, /** @type {string | false} */ type, /** @type {(Node | string)[]} */ ...words) =>
    count > 0 && h('th', { scope: 'colgroup', colspan: count, class: type }, h('div', { class: 'group' }, ...words))
  return h('thead', {},
    h('tr', { 'aria-rowindex': 1 },
      h('th', { scope: 'col', rowspan: 2, 'aria-colindex': 1 }, 'Agent'),
      group(asked.length, false, 'asked of it', common === '' ? '' : h('code', {}, ` ${table.mount}${common.replace(/\{[^}]*\}$/, '*')} …`)),
      group(done, first(asked.length), 'done by it')),
    h('tr', { 'aria-rowindex': 2 }, ...labels))
}

/** The path up to the agent, if it is the same for all. @param {import('./sheet.js').Column[]} columns */
function prefixOf(columns) {
  const prefixes = columns.map(({ route }) => route?.path.split('/').slice(0, Number(route.segment) + 2).join('/') ?? '')
  return prefixes.every((one) => one === prefixes[0]) ? (prefixes[0] ?? '') : ''
}
