// Everything that `npm test` runs, in its order, and how the output of each is counted.
import { chromium } from './chromium.mjs'
import { environment, node22 } from './run.mjs'
import { CONSUMERS, installPackages } from './setup.mjs'

/**
 * @typedef {object} Count
 * @property {number} passed
 * @property {number} failed
 * @property {string[]} skipped their names
 */

/**
 * @typedef {object} Suite
 * @property {string} group what it is asked for by
 * @property {string} name
 * @property {string} command
 * @property {string[]} args
 * @property {NodeJS.ProcessEnv} [env]
 * @property {() => Promise<void>} [before] set-up of its own, which says what it does
 * @property {(output: string, code: number) => Count} count
 */

const GLUE = ['--manifest-path', 'pkg/glue/Cargo.toml']
const NATIVE = ['--features', 'native-crypto,schema,guards']
const TSC = 'node_modules/typescript/bin/tsc'
const DENY_WARNINGS = ['--', '-D', 'warnings']

/** The groups that need packages from PyPI. In CI they run, too. */
export const FROM_PYPI = ['agentwarden', 'agno']

/** The groups that run when they are asked for by name: browsers take their time. */
export const BY_NAME = ['browser']

/** The group that is part of every choice: the tests of JavaScript say nothing about an old module. */
export const ALWAYS = 'module'

/**
 * @param {import('./wasm-target.mjs').WasmTarget} target
 * @returns {Suite[]}
 */
export function suites(target) {
  // Debian's compiler brings no clippy, and the installed one cannot read what it has compiled.
  const wasm = target.route === 'debian-web' ? { args: [], env: {} } : target
  return [
    cargo('fmt', ['fmt', '--check']),
    cargo('fmt, glue', ['fmt', '--check', ...GLUE]),
    cargo('clippy', ['clippy', ...DENY_WARNINGS]),
    cargo('clippy, wasm', ['clippy', '--features', 'wasm', ...wasm.args, ...DENY_WARNINGS], wasm.env),
    cargo('clippy, wasm guards', ['clippy', '--features', 'wasm-guards', ...wasm.args, ...DENY_WARNINGS], wasm.env),
    cargo('clippy, wasm lint', ['clippy', '--features', 'wasm-audit', ...wasm.args, ...DENY_WARNINGS], wasm.env),
    cargo('clippy, all targets', ['clippy', '--all-targets', ...NATIVE, ...DENY_WARNINGS]),
    cargo('clippy, glue', ['clippy', ...GLUE, '--target-dir', 'target/glue', ...DENY_WARNINGS]),
    { ...cargo('cargo test', ['test', '--no-fail-fast', ...NATIVE]), count: countCargoTests },
    cargo('cargo doc', ['doc', '--no-deps', ...NATIVE], { RUSTDOCFLAGS: '-D warnings' }),
    check(ALWAYS, 'module', node22, ['scripts/build.mjs']),
    nodeTests('js', 'tests/js', ['tests/js/*.test.js']),
    check('js', 'tsc', node22, [TSC, '-p', 'pkg']),
    check('js', 'tsc, www', node22, [TSC, '-p', 'www']),
    check('js', 'tsc, scripts and examples', node22, [TSC, '-p', 'scripts']),
    nodeTests('workerd', 'tests/workerd', ['tests/workerd/*.test.js']),
    nodeTests('examples', 'tests/examples', ['tests/examples/*.test.js']),
    { ...closing('consumers', 'tests/consumers', ['tests/consumers/run.mjs']), before: () => installPackages(CONSUMERS) },
    { ...nodeTests('next', 'tests/next', ['tests/next/*.test.js']), before: () => installPackages(CONSUMERS) },
    { ...nodeTests('browser', 'tests/browser', ['--test-concurrency=1', 'tests/browser/*.test.js']), before: async () => void (await chromium()) },
    closing('agentwarden', 'tests/e2e/agentwarden', ['tests/e2e/agentwarden/run.mjs']),
    closing('agno', 'tests/e2e/agno', ['tests/e2e/agno/run.mjs']),
  ]
}

/**
 * Files of tests for node:test. Patterns are Node's to expand.
 *
 * @param {string} group
 * @param {string} name
 * @param {string[]} files
 * @returns {Suite}
 */
export function nodeTests(group, name, files) {
  const reporters = ['spec', './scripts/reporter.mjs'].flatMap((reporter) => [
    `--test-reporter=${reporter}`,
    '--test-reporter-destination=stdout',
  ])
  // node:test inside node:test would report to its parent instead of to us.
  const env = { ...environment, NODE_TEST_CONTEXT: undefined, FORCE_COLOR: '0' }
  const args = ['--test', ...reporters, ...files]
  return { group, name, command: node22, args, env, count: countClosingLine }
}

/**
 * A script that counts for itself.
 *
 * @param {string} group
 * @param {string} name
 * @param {string[]} args
 * @returns {Suite}
 */
function closing(group, name, args) {
  return { group, name, command: node22, args, env: environment, count: countClosingLine }
}

/**
 * @param {string} name
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
function cargo(name, args, env = {}) {
  return { ...check('rust', name, 'cargo', args), env: { ...process.env, CARGO_TERM_COLOR: 'never', ...env } }
}

/**
 * @param {string} group
 * @param {string} name
 * @param {string} command
 * @param {string[]} args
 * @returns {Suite}
 */
function check(group, name, command, args) {
  return { group, name, command, args, env: environment, count: countCheck }
}

/**
 * A check is one test.
 *
 * @type {Suite['count']}
 */
export function countCheck(_, code) {
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [] }
}

/**
 * One `test result:` line for each binary and for the examples in the documentation.
 *
 * @type {Suite['count']}
 */
export function countCargoTests(output) {
  const count = { passed: 0, failed: 0, skipped: named(output, /^test (.+) \.\.\. ignored/gm) }
  for (const [, passed, failed] of output.matchAll(/^test result: .*? (\d+) passed; (\d+) failed;/gm)) {
    count.passed += Number(passed)
    count.failed += Number(failed)
  }
  return count
}

/**
 * The last line that reads `N passed, N failed`, and the names of what was skipped.
 *
 * @type {Suite['count']}
 */
export function countClosingLine(output) {
  const closing = [...output.matchAll(/^(\d+) passed, (\d+) failed(?:, \d+ skipped)?$/gm)].at(-1)
  return {
    passed: Number(closing?.[1] ?? 0),
    failed: Number(closing?.[2] ?? 0),
    skipped: named(output, /^skipped: (.+)$/gm),
  }
}

/**
 * @param {string} output
 * @param {RegExp} pattern
 */
const named = (output, pattern) => [...output.matchAll(pattern)].map(([, name]) => name)
