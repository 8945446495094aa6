// A project of Next with the package in it, as npm packs it: built, and served by `next start`.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cache, node22 } from '../../scripts/run.mjs'
import { installInto, npm, run } from '../js/packed.js'

const project = fileURLToPath(new URL('.', import.meta.url))
const next = join(project, 'node_modules', 'next', 'dist', 'bin', 'next')
const stamp = join(cache, 'packages-next')

/** Next asks nobody home. */
const quiet = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' }

/** Installs what is not there yet, packs the package, and builds. @param {object} policy @param {NodeJS.ProcessEnv} secrets */
export function build(policy, secrets) {
  const wanted = createHash('sha256').update(readFileSync(join(project, 'package-lock.json'))).digest('hex')
  if (!existsSync(next) || !existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    npm(['ci'], project)
    mkdirSync(cache, { recursive: true })
    writeFileSync(stamp, wanted)
  }
  installInto(project)
  run(node22, [next, 'build'], { cwd: project, env: { ...quiet, ...secrets, POLICY: JSON.stringify(policy) } })
}

/**
 * Serves what was built.
 *
 * @param {object} policy
 * @param {NodeJS.ProcessEnv} secrets
 */
export async function serve(policy, secrets) {
  const env = { ...quiet, ...secrets, POLICY: JSON.stringify(policy) }
  const server = spawn(node22, [next, 'start', '-H', '127.0.0.1', '-p', '0'], { cwd: project, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [server.stdout, server.stderr]) stream.setEncoding('utf8').on('data', (text) => { said += text })
  const port = () => Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1])
  for (const since = Date.now(); !(said.includes('Ready') && port()); await new Promise((resolve) => setTimeout(resolve, 50))) {
    if (server.exitCode !== null || Date.now() - since > 30_000) throw new Error(`next start: ${said}`)
  }
  return { port: port(), close: () => server.kill(), reasons: () => [...said.matchAll(/^denied (.*)$/gm)].map(([, reason]) => reason) }
}
