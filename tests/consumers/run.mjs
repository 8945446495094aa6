// Installs the package, as npm packs it, where people use it, and asks it the same in each place.
//
//   node tests/consumers/run.mjs                 all, and whether docs/runtimes.md says what was measured
//   node tests/consumers/run.mjs --write         all, and writes that table
//   node tests/consumers/run.mjs deno 'vite 8'   the places with such a name, without the table
import { performance } from 'node:perf_hooks'
import { say } from '../../scripts/run.mjs'
import { prepare } from './project.mjs'
import { decides, isSame, keepTable } from './table.mjs'

const asked = process.argv.slice(2).filter((word) => word !== '--write')
const isWriting = process.argv.includes('--write')

const tarball = await prepare()
// What the tools are is known once they are installed.
const { checks } = await import('./checks.mjs')
const { closeBrowser } = await import('./pages.mjs')
const places = (await Promise.all(['processes', 'bundles', 'vites', 'edges'].map((name) => import(`./${name}.mjs`))))
  .flatMap((file) => Object.values(file).find(Array.isArray))

let passed = 0
let failed = 0

/** @param {string} name @param {string | undefined} trouble @param {number} since */
function tell(name, trouble, since) {
  const seconds = ((performance.now() - since) / 1000).toFixed(1)
  if (trouble === undefined) passed += 1
  else failed += 1
  say(`${trouble === undefined ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)${trouble === undefined ? '' : `\n${trouble}`}`)
}

const wanted = (/** @type {{ name: string }} */ { name }) =>
  asked.length === 0 || asked.some((word) => name.toLowerCase().includes(word.toLowerCase()))

for (const { name, check } of checks(tarball).filter(wanted)) {
  const start = performance.now()
  tell(name, await check(), start)
}

/** @type {import('./table.mjs').Measured[]} */
const measured = []
for (const { name, ask, ours, peers } of places.filter(wanted)) {
  const row = { name, ours: new Map(), peers: new Map() }
  for (const { subject, fails } of ours) {
    const start = performance.now()
    const outcome = await ask(subject)
    row.ours.set(subject, outcome)
    tell(`${name}: ${subject}${fails ? ', refused' : ''}`, fails ? notRefused(outcome, fails) : wrong(outcome), start)
  }
  if (asked.length === 0) for (const subject of peers) row.peers.set(subject, await ask(subject))
  measured.push(row)
}
if (asked.length === 0) tell('docs/runtimes.md', await keepTable(measured, isWriting), performance.now())

await closeBrowser()
say(`${passed} passed, ${failed} failed`)
process.exit(failed > 0 ? 1 : 0)

/** @param {import('./entries.mjs').Outcome} outcome */
function wrong(outcome) {
  if (decides(outcome)) return undefined
  if ('error' in outcome) return outcome.error
  const others = outcome.results.filter(({ expected, got }) => !isSame(expected, got))
  return others.length === 0 ? 'no case was run' : others.map((result) => JSON.stringify(result)).join('\n')
}

/** @param {import('./entries.mjs').Outcome} outcome @param {RegExp} fails what the error has to name */
function notRefused(outcome, fails) {
  if ('results' in outcome) return 'it decided, where it was expected to say what it needs'
  return fails.test(outcome.error) ? undefined : `its error does not name ${fails}:\n${outcome.error}`
}
