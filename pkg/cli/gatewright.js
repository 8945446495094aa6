#!/usr/bin/env node
// The command `gatewright`: policies are looked at and tried, ledgers are verified, and nothing
// is changed.
//
// A script goes by the exit code. So whatever fails ends in a code that means that it failed: also what
// cannot be loaded, and an answer that cannot be written. Only who stops reading is not told anything.
import { readFileSync } from 'node:fs'
import { HelpAsked, UsageError, noOption } from './arguments.js'
import { HELP } from './help.js'
import { print, warn } from './report.js'

const FAILED = 70
const HELPING = ['help', '--help', '-h']

/** @type {Record<string, (args: string[]) => Promise<number>>} */
const COMMANDS = {
  check: async (args) => (await import('./check.js')).check(args),
  explain: async (args) => (await import('./explain.js')).explain(args),
  ledger: async (args) => (await import('./ledger.js')).ledger(args),
  token: async (args) => (await import('./token.js')).token(args),
}

/** @param {string[]} args */
async function run([command, ...args]) {
  if (command === '--version') {
    print(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version)
    return 0
  }
  if (HELPING.includes(command)) throw new HelpAsked()
  if (command === undefined) throw new UsageError('say what to do: `check`, `explain`, `ledger` or `token`')
  if (command.startsWith('-')) throw noOption(command.split('=', 1)[0])
  if (!Object.hasOwn(COMMANDS, command)) throw new UsageError('there is no such command: `check`, `explain`, `ledger` and `token` are all')
  return COMMANDS[command](args)
}

/** Where a fault is. What its message quotes may be anybody's. @param {unknown} error */
function placeOf(error) {
  const { name = 'unknown', stack = '' } = error instanceof Error ? error : {}
  const [, place = ''] = /([\w-]+\.js:\d+)/.exec(stack) ?? []
  return `${name} ${place}`.trim()
}

let isLost = false
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', ({ code }) => { isLost ||= code !== 'EPIPE' })
}
process.on('exit', () => {
  if (isLost) process.exitCode = FAILED
})

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  if (error instanceof HelpAsked) print(HELP.trimEnd())
  else if (error instanceof UsageError) warn(`${error.message}\n\`gatewright --help\` says how it is used.`)
  else warn(`the command failed, which is a fault of its own: ${placeOf(error)}`)
  process.exitCode = error instanceof HelpAsked ? 0 : error instanceof UsageError ? 64 : FAILED
}
