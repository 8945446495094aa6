// A Python with the packages of a `requirements.txt`, below `.cache/`. The second time it is there already.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Trouble, cache, capture, run } from '../../scripts/run.mjs'

const OLDEST = [3, 11]
const INSTALL_MS = 10 * 60 * 1000
const VERSION_MS = 30 * 1000

/**
 * How to run Python with the packages.
 *
 * @param {string} name of the folder here that lists them
 * @returns {Promise<{ python: string, env: NodeJS.ProcessEnv }>}
 */
export async function preparePython(name) {
  const requirements = fileURLToPath(new URL(`${name}/requirements.txt`, import.meta.url))
  const system = process.env.PYTHON ?? 'python3'
  const version = await versionOf(system)
  const hash = createHash('sha256').update(await readFile(requirements)).update(version).digest('hex')
  const folder = join(cache, name, hash.slice(0, 16))
  const environment = join(folder, 'venv')
  const target = join(folder, 'packages')
  const done = join(folder, 'done')

  if (!existsSync(done)) {
    // What is there without having been finished is of no use.
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
    const made = await capture(system, ['-m', 'venv', environment], { timeout: INSTALL_MS })
    if (made.code !== 0) await rm(environment, { recursive: true, force: true })
    const [python, where] = made.code === 0 ? [inVenv(environment), []] : [system, ['--target', target]]
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input']
    const args = [...pip, ...where, '--requirement', requirements]
    try {
      await run(`installing ${name} with pip`, python, args, { timeout: INSTALL_MS })
    } catch (error) {
      if (!(error instanceof Trouble)) throw error
      const advice = made.code === 0 ? '' : `\nThere is no venv either (Debian: python3-venv):\n${made.output.trim()}`
      throw new Trouble(error.message + advice)
    }
    await writeFile(done, '')
  }
  if (existsSync(environment)) return { python: inVenv(environment), env: process.env }
  const path = [target, process.env.PYTHONPATH].filter(Boolean).join(delimiter)
  return { python: system, env: { ...process.env, PYTHONPATH: path } }
}

/** @param {string} environment */
const inVenv = (environment) =>
  process.platform === 'win32' ? join(environment, 'Scripts', 'python.exe') : join(environment, 'bin', 'python')

/** @param {string} python */
async function versionOf(python) {
  const script = 'import sys; print(*sys.version_info[:3], sys.platform)'
  const { code, output } = await capture(python, ['-c', script], { timeout: VERSION_MS })
  const wanted = `Install Python ${OLDEST.join('.')} or newer, or name one in PYTHON.`
  if (code !== 0) throw new Trouble(`\`${python}\` does not run: ${output.trim()}\n${wanted}`)
  const [major, minor] = output.split(' ').map(Number)
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    throw new Trouble(`This is Python ${output.trim()}. ${wanted}`)
  }
  return output
}
