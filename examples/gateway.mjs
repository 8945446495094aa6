// The gateway Worker in real workerd, through `wrangler dev`, on this machine only.
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { Trouble, cache, environment, node22, root } from '../scripts/run.mjs'

const START_SECONDS = 90
const READY_SECONDS = 4
const STOP_SECONDS = 5
const POLL_MS = 150
const PORTS_TRIED = 50

/** How far the port of the inspector is from that of the gateway: two that start at once do not want the same one. */
const INSPECTOR_OFFSET = 1000

/**
 * Starts the gateway and waits until it is ready.
 *
 * Secrets go through a file that only this user can read, and that is deleted with the gateway:
 * the arguments of a process are there for everybody to see.
 *
 * @param {object} options
 * @param {number} options.port
 * @param {string} options.policy the text of the policy
 * @param {string} options.origin the address of the platform
 * @param {Record<string, string>} options.secrets
 * @param {string} [options.state] the folder where the state lasts; without it it goes with the gateway
 * @param {AbortSignal} [options.signal] gives up waiting
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startGateway({ port, policy, origin, secrets, state, signal }) {
  await mkdir(cache, { recursive: true })
  const folder = await mkdtemp(join(cache, 'gateway-'))
  const secretsFile = join(folder, 'secrets.env')
  const lines = Object.entries(secrets).map(([name, value]) => `${name}=${JSON.stringify(value)}\n`)
  await writeFile(secretsFile, lines.join(''), { mode: 0o600 })

  const args = [
    join(root, 'node_modules', '.bin', 'wrangler'), 'dev',
    '--config', join(root, 'wrangler.toml'), '--env-file', secretsFile,
    '--ip', '127.0.0.1', '--port', String(port), '--inspector-port', String(await freePort(port + INSPECTOR_OFFSET)),
    '--persist-to', state ?? folder, '--show-interactive-dev-session=false', '--log-level', 'warn',
    '--var', `ORIGIN_URL:${origin}`, '--var', `POLICY:${policy}`,
  ]
  const places = { WRANGLER_LOG_PATH: folder, WRANGLER_REGISTRY_PATH: folder }
  const env = { ...environment, ...places, WRANGLER_HIDE_BANNER: 'true' }
  // A process group of its own: wrangler and the workerd that it starts end together, and by us.
  const child = spawn(node22, args, { cwd: root, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => (output += chunk))
  }
  const ended = new Promise((resolve) => child.once('close', resolve).once('error', resolve))
  const end = (/** @type {NodeJS.Signals} */ signal) => {
    try {
      if (child.pid) process.kill(-child.pid, signal)
    } catch {
      // It has ended already.
    }
  }
  const endNow = () => end('SIGKILL')
  process.once('exit', endNow)

  async function close() {
    end('SIGTERM')
    const inTime = await Promise.race([ended.then(() => true), pause(STOP_SECONDS * 1000, false, { ref: false })])
    if (!inTime) endNow()
    process.off('exit', endNow)
    await rm(folder, { recursive: true, force: true })
  }

  const url = `http://127.0.0.1:${port}`
  try {
    await ready(url, () => child.exitCode ?? child.signalCode, signal)
  } catch (error) {
    await close()
    const isNews = !signal?.aborted && output.trim() !== ''
    if (error instanceof Trouble && isNews) error.message += `\nwrangler said:\n${plain(output)}`
    throw error
  }
  return { url, close }
}

/**
 * Waits until `/.gate/ready` answers 200.
 *
 * @param {string} url
 * @param {() => unknown} hasEnded
 * @param {AbortSignal} [signal]
 */
async function ready(url, hasEnded, signal) {
  const start = Date.now()
  let firstAnswer = 0
  let said = ''
  for (;;) {
    if (signal?.aborted) throw new Trouble('stopped')
    if (hasEnded() !== null) throw new Trouble('wrangler ended before the gate was ready')
    const response = await fetch(`${url}/.gate/ready`, { signal: AbortSignal.timeout(5000) }).catch(() => undefined)
    if (response) {
      said = `${response.status} ${await response.text().catch(() => '')}`.trim()
      if (response.status === 200) return
      firstAnswer ||= Date.now()
    }
    if (firstAnswer && Date.now() - firstAnswer > READY_SECONDS * 1000) {
      throw new Trouble(`the gate runs, but is not ready: ${said}`)
    }
    if (Date.now() - start > START_SECONDS * 1000) {
      throw new Trouble(`the gate did not answer within ${START_SECONDS} s`)
    }
    await pause(POLL_MS)
  }
}

/** What a program said, without colours and without where it keeps its logs. @param {string} output */
const plain = (output) => stripVTControlCharacters(output).replace(/^.*Logs were written to.*$/m, '').trim()

/**
 * The first port from `wanted` on that nobody on this machine listens on.
 *
 * @param {number} wanted
 */
export async function freePort(wanted) {
  for (let port = wanted; port < wanted + PORTS_TRIED; port += 1) {
    const free = await new Promise((resolve) => {
      const probe = createServer()
      probe.once('error', () => resolve(false))
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
    })
    if (free) return port
  }
  throw new Trouble(`the ports ${wanted} to ${wanted + PORTS_TRIED - 1} are all taken`)
}
