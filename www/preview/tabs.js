// The views of the results, one of which is shown, and the parts of the page, of which a small screen shows one.
import { byId } from './dom.js'

/** @param {HTMLElement} chosen */
function select(chosen) {
  for (const tab of tabs()) {
    const isChosen = tab === chosen
    tab.setAttribute('aria-selected', String(isChosen))
    tab.tabIndex = isChosen ? 0 : -1
    byId(tab.getAttribute('aria-controls') ?? '').hidden = !isChosen
  }
}

const tabs = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll('[role="tab"]')])

export const selectedTab = () => tabs().find((tab) => tab.getAttribute('aria-selected') === 'true')

/** @param {'policy' | 'caller' | 'results'} pane */
export function showPane(pane) {
  byId('main').dataset.pane = pane
  for (const button of byId('panes').querySelectorAll('button')) button.setAttribute('aria-pressed', String(button.dataset.pane === pane))
}

export function listenToTabs() {
  const all = tabs()
  for (const [index, tab] of all.entries()) {
    tab.addEventListener('click', () => select(tab))
    tab.addEventListener('keydown', (event) => {
      const places = /** @type {Record<string, number>} */ ({ ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: -1 })
      const next = all.at((places[event.key] ?? NaN) % all.length)
      if (!(event.key in places) || next === undefined) return
      event.preventDefault()
      select(next)
      next.focus()
    })
  }
  for (const button of byId('panes').querySelectorAll('button')) {
    button.addEventListener('click', () => showPane(/** @type {any} */ (button.dataset.pane)))
  }
  byId('skip').addEventListener('click', () => {
    showPane('results')
    byId('results').focus()
  })
}
