// A project of Next with the package in it, as npm packs it: built, and served by `next start`. Next itself is
// one of the packages of tests/consumers.
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { node22, root } from '../../scripts/run.mjs'
import { CONSUMERS } from '../../scripts/setup.mjs'
import { installInto, run } from '../js/packed.js'

const here = join(root, 'tests', 'next')
const built = join(CONSUMERS.folder, '.built-next')
export const packages = join(CONSUMERS.folder, 'node_modules')
const next = join(packages, 'next', 'dist', 'bin', 'next')

/** @param {object} policy @param {NodeJS.ProcessEnv} secrets */
const environmentOf = (policy, secrets) => ({ ...process.env, ...secrets, NEXT_TELEMETRY_DISABLED: '1', POLICY: JSON.stringify(policy) })

/** Packs and installs the package for the projects to come. */
export function install() {
  if (!existsSync(next)) throw new Error('Next is not installed: `node scripts/test.mjs next` does it')
  rmSync(built, { recursive: true, force: true })
  mkdirSync(built)
  installInto(built)
}

/**
 * Builds a project with the gate in one of its places.
 *
 * @param {'proxy' | 'middleware'} place
 * @param {object} policy
 * @param {NodeJS.ProcessEnv} secrets
 */
export function build(place, policy, secrets) {
  const project = join(built, place)
  for (const part of ['app', 'next.config.mjs', `${place}.js`]) cpSync(join(here, part), join(project, part), { recursive: true })
  run(node22, [next, 'build'], { cwd: project, env: environmentOf(policy, secrets) })
}

/**
 * Serves what was built.
 *
 * @param {'proxy' | 'middleware'} place
 * @param {object} policy
 * @param {NodeJS.ProcessEnv} secrets
 */
export async function serve(place, policy, secrets) {
  const args = [next, 'start', '-H', '127.0.0.1', '-p', '0']
  const server = spawn(node22, args, { cwd: join(built, place), env: environmentOf(policy, secrets), stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [server.stdout, server.stderr]) stream.setEncoding('utf8').on('data', (text) => { said += text })
  const port = () => Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1])
  for (const since = Date.now(); !(said.includes('Ready') && port()); await new Promise((resolve) => setTimeout(resolve, 50))) {
    if (server.exitCode !== null || Date.now() - since > 30_000) throw new Error(`next start: ${said}`)
  }
  return { port: port(), close: () => server.kill(), reasons: () => [...said.matchAll(/^denied (.*)$/gm)].map(([, reason]) => reason) }
}
