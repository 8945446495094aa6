// What a fresh machine needs before anything can be built. A second run finds it done.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { Trouble, cache, capture, isMain, node22, root, run, say, start } from './run.mjs'
import { wasmTarget } from './wasm-target.mjs'

const OLDEST_NODE = [20, 19]
const PACKAGES_STAMP = join(cache, 'packages')

/** The runtimes and bundlers that the package is tried in. They are installed when they are first needed. */
export const CONSUMERS = {
  folder: join(root, 'tests', 'consumers'),
  stamp: join(cache, 'consumers'),
  proof: join(root, 'tests', 'consumers', 'node_modules', 'node22', 'bin', 'node'),
  label: 'installing runtimes and bundlers (1.5 GB)',
}

/** Sets up, and resolves with how to compile for WebAssembly here. */
export async function setup() {
  requireNode()
  await requireTool('cargo', 'Install Rust with rustup, and start again.')
  await installPackages()
  return wasmTarget()
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  const [oldestMajor, oldestMinor] = OLDEST_NODE
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return
  throw new Trouble(
    `This is Node ${process.versions.node}. Install Node ${OLDEST_NODE.join('.')} or newer, and start again.`,
  )
}

/**
 * @param {string} name
 * @param {string} advice
 */
async function requireTool(name, advice) {
  const { code, output } = await capture(name, ['--version'])
  if (code !== 0) throw new Trouble(`\`${name}\` does not run: ${output.trim()}\n${advice}`)
}

/**
 * Installs what the lock file of a folder says, unless that was done.
 *
 * @param {object} where
 * @param {string} [where.folder]
 * @param {string} [where.stamp] the file that remembers what was installed
 * @param {string} [where.proof] a file that is there if it was
 * @param {string} [where.label]
 */
export async function installPackages({
  folder = root, stamp = PACKAGES_STAMP, proof = node22, label = 'installing the npm packages',
} = {}) {
  const lock = await readFile(join(folder, 'package-lock.json'))
  const wanted = createHash('sha256').update(lock).digest('hex')
  const found = existsSync(stamp) ? await readFile(stamp, 'utf8') : ''
  if (found === wanted && existsSync(proof)) return

  await requireTool('npm', 'Install npm, which comes with Node, and start again.')
  // npm takes the `node` that it runs on out of node_modules, so it must run on the machine's own.
  const path = (process.env.PATH ?? '').split(delimiter).filter((part) => !part.startsWith(root))
  const env = { ...process.env, PATH: path.join(delimiter) }
  await run(label, 'npm', ['ci', '--loglevel=error'], { env, cwd: folder })
  await mkdir(cache, { recursive: true })
  await writeFile(stamp, wanted)
}

if (isMain(import.meta.url)) {
  start(async () => {
    await setup()
    say('set up')
  })
}
