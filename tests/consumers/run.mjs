// Installs the package, as npm packs it, where people use it, and asks it the same in each place.
//
//   node tests/consumers/run.mjs                 all, and whether docs/runtimes.md says what was measured
//   node tests/consumers/run.mjs --write         all, and writes that table
//   node tests/consumers/run.mjs deno 'vite 8'   the places with such a name, without the table
import { performance } from 'node:perf_hooks'
import { say, start } from '../../scripts/run.mjs'
import { prepare } from './project.mjs'
import { decides, isSame, keepTable } from './table.mjs'

/** @typedef {import('./entries.mjs').Outcome} Outcome */

let passed = 0
let failed = 0

const asked = process.argv.slice(2).filter((word) => word !== '--write')
const isWriting = process.argv.includes('--write')

await start(async () => {
  const tarball = await prepare()
  // What the tools are is known once they are installed.
  const { checks } = await import('./checks.mjs')
  const { closeBrowser } = await import('./pages.mjs')
  const files = await Promise.all(['processes', 'bundles', 'vites', 'edges'].map((name) => import(`./${name}.mjs`)))
  const places = files.flatMap((file) => Object.values(file).find(Array.isArray))

  for (const { name, check } of checks(tarball).filter(isAsked)) {
    const since = performance.now()
    tell(name, await check(), since)
  }
  /** @type {import('./table.mjs').Measured[]} */
  const measured = []
  for (const place of places.filter(isAsked)) measured.push(await measure(place))
  if (asked.length === 0) tell('docs/runtimes.md', await keepTable(measured, isWriting), performance.now())
  await closeBrowser()
  say(`${passed} passed, ${failed} failed`)
  return failed > 0 ? 1 : 0
})
// Bundlers leave services of theirs behind.
process.exit()

/** @param {{ name: string }} place */
function isAsked({ name }) {
  return asked.length === 0 || asked.some((word) => name.toLowerCase().includes(word.toLowerCase()))
}

/**
 * Asks the package, and, where all is measured, what it is compared with.
 *
 * @param {{ name: string, ask: (subject: string) => Promise<Outcome>, ours: { subject: string, names?: string }[], peers: string[] }} place
 */
async function measure({ name, ask, ours, peers }) {
  const measured = { name, ours: new Map(), peers: new Map() }
  for (const { subject, names } of ours) {
    const since = performance.now()
    const outcome = await ask(subject)
    measured.ours.set(subject, { outcome, names })
    tell(`${name}: ${subject}${names ? ' is refused' : ''}`, names ? notRefused(outcome, names) : wrong(outcome), since)
  }
  if (asked.length === 0) for (const subject of peers) measured.peers.set(subject, await ask(subject))
  return measured
}

/** @param {string} name @param {string | undefined} trouble @param {number} since */
function tell(name, trouble, since) {
  const seconds = ((performance.now() - since) / 1000).toFixed(1)
  if (trouble === undefined) passed += 1
  else failed += 1
  say(`${trouble === undefined ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)${trouble === undefined ? '' : `\n${trouble}`}`)
}

/** @param {Outcome} outcome */
function wrong(outcome) {
  if (decides(outcome)) return undefined
  if ('error' in outcome) return outcome.error
  const others = outcome.results.filter(({ expected, got }) => !isSame(expected, got))
  return others.length === 0 ? 'no case was run' : others.map((result) => JSON.stringify(result)).join('\n')
}

/** @param {Outcome} outcome @param {string} names what the error has to name */
function notRefused(outcome, names) {
  if ('results' in outcome) return 'it decided, where it was expected to say what it needs'
  return outcome.error.includes(names) ? undefined : `its error does not name ${names}:\n${outcome.error}`
}
