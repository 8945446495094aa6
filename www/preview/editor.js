// A text area for JSON, with numbers of lines, colours, and marks where something is the matter.
import { h } from './dom.js'

const LINE = 20

/** A name of a member, a text, a number or a word; the rest has no colour. */
const TOKEN = /"(?:[^"\\\n]|\\.)*"(\s*:)?|-?\b\d[\d.eE+-]*|\b(?:true|false|null)\b/g

/** Beyond this a text has no colours: they would hold up typing. */
const MAX_COLOURED = 200_000

/**
 * @typedef {{ severity: 'error' | 'warning' | 'info', line?: number, column?: number, text: string }} Mark
 */

/**
 * @param {HTMLElement} place
 * @param {{ label: string, onInput: () => void }} options
 */
export function createEditor(place, { label, onInput }) {
  const gutter = h('div', { class: 'gutter', 'aria-hidden': 'true' })
  const colours = h('pre', { 'aria-hidden': 'true' })
  const area = h('textarea', {
    'aria-label': label, spellcheck: 'false', autocomplete: 'off', autocapitalize: 'off', wrap: 'off', input: changed, scroll: follow,
  })
  place.replaceChildren(gutter, h('div', { class: 'page' }, colours, area))
  /** @type {Mark[]} */
  let marks = []
  let drawn = 0

  function changed() {
    marks = []
    area.setAttribute('aria-invalid', 'false')
    draw()
    onInput()
  }

  function draw() {
    const text = area.value
    colours.replaceChildren(...(text.length > MAX_COLOURED ? [text] : coloured(text)))
    const lines = text.split('\n').length
    if (lines !== drawn || marks.length > 0 || gutter.querySelector('[class]')) {
      gutter.replaceChildren(...Array.from({ length: lines }, (_, index) => numbered(index + 1)))
      drawn = lines
    }
    follow()
  }

  /** @param {number} line */
  function numbered(line) {
    const here = marks.filter((mark) => mark.line === line)
    const worst = ['error', 'warning', 'info'].find((severity) => here.some((mark) => mark.severity === severity))
    return h('span', { class: worst, title: here.length > 0 && here.map(({ text }) => text).join('\n') }, String(line))
  }

  function follow() {
    gutter.scrollTop = area.scrollTop
    colours.style.transform = `translate(${-area.scrollLeft}px, ${-area.scrollTop}px)`
  }

  return {
    area,
    text: () => area.value,
    /** @param {string} text */
    set(text) {
      area.value = text
      marks = []
      draw()
      area.scrollTop = 0
    },
    /** @param {Mark[]} found */
    mark(found) {
      marks = found
      area.setAttribute('aria-invalid', String(found.some(({ severity }) => severity === 'error')))
      draw()
    },
    /** Puts the cursor in its place. @param {number} [line] @param {number} [column] in bytes, both from 1 */
    go(line = 1, column = 1) {
      const lines = area.value.split('\n')
      const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0)
      const bytes = new TextEncoder().encode(lines[line - 1] ?? '').slice(0, column - 1)
      const at = before + new TextDecoder().decode(bytes).length
      area.focus()
      area.setSelectionRange(at, at)
      area.scrollTop = Math.max(0, (line - 6) * LINE)
      follow()
    },
  }
}

/** @param {string} text */
function coloured(text) {
  const parts = []
  let at = 0
  for (const match of text.matchAll(TOKEN)) {
    if (match.index > at) parts.push(text.slice(at, match.index))
    const [whole, colon = ''] = match
    const kind = colon ? 'name' : whole.startsWith('"') ? 'text' : 'word'
    parts.push(h('span', { class: kind }, whole.slice(0, whole.length - colon.length)), colon)
    at = match.index + whole.length
  }
  // A last empty line has to be as high as the others.
  return [...parts, `${text.slice(at)}\n`]
}
