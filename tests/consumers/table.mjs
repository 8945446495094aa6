// The table in docs/runtimes.md: what was measured, and whether it still stands there.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../../scripts/run.mjs'

const FILE = join(root, 'docs', 'runtimes.md')
const BEGIN = '<!-- measured by tests/consumers: `node tests/consumers/run.mjs --write` -->\n'
const END = '<!-- end -->'

const LONGEST = 90

/** @typedef {import('./entries.mjs').Outcome} Outcome */
/** @typedef {{ name: string, ours: Map<string, Outcome>, peers: Map<string, Outcome> }} Measured */

/** Whether all cases went as they should, and there were any. @param {Outcome} outcome */
export const decides = (outcome) =>
  'results' in outcome && outcome.results.length > 0 && outcome.results.every(({ expected, got }) => isSame(expected, got))

/** @param {unknown} one @param {unknown} other */
export const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other)

/** @param {Outcome} outcome */
const cell = (outcome) => (decides(outcome) ? 'decides' : `fails: ${brief(outcome)}`)

/** What an entry of ours is called where it is imported. */
const NAMES = { gatewright: '', inline: '`gatewright/inline` ', slim: '`gatewright/slim` ' }

/** @param {[subject: string, outcome: Outcome]} measured */
const ownCell = ([subject, outcome]) => {
  const name = NAMES[/** @type {keyof typeof NAMES} */ (subject)]
  return decides(outcome) ? `${name}decides` : `${name}refuses, and says why`
}

/**
 * The line of an error that says most, without what differs from machine to machine.
 *
 * @param {Outcome} outcome
 */
function brief(outcome) {
  if ('results' in outcome) return 'wrong answers'
  const lines = outcome.error.replace(/\x1b\[[0-9;]*m/g, '').split('\n').map((line) => line.trim())
  const telling = [/\b[A-Z]\w*Error:? .*is not a function/, /\bERR_[A-Z_]+\b/, /\bENOENT\b.*/, /\b[45]\d\d http\S+/, /\b(?!Miniflare)[A-Z]\w*Error: .+/, /\bError: .+/]
  const found = telling.map((pattern) => lines.map((line) => pattern.exec(line)?.[0]).find(Boolean)).find(Boolean) ?? lines[0]
  const plain = found.replace(/(?:https?:\/|file:\/\/|\/ROOT)?\/[^\s'")]*\/([^\s/'")?]+)[^\s'")]*/g, '$1').replace(/[|`"]/g, "'")
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
  const head = [['where', 'gatewright', 'cedar-wasm', 'its other entry', 'opa-wasm'], ['---', '---', '---', '---', '---']]
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
  const table = tableOf(measured)
  if (isWriting) await writeFile(FILE, text.slice(0, start) + table + text.slice(end))
  const stands = isWriting ? table : text.slice(start, end)
  if (stands === table) return undefined
  const were = new Set(stands.split('\n'))
  return `docs/runtimes.md says otherwise; measured now:\n${table.split('\n').filter((line) => !were.has(line)).join('\n')}`
}
