#!/usr/bin/env node
// The command `gatewright`: policies are looked at and tried, ledgers are verified, and nothing is changed.
import { readFileSync } from 'node:fs'
import { UsageError } from './arguments.js'
import { check } from './check.js'
import { explain } from './explain.js'
import { HELP } from './help.js'
import { ledger } from './ledger.js'
import { print, warn } from './report.js'
import { token } from './token.js'

/** @type {Record<string, (args: string[]) => number | Promise<number>>} */
const COMMANDS = { check, explain, ledger, token }

/** @param {string[]} args */
async function run([command, ...args]) {
  if (command === '--version') {
    print(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version)
    return 0
  }
  if (command === '--help' || command === '-h' || args.includes('--help') || args.includes('-h')) {
    print(HELP.trimEnd())
    return 0
  }
  if (command === undefined) throw new UsageError('say what to do: `check`, `explain`, `ledger` or `token`')
  if (command.startsWith('-')) throw new UsageError(`there is no option \`${command.split('=')[0]}\``)
  if (!Object.hasOwn(COMMANDS, command)) throw new UsageError('there is no such command: `check`, `explain`, `ledger` and `token` are all')
  return COMMANDS[command](args)
}

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  if (error instanceof UsageError) warn(`${error.message}\n\`gatewright --help\` says how it is used.`)
  else warn(`the command failed, which is a fault of its own: ${error instanceof Error ? error.message : 'unknown'}`)
  process.exitCode = error instanceof UsageError ? 64 : 70
}
