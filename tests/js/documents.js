// What stands in the documents: their blocks of code, and their tables.
import { readFileSync, readdirSync } from 'node:fs'

const root = new URL('../../', import.meta.url)

/** @param {string} name */
export const textOf = (name) => readFileSync(new URL(name, root), 'utf8')

export const documents = ['README.md', ...readdirSync(new URL('docs/', root)).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)]

/** @typedef {{ file: string, line: number, language: string, text: string, name: string }} Block */

/** Every fenced block. @type {Block[]} */
export const blocks = documents.flatMap((file) => {
  const text = textOf(file)
  return [...text.matchAll(/^ *```(.*)\n([^]*?)^ *```$/gm)].map((match) => ({
    file, language: match[1], text: match[2], line: text.slice(0, match.index).split('\n').length,
    name: `${file}: ${match[2].trim().split('\n', 1)[0]}`,
  }))
})

/** The policies of a document. @param {string} file */
export const policiesOf = (file) => blocks.filter((block) => block.file === file && block.language === 'json').map(({ text }) => text)

/** The commands of a block of `sh`: its lines, without what is said of them, and with those that go on. @param {string} text */
export const commandsOf = (text) => text.replaceAll('\\\n', ' ').trim().split('\n').map((line) => line.replace(/\s+# .*/, '').trim())

/** The rows of the first table of a document whose head begins so. @param {string} file @param {string} head @returns {string[][]} */
export function tableOf(file, head) {
  const [, after] = textOf(file).split(`\n| ${head}`)
  if (after === undefined) throw new Error(`${file} has no table of ${head}`)
  const rows = after.split('\n\n', 1)[0].split('\n').slice(2)
  return rows.map((row) => row.split('|').slice(1, -1).map((cell) => cell.trim()))
}
