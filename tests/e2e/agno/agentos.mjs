// Starts the real AgentOS of agentos.py, and ends it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Trouble, cache } from '../../../scripts/run.mjs'

const SCRIPT = fileURLToPath(new URL('agentos.py', import.meta.url))
const START_SECONDS = 90
const STOP_SECONDS = 5

/** What would switch on an authorization of its own, or send something out. */
const QUIET = {
  AGNO_TELEMETRY: 'false', JWT_VERIFICATION_KEY: undefined, JWT_JWKS_FILE: undefined, OS_SECURITY_KEY: undefined,
}

/**
 * @param {{ python: string, env: NodeJS.ProcessEnv }} how
 * @param {{ secret?: string }} [options] with a secret, it authorizes by itself
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startAgentOs({ python, env }, { secret } = {}) {
  await mkdir(cache, { recursive: true })
  const folder = await mkdtemp(join(cache, 'agentos-'))
  const authorized = secret ? { JWT_VERIFICATION_KEY: secret } : {}
  const child = spawn(python, [SCRIPT, '--folder', folder, ...(secret ? ['--authorize'] : [])], {
    cwd: folder,
    env: { ...env, ...QUIET, ...authorized, PYTHONUNBUFFERED: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const endNow = () => child.kill('SIGKILL')
  process.once('exit', endNow)
  const ended = once(child, 'close').catch(() => undefined)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => (output += chunk))
  }

  async function close() {
    child.kill('SIGTERM')
    const inTime = await Promise.race([ended.then(() => true), pause(STOP_SECONDS * 1000, false, { ref: false })])
    if (!inTime) endNow()
    process.off('exit', endNow)
    await rm(folder, { recursive: true, force: true })
  }

  try {
    return { url: await ready(() => output, () => child.exitCode ?? child.signalCode), close }
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * Waits until it has said where it listens, and answers there.
 *
 * @param {() => string} output
 * @param {() => unknown} hasEnded
 */
async function ready(output, hasEnded) {
  const start = Date.now()
  for (;;) {
    const url = /^http:\/\/\S+$/m.exec(output())?.[0]
    const healthy = url && (await fetch(`${url}/health`, { signal: AbortSignal.timeout(5000) }).catch(() => undefined))
    if (url && healthy && healthy.ok) return url
    if (hasEnded() !== null) throw new Trouble(`AgentOS ended before it answered\n${output().trim()}`)
    if (Date.now() - start > START_SECONDS * 1000) {
      throw new Trouble(`AgentOS did not answer within ${START_SECONDS} s\n${output().trim()}`)
    }
    await pause(200)
  }
}
