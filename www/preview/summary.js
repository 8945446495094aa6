// The results in a line: how much is let through, and what changed.
import { looksOf } from './cells.js'
import { byId, h } from './dom.js'

/**
 * @param {import('./sheet.js').Sheet} sheet
 * @param {import('./baseline.js').Change[][] | undefined} changes
 * @param {() => void} onRebase
 */
export function summarize({ agents, columns, cells }, changes, onRebase) {
  const known = (agents.length === 1 ? cells : cells.slice(0, -1)).flat()
  const count = (/** @type {string} */ looks) => known.filter((cell) => looksOf(cell) === looks).length
  const parts = [['allow', 'allowed'], ['watched', 'only watched'], ['wait', 'wait for a person'], ['depends', 'depend on arguments'], ['deny', 'denied']]
    .map(([looks, words]) => ({ number: count(looks), words })).filter(({ number }) => number > 0)
  const name = agents.length === 1 ? 'any agent' : agents.length === 2 ? '1 agent' : `${agents.length - 1} agents`
  byId('summary').replaceChildren(
    h('b', {}, columns.length === 0 ? 'Nothing about agents' : `${name} × ${columns.length}`),
    parts.length === 0 ? '' : `: ${parts.map(({ number, words }) => `${number} ${words}`).join(', ')}`,
    ...(changes === undefined ? [] : changed(changes.flat(), onRebase)),
  )
}

/** @param {import('./baseline.js').Change[]} changes @param {() => void} onRebase */
function changed(changes, onRebase) {
  const count = (/** @type {string} */ kind) => changes.filter((one) => one === kind).length
  const [wider, narrower, other] = ['widened', 'narrowed', 'changed'].map(count)
  return [
    h('span', { class: 'changes' },
      h('span', { class: wider > 0 && 'wider' }, `▲ ${wider} widened`), h('span', { class: narrower > 0 && 'narrower' }, `▼ ${narrower} narrowed`),
      other > 0 && h('span', {}, `◆ ${other} changed`), h('button', { type: 'button', class: 'quiet', click: onRebase }, 'compare from here')),
  ]
}
