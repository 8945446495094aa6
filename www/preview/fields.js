// Fields that say what was entered.
import { h } from './dom.js'

/** @param {string} list */
export const words = (list) => list.split(/[\s,]+/).filter((word) => word !== '')

/** A line. Empty is the same as none. @param {string | undefined} value @param {(value: string | undefined) => void} onInput */
export function text(value, onInput) {
  const input = h('input', { type: 'text', spellcheck: 'false', autocomplete: 'off', input: () => onInput(input.value === '' ? undefined : input.value) })
  input.value = value ?? ''
  return input
}

/** @param {string} value @param {(value: string) => void} onInput */
export function area(value, onInput) {
  const input = h('textarea', { rows: 3, spellcheck: 'false', autocomplete: 'off', input: () => onInput(input.value) })
  input.value = value
  return input
}

/** @param {string} value */
export function readonly(value) {
  const shown = h('textarea', { rows: 7, readonly: true, spellcheck: 'false' })
  shown.value = value
  return shown
}

/** One of several. @param {[string, string][]} options @param {string} value @param {(value: string) => void} onInput */
export function choice(options, value, onInput) {
  const select = h('select', { input: () => onInput(select.value) }, ...options.map(([name, label]) => h('option', { value: name }, label)))
  select.value = value
  return select
}
