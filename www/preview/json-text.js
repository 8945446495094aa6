// JSON as people write it, and as they type it.

/**
 * What fits on a line stays on one.
 *
 * @param {unknown} value
 * @param {string} [indent]
 * @returns {string}
 */
export function written(value, indent = '') {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const isList = Array.isArray(value)
  const [left, right, space] = isList ? ['[', ']', ''] : ['{', '}', ' ']
  const inside = `${indent}  `
  const items = Object.entries(value).map(([name, item]) => (isList ? '' : `${JSON.stringify(name)}: `) + written(item, inside))
  if (items.length === 0) return left + right
  const flat = left + space + items.join(', ') + space + right
  if (flat.length + indent.length <= 76 && !flat.includes('\n')) return flat
  return `${left}\n${items.map((item) => inside + item).join(',\n')}\n${indent}${right}`
}

/**
 * A JSON object, or undefined.
 *
 * @param {string} text
 * @returns {{ [name: string]: any } | undefined}
 */
export function parsed(text) {
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
