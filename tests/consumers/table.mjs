// The table in docs/runtimes.md: what was measured, and whether it still stands there.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../../scripts/run.mjs'

const FILE = join(root, 'docs', 'runtimes.md')
const BEGIN = '<!-- measured by tests/consumers: `node tests/consumers/run.mjs --write` -->\n'
const END = '<!-- end -->'

const LONGEST = 90

/** @typedef {import('./entries.mjs').Outcome} Outcome */
/** @typedef {{ outcome: Outcome, names?: string }} Own with what its error has to name, where it is one */
/** @typedef {{ name: string, ours: Map<string, Own>, peers: Map<string, Outcome> }} Measured */

/** Whether all cases went as they should, and there were any. @param {Outcome} outcome */
export const decides = (outcome) =>
  'results' in outcome && outcome.results.length > 0 && outcome.results.every(({ expected, got }) => isSame(expected, got))

/** @param {unknown} one @param {unknown} other */
export const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other)

/** @param {Outcome} outcome */
const cell = (outcome) => (decides(outcome) ? 'decides' : `fails: ${brief(outcome)}`)

/** What an entry of ours is called where it is imported. */
const NAMES = { gatewright: '', inline: '`gatewright/inline` ', slim: '`gatewright/slim` ' }

/** @param {[subject: string, measured: Own]} own */
const ownCell = ([subject, { outcome, names }]) => {
  const name = NAMES[/** @type {keyof typeof NAMES} */ (subject)]
  if (decides(outcome)) return `${name}decides`
  return 'error' in outcome && names !== undefined && outcome.error.includes(names) ? `${name}refuses, naming ${names}` : `${name}${cell(outcome)}`
}

/** What says most in what a tool prints, best first. */
const TELLING = [
  /\b([A-Z]\w*Error: [^:]* is not a function)/, /\b(ERR_(?!RUNTIME)[A-Z_]+)\b/, /\b(ENOENT\b.*)/, /\bERROR: (.+)/, /\[[A-Z_]+\] (Could not .+)/,
  /^([45]\d\d http\S+)/, /\b([A-Z]\w*Error: .+)/, /\b(Error: .+)/, /error: (?:Uncaught \(in promise\) )?(.+)/,
]

/** A path or URL, down to the name of the file. */
const PATH = /(?:https?:\/|file:\/\/)?(?:\b[\w.-]+)?\/[^\s'")]*\/([^\s/'")?:]+)[^\s'")]*/g

/**
 * The line of an error that says most, without what differs from machine to machine.
 *
 * @param {Outcome} outcome
 */
function brief(outcome) {
  if ('results' in outcome) return 'wrong answers'
  const lines = outcome.error.replace(/\x1b\[[0-9;]*m/g, '').split('\n').map((line) => line.trim())
  const found = TELLING.map((pattern) => lines.map((line) => pattern.exec(line)?.[1]).find(Boolean)).find(Boolean) ?? lines[0]
  const plain = found.replace(PATH, '$1').replace(/\b\w+\.(__wbindgen)/g, '$1').replace(/[|`"]/g, "'").replace(/^Error: /, '')
  return `\`${plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain}\``
}

/** @param {Measured[]} measured */
function tableOf(measured) {
  const rows = measured.map(({ name, ours, peers }) => {
    const of = (/** @type {string[]} */ ...names) => {
      const found = names.map((subject) => peers.get(subject)).find(Boolean)
      return found === undefined ? '' : cell(found)
    }
    const second = peers.has('cedar-nodejs') ? '`/nodejs`: ' : '`/web`: '
    const own = [...ours].map(ownCell).join('; ')
    return [name, own, of('cedar'), second + of('cedar-nodejs', 'cedar-web'), of('opa', 'opa-module', 'opa-edge')]
  })
  const head = [['where', 'gatewright', 'cedar-wasm', 'cedar-wasm, by path', 'opa-wasm'], ['---', '---', '---', '---', '---']]
  return [...head, ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('')
}

/**
 * Writes the table, or says where it differs from what was measured.
 *
 * @param {Measured[]} measured
 * @param {boolean} isWriting
 * @returns {Promise<string | undefined>} what is wrong
 */
export async function keepTable(measured, isWriting) {
  const text = await readFile(FILE, 'utf8')
  const [start, end] = [text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)]
  if (start < BEGIN.length || end < 0) return 'docs/runtimes.md has no place for the table'
  const table = (await versions()) + tableOf(measured)
  if (isWriting) await writeFile(FILE, text.slice(0, start) + table + text.slice(end))
  const stands = isWriting ? table : text.slice(start, end)
  const were = new Set(linesOf(stands))
  const others = linesOf(table).filter((line) => !were.has(line))
  return others.length === 0 && were.size === linesOf(table).length ? undefined : `docs/runtimes.md says otherwise; measured now:\n${others.join('\n')}`
}

/** What has to stand there: who decides where, and with what. How a tool words an error is its own affair. @param {string} text */
const linesOf = (text) => text.trim().replace(/fails: `.*?`/g, 'fails').split('\n')

/** What was installed, as the lock file has it. */
async function versions() {
  const { devDependencies } = JSON.parse(await readFile(new URL('package.json', import.meta.url), 'utf8'))
  const named = Object.entries(devDependencies).map(([name, version]) => `${name.replace(/\d+$/, '')} ${String(version).split('@').at(-1)}`)
  return `With ${named.join(', ')}, and Debian's Chromium.\n\n`
}
