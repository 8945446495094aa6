// A project of Next with the package in it, as npm packs it: built, and served by `next start`.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cache, node22, root } from '../../scripts/run.mjs'

const project = fileURLToPath(new URL('.', import.meta.url))
const next = join(project, 'node_modules', 'next', 'dist', 'bin', 'next')
const stamp = join(cache, 'packages-next')

/** npm runs on the machine's own Node, and Next asks nobody home. */
const PATH = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.startsWith(root)).join(delimiter)
const quiet = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' }

/** @param {string} command @param {string[]} args @param {NodeJS.ProcessEnv} env */
function run(command, args, env) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: project, env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? `${stdout}${stderr}`}`)
  return stdout
}

/** Installs what is not there yet, packs the package, and builds. @param {object} policy @param {NodeJS.ProcessEnv} secrets */
export function build(policy, secrets) {
  const wanted = createHash('sha256').update(readFileSync(join(project, 'package-lock.json'))).digest('hex')
  if (!existsSync(next) || !existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    run('npm', ['ci', '--loglevel=error'], { ...process.env, PATH })
    mkdirSync(cache, { recursive: true })
    writeFileSync(stamp, wanted)
  }
  const installed = join(project, 'node_modules', 'gatewright')
  rmSync(installed, { recursive: true, force: true })
  mkdirSync(installed)
  const packed = run('npm', ['pack', join(root, 'pkg'), '--pack-destination', installed, '--loglevel=error'], { ...process.env, PATH })
  run('tar', ['-xzf', join(installed, packed.trim()), '--strip-components=1', '-C', installed], process.env)
  run(node22, [next, 'build'], { ...quiet, ...secrets, POLICY: JSON.stringify(policy) })
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
