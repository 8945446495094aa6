// What is wrong with the policy, or odd about it: beside its title, and below it line by line.
import { byId, h } from './dom.js'

/** @typedef {import('./compile.js').Finding} Finding */

const SAID = { error: 'error', warning: 'warning', info: 'note' }
const SIGNS = { error: '✕', warning: '▲', info: '○' }

/** So many are listed. Who has more begins with these. */
const MOST = 100

/**
 * @param {Finding[]} findings
 * @param {boolean} isPolicy
 * @param {(line?: number, column?: number) => void} onPlace
 */
export function showFindings(findings, isPolicy, onPlace) {
  const chip = byId('verdict')
  chip.className = `chip ${isPolicy ? 'good' : 'bad'}`
  chip.textContent = verdict(findings, isPolicy)
  byId('panes').querySelector('[data-pane="policy"]')?.classList.toggle('bad', !isPolicy)
  byId('findings').replaceChildren(
    ...findings.slice(0, MOST).map(({ severity, code, message, line, column, pointer }) =>
      h('button', { type: 'button', class: severity, click: () => onPlace(line, column) },
        h('span', { 'aria-hidden': 'true' }, SIGNS[severity]),
        h('span', {}, h('span', { class: 'sr' }, `${SAID[severity]}: `), h('code', {}, code), ' ', h('span', { class: 'where' }, line === undefined ? pointer : `line ${line}, column ${column}`)),
        h('span', { class: 'what' }, message))),
    ...(findings.length > MOST ? [h('p', {}, `and ${findings.length - MOST} more`)] : []),
  )
}

/** @param {Finding[]} findings @param {boolean} isPolicy */
function verdict(findings, isPolicy) {
  if (!isPolicy) return `✕ does not compile: line ${findings.find(({ severity }) => severity === 'error')?.line ?? 1}`
  return findings.length === 0 ? '✓ compiles' : `✓ compiles, ${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`
}
