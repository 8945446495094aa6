// The one test command: `node scripts/test.mjs [group or file …]`.
//
// The groups are rust, js, workerd, examples, next, consumers, browser, agentwarden and agno. With nothing asked
// for, all run but browser, which has a command of its own, and the last two, which need PyPI, only in CI. Files of
// tests can be named instead, and run with the module as it is.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Trouble, capture, progress, root, say, start } from './run.mjs'
import { setup } from './setup.mjs'
import { ALWAYS, BY_NAME, FROM_PYPI, nodeTests, suites } from './suites.mjs'

start(async () => {
  const target = await setup()
  let passed = 0
  let failed = 0
  const skipped = []
  for (const suite of choose(suites(target), process.argv.slice(2))) {
    const count = await runSuite(suite)
    passed += count.passed
    failed += count.failed
    skipped.push(...count.skipped)
  }
  for (const name of skipped) say(`skipped: ${name}`)
  say(closingLine({ passed, failed, skipped }))
  return failed > 0 ? 1 : 0
})

/**
 * @param {import('./suites.mjs').Suite[]} all
 * @param {string[]} asked
 */
function choose(all, asked) {
  const groups = new Set(all.map(({ group }) => group))
  const files = asked.filter((name) => !groups.has(name))
  const missing = files.find((file) => !existsSync(join(root, file)))
  if (missing) {
    throw new Trouble(`\`${missing}\` is neither a file nor a group; the groups are ${[...groups].join(', ')}`)
  }
  const byDefault = [...groups].filter((group) => !BY_NAME.includes(group) && (!FROM_PYPI.includes(group) || process.env.CI))
  const wanted = asked.length > 0 ? asked.filter((name) => groups.has(name)) : byDefault
  const chosen = all.filter(({ group }) => wanted.includes(group) || (group === ALWAYS && wanted.length > 0))
  return files.length > 0 ? [...chosen, nodeTests('files', files.join(', '), files)] : chosen
}

/**
 * Runs a suite and says how it went. One that fails shows all it printed.
 *
 * @param {import('./suites.mjs').Suite} suite
 * @returns {Promise<import('./suites.mjs').Count>}
 */
async function runSuite({ name, command, args, env, before, count }) {
  await before?.()
  const { result, seconds } = await progress(name, () => capture(command, args, { env }))
  const { code, output } = result
  let { passed, failed, skipped } = count(output, code)
  // What ends badly without a failed test, or well without any test, has failed as a whole.
  if (failed === 0 && (code !== 0 || passed === 0)) failed = 1
  if (failed > 0) say(`\n--- ${name} ---\n${output.trimEnd()}\n--- ${name}: exit ${code} ---\n`)
  say(`${name.padEnd(20)} ${closingLine({ passed, failed, skipped })} (${seconds.toFixed(1)} s)`)
  return { passed, failed, skipped }
}

/** @param {import('./suites.mjs').Count} count */
function closingLine({ passed, failed, skipped }) {
  const line = `${passed} passed, ${failed} failed`
  return skipped.length > 0 ? `${line}, ${skipped.length} skipped` : line
}
