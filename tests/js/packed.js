// The package as npm packs it.
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { root } from '../../scripts/run.mjs'

/** npm runs on the machine's own Node. */
const PATH = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.startsWith(root)).join(delimiter)

/** @param {string} command @param {string[]} args @param {import('node:child_process').SpawnSyncOptions} [options] */
export function run(command, args, options) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', ...options })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? `${stdout}${stderr}`}`)
  return String(stdout)
}

/** @param {string[]} args @param {string} [cwd] */
export const npm = (args, cwd) => run('npm', [...args, '--loglevel=error'], { cwd, env: { ...process.env, PATH } })

/** Unpacks the package where a project that installed it has it. @param {string} project */
export function installInto(project) {
  const folder = join(project, 'node_modules', 'gatewright')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const tarball = join(folder, npm(['pack', join(root, 'pkg'), '--pack-destination', folder]).trim())
  run('tar', ['-xzf', tarball, '--strip-components=1', '-C', folder])
  rmSync(tarball)
  return folder
}
