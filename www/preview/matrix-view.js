// The matrix with what belongs to it: the arguments, more agents, what the signs mean.
import { SIGNS } from './cells.js'
import { byId, field, h, settled } from './dom.js'
import { parsed } from './json-text.js'
import { createMatrix } from './matrix.js'

/**
 * @param {object} options
 * @param {(row: number, column: number) => void} options.onCell
 * @param {() => void} options.onContext
 * @param {() => void} options.onAgents
 */
export function createMatrixView({ onCell, onContext, onAgents }) {
  const place = h('div')
  const other = h('div', { class: 'empty' })
  const text = (/** @type {string} */ placeholder, /** @type {() => void} */ input) =>
    h('input', { type: 'text', spellcheck: 'false', autocomplete: 'off', placeholder, input })
  const agents = text('research, finance', settled(150, onAgents))
  const context = text('{"amount": 50}', settled(150, () => {
    const isGood = given() !== undefined
    context.setAttribute('aria-invalid', String(!isGood))
    if (isGood) onContext()
  }))
  const arguments_ = field('Arguments of actions, as JSON', context, 'grow')
  const bar = h('div', { class: 'bar' }, field('More agents', agents), arguments_)
  const key = legend()
  byId('view-matrix').append(bar, key, place, other)
  const matrix = createMatrix(place, { onCell })

  const given = () => (context.value.trim() === '' ? {} : parsed(context.value))

  return {
    context: () => given() ?? {},
    agents: () => agents.value.split(/[\s,]+/).filter(Boolean),
    /** @param {object} start */
    reset(start) {
      context.value = Object.keys(start).length === 0 ? '' : JSON.stringify(start)
      context.setAttribute('aria-invalid', 'false')
      agents.value = ''
    },
    /** @param {import('./sheet.js').Sheet} sheet @param {import('./baseline.js').Change[][] | undefined} changes */
    show(sheet, changes) {
      this.hide(false)
      arguments_.hidden = !sheet.columns.some(({ action }) => action !== undefined)
      matrix.show({ sheet, changed: (row, column) => changes?.[row][column] })
    },
    /** Shows something else in its place. @param {boolean} isHidden @param {Node[]} [instead] */
    hide(isHidden, instead = []) {
      for (const part of [bar, key, place]) part.hidden = isHidden
      other.hidden = !isHidden
      other.replaceChildren(...instead)
    },
  }
}

const legend = () =>
  h('ul', { class: 'legend', 'aria-label': 'Signs' },
    ...(/** @type {const} */ ([['allow', 'allowed'], ['wait', 'waits for a person'], ['depends', 'depends on the arguments'], ['watched', 'only watched'], ['deny', 'denied']]))
      .map(([looks, words]) => h('li', {}, h('span', { class: `cell ${looks}`, 'aria-hidden': 'true' }, SIGNS[looks]), words)))
