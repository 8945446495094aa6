// A text area for JSON, with numbers of lines, colours, and marks where something is the matter. Of the colours
// and numbers only those are there that can be seen, so a text may be as long as it likes.
import { h } from './dom.js'

/** The height of a line, as in style.css. */
const LINE = 20
const AROUND = 6

/** In a text with such a line nothing is coloured: it would hold up typing. */
const LONGEST = 5000

/** A name of a member, a text, a number or a word; the rest has no colour. */
const TOKEN = /"(?:[^"\\]|\\.)*"(\s*:)?|-?\b\d[\d.eE+-]*|\b(?:true|false|null)\b/g

/**
 * @typedef {{ severity: 'error' | 'warning' | 'info', line?: number, column?: number, text: string }} Mark
 */

/**
 * @param {HTMLElement} place
 * @param {{ label: string, onInput: () => void, onReplaced: () => void }} options `onReplaced` if all of it is
 *   pasted over: what comes then is no edit of what was there
 */
export function createEditor(place, { label, onInput, onReplaced }) {
  const numbers = h('div')
  const gutter = h('div', { class: 'gutter', 'aria-hidden': 'true' }, numbers)
  const colours = h('pre', { 'aria-hidden': 'true' })
  const area = h('textarea', {
    'aria-label': label, 'aria-describedby': 'verdict', spellcheck: 'false', autocomplete: 'off', autocapitalize: 'off', wrap: 'off', input: changed, paste: pasted, scroll: () => follow(false),
  })
  place.replaceChildren(gutter, h('div', { class: 'page' }, colours, area))
  new ResizeObserver(() => follow(true)).observe(area)
  /** @type {Mark[]} */
  let marks = []
  /** @type {string[]} */
  let lines = []
  let [from, to] = [-1, -1]

  function pasted() {
    if (area.selectionStart === 0 && area.selectionEnd === area.value.length) onReplaced()
  }

  function changed() {
    marks = []
    area.setAttribute('aria-invalid', 'false')
    read()
    onInput()
  }

  function read() {
    lines = area.value.split('\n')
    place.classList.toggle('plain', lines.some((line) => line.length > LONGEST))
    gutter.style.minWidth = `${String(lines.length).length + 4}ch`
    follow(true)
  }

  /** Shows what can be seen. @param {boolean} isOther whether it says something else than before */
  function follow(isOther) {
    const { scrollTop, scrollLeft, clientHeight } = area
    const first = Math.max(0, Math.floor(scrollTop / LINE) - AROUND)
    const last = Math.min(lines.length, first + Math.ceil(clientHeight / LINE) + 2 * AROUND)
    if (isOther || first !== from || last !== to) {
      ;[from, to] = [first, last]
      const seen = lines.slice(first, last)
      numbers.replaceChildren(...seen.map((_, index) => numbered(first + index + 1)))
      colours.replaceChildren(...(place.classList.contains('plain') ? [] : seen.map((line, index) => coloured(line, first + index + 1))))
    }
    numbers.style.transform = `translateY(${first * LINE - scrollTop}px)`
    colours.style.transform = `translate(${-scrollLeft}px, ${first * LINE - scrollTop}px)`
  }

  /** @param {number} line */
  const worstAt = (line) => /** @type {const} */ (['error', 'warning', 'info']).find((severity) => marks.some((mark) => mark.line === line && mark.severity === severity))

  /** @param {number} line */
  function numbered(line) {
    const here = marks.filter((mark) => mark.line === line)
    return h('span', { class: worstAt(line), title: here.length > 0 && here.map(({ text }) => text).join('\n') }, String(line))
  }

  /** @param {string} text @param {number} line */
  function coloured(text, line) {
    const parts = []
    let at = 0
    for (const match of text.matchAll(TOKEN)) {
      if (match.index > at) parts.push(text.slice(at, match.index))
      const [whole, colon = ''] = match
      const kind = colon ? 'name' : whole.startsWith('"') ? 'text' : 'word'
      parts.push(h('span', { class: kind }, whole.slice(0, whole.length - colon.length)), colon)
      at = match.index + whole.length
    }
    return h('div', { class: worstAt(line) === 'error' && 'wrong' }, ...parts, text.slice(at))
  }

  return {
    text: () => area.value,
    /** @param {string} text */
    set(text) {
      area.value = text
      marks = []
      area.scrollTop = 0
      area.setSelectionRange(0, 0)
      read()
    },
    /** @param {Mark[]} found */
    mark(found) {
      marks = found
      area.setAttribute('aria-invalid', String(found.some(({ severity }) => severity === 'error')))
      follow(true)
    },
    /** Puts the cursor in its place. @param {number} [line] @param {number} [column] in bytes, both from 1 */
    go(line = 1, column = 1) {
      const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0)
      const bytes = new TextEncoder().encode(lines[line - 1] ?? '').slice(0, column - 1)
      const at = before + new TextDecoder().decode(bytes).length
      area.focus()
      area.setSelectionRange(at, at)
      area.scrollTop = Math.max(0, (line - 6) * LINE)
      follow(false)
    },
  }
}
