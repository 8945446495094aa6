// Elements, made without parsing any text.

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} [attributes] functions are listeners; `false` and undefined are left out, but in `aria-…`
 * @param {...(Node | string | undefined | false | null)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value)
    else if (value === true && !name.startsWith('aria-')) element.setAttribute(name, '')
    else if (value !== undefined && (value !== false || name.startsWith('aria-'))) element.setAttribute(name, String(value))
  }
  for (const child of children) if (child !== undefined && child !== false && child !== null) element.append(child)
  return element
}

/**
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 */
export const byId = (id) => /** @type {T} */ (/** @type {unknown} */ (document.getElementById(id)))

/**
 * A field with its label.
 *
 * @param {string} label
 * @param {HTMLElement} input
 * @param {string} [type] a class
 */
export const field = (label, input, type) => h('label', { class: type }, h('span', {}, label), input)

/**
 * What goes on when nothing more has come for a moment.
 *
 * @param {number} milliseconds
 * @param {() => void} work
 */
export function settled(milliseconds, work) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  return () => {
    clearTimeout(timer)
    timer = setTimeout(work, milliseconds)
  }
}
