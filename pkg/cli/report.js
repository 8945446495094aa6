// How the command speaks: plain lines, and colour where a person sees it.
const isColoured = process.stdout.isTTY === true && !process.env.NO_COLOR

/** @param {number} code */
const colour = (code) => (/** @type {string} */ text) => (isColoured ? `\x1b[${code}m${text}\x1b[0m` : text)
export const red = colour(31)
export const green = colour(32)
export const yellow = colour(33)

/**
 * What a document says may move the cursor of a terminal, or seem to be another line.
 *
 * @param {string} text
 */
export const plain = (text) => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (letter) => `\\u{${letter.codePointAt(0)?.toString(16)}}`)

/** @param {string} text */
export const print = (text) => process.stdout.write(`${text}\n`)
/** @param {string} text */
export const warn = (text) => process.stderr.write(`gatewright: ${text}\n`)
/**
 * JSON in which nothing moves a cursor either: what JSON itself leaves as it is, is escaped as it has it.
 *
 * @param {unknown} value
 */
export const printJson = (value) =>
  print(JSON.stringify(value, undefined, 2).replace(/[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu, (letter) =>
    [...Array(letter.length).keys()].map((at) => `\\u${letter.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')))

/**
 * Rows as aligned lines.
 *
 * @param {string[][]} rows
 */
export function table(rows) {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column].length))) ?? []
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd())
}
