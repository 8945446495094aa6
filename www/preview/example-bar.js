// The examples, and the callers of the one that is open.
import { byId, h } from './dom.js'
import { EXAMPLES } from './examples.js'

/** @typedef {import('./examples.js').Example} Example */

/**
 * @param {object} options
 * @param {(example: Example) => void} options.onExample
 * @param {(caller: import('./caller.js').Caller) => void} options.onCaller
 */
export function createExamples({ onExample, onCaller }) {
  const buttons = EXAMPLES.map((example) =>
    h('button', { type: 'button', 'data-id': example.id, 'aria-pressed': false, title: example.about, click: () => onExample(example) }, example.name))
  byId('examples').replaceChildren(...buttons.map((button) => h('li', {}, button)))
  /** @type {HTMLElement[]} */
  let callers = []
  const chooseCaller = (/** @type {EventTarget | null | undefined} */ chosen) => press(callers, (button) => button === chosen)

  return {
    first: EXAMPLES[0],
    /** @param {Example | undefined} example undefined for something that is no example */
    choose(example) {
      press(buttons, (button) => button.dataset.id === example?.id)
      callers = (example?.callers ?? []).map(({ name, caller }) =>
        h('button', { type: 'button', click: (/** @type {MouseEvent} */ { currentTarget }) => { onCaller(caller); chooseCaller(currentTarget) } }, name))
      byId('callers').replaceChildren(...callers)
      chooseCaller(callers[0])
    },
    /** Nobody of the example: somebody was composed. */
    chooseNobody: () => chooseCaller(undefined),
  }
}

/** @param {HTMLElement[]} buttons @param {(button: HTMLElement) => boolean} isPressed */
function press(buttons, isPressed) {
  for (const button of buttons) button.setAttribute('aria-pressed', String(isPressed(button)))
}
