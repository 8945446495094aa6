// Commands that say what they do, for how long, and nothing else unless they fail.
import { spawn } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** What set-up downloads, unpacks and remembers; deleting it costs time only. */
export const cache = join(root, '.cache')

/** The Node of the npm package `node`, whatever Node the machine has. */
export const node22 = join(root, 'node_modules', '.bin', 'node')

/** For what runs under Node 22: its own children do, too, and wrangler keeps to this machine. */
export const environment = {
  ...process.env,
  PATH: `${dirname(node22)}${delimiter}${process.env.PATH}`,
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_SEND_METRICS: 'false',
}

/** Something a person can put right. Its message is all they need to read. */
export class Trouble extends Error {}

const HEARTBEAT_SECONDS = 15

/** @param {string} text */
export const say = (text) => console.log(text)

/**
 * Shows what is going on, once it takes more than a second, until it is over.
 *
 * @template T
 * @param {string} label
 * @param {() => Promise<T>} work
 * @returns {Promise<{ result: T, seconds: number }>}
 */
export async function progress(label, work) {
  const start = performance.now()
  const live = process.stdout.isTTY
  let ticks = 0
  const timer = setInterval(() => {
    ticks += 1
    if (live) process.stdout.write(`\r${label} … ${ticks} s`)
    else if (ticks === 1 || ticks % HEARTBEAT_SECONDS === 0) say(`${label} … ${ticks} s`)
  }, 1000)
  try {
    const result = await work()
    return { result, seconds: (performance.now() - start) / 1000 }
  } finally {
    clearInterval(timer)
    if (live && ticks > 0) process.stdout.write('\r\x1b[K')
  }
}

/**
 * Runs a command and resolves with its exit code and all it printed. Never rejects.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function capture(command, args, options = {}) {
  return new Promise((resolve) => {
    let output = ''
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options })
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk) => (output += chunk))
    }
    child.on('error', (error) => resolve({ code: 127, output: error.message }))
    child.on('close', (code, signal) => {
      resolve({ code: code ?? 1, output: signal ? `${output}\nended by ${signal}` : output })
    })
  })
}

/**
 * Runs a command that has to succeed, and resolves with what it printed.
 *
 * @param {string} label
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export async function run(label, command, args, options) {
  const { result, seconds } = await progress(label, () => capture(command, args, options))
  const { code, output } = result
  if (code !== 0) throw new Trouble(`${label}: failed (exit ${code})\n${output.trimEnd()}`)
  if (seconds > 1) say(`${label}: ${seconds.toFixed(1)} s`)
  return output
}

/**
 * Hands the terminal over to a script under Node 22, and resolves with its exit code.
 *
 * @param {string} script
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export function handOver(script, args) {
  const child = spawn(node22, [join(root, script), ...args], { cwd: root, env: environment, stdio: 'inherit' })
  // Ctrl-C reaches the child by itself; what is left for us is to wait until it has tidied up.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGTERM']))
  })
}

/**
 * Runs the script's main function; a person reads its trouble without a stack trace.
 *
 * @param {() => Promise<number | void>} main
 */
export async function start(main) {
  try {
    process.exitCode = (await main()) ?? 0
  } catch (error) {
    if (!(error instanceof Trouble)) throw error
    console.error(`\n${error.message}`)
    process.exitCode = 1
  }
}

/** @param {string} url the caller's `import.meta.url` */
export const isMain = (url) => realpathSync(process.argv[1]) === fileURLToPath(url)
