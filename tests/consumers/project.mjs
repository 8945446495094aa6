// The project that consumes the package: its tools, and the tarball as npm installs it.
import { createHash } from 'node:crypto'
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { Trouble, root, run } from '../../scripts/run.mjs'
import { CONSUMERS, installPackages } from '../../scripts/setup.mjs'
import { policy } from './app/opa-policy.js'

const { folder: here } = CONSUMERS

/** Where the tools are. */
export const tools = join(here, 'node_modules')

/** A project as a user has one, with the package in its `node_modules`. */
export const project = join(here, '.built')

export const nodeOf = (/** @type {number} */ major) => join(tools, `node${major}`, 'bin', 'node')

/** npm on the machine's own Node, and without the tools of any project. */
const PATH = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.startsWith(root)).join(delimiter)
const env = { ...process.env, PATH }

/** What is compared with, and what that needs. */
const PEERS = ['@cedar-policy/cedar-wasm', '@open-policy-agent/opa-wasm', 'sprintf-js']

/** @returns {Promise<string>} the tarball */
export async function prepare() {
  await installPackages(CONSUMERS)
  await rm(project, { recursive: true, force: true })
  await mkdir(project)
  await cp(join(here, 'app'), join(project, 'app'), { recursive: true })
  await writeFile(join(project, 'app', 'opa-policy.wasm'), policy)

  const packed = await run('packing', 'npm', ['pack', join(root, 'pkg'), '--json', '--pack-destination', project], { env })
  const [{ filename, files }] = Object.values(JSON.parse(packed.slice(packed.search(/^[[{]/m))))
  // What the package depends on would come from the registry. Here it is what the repository has.
  const hono = await run('packing hono', 'npm', ['pack', join(root, 'node_modules', 'hono'), '--ignore-scripts', '--pack-destination', project, '--loglevel=error'], { env })
  const dependencies = { gatewright: `file:${filename}`, hono: `file:${hono.trim()}` }
  const manifest = { name: 'consumer', private: true, type: 'module', dependencies }
  await writeFile(join(project, 'package.json'), JSON.stringify(manifest))
  await run('installing the package', 'npm', ['install', '--offline', '--no-package-lock', '--loglevel=error'], { env, cwd: project })
  await compare(files.map((/** @type {{ path: string }} */ { path }) => path))
  for (const name of PEERS) await cp(join(tools, name), join(project, 'node_modules', name), { recursive: true })
  return join(project, filename)
}

/** What is tested is what lies in `pkg/`, byte for byte. @param {string[]} files of the tarball */
async function compare(files) {
  const installed = join(project, 'node_modules', 'gatewright')
  const found = (await readdir(installed, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  if (found.length !== files.length) throw new Trouble(`${found.length} files of the package were installed, and not ${files.length}`)
  const hash = async (/** @type {string} */ file) => createHash('sha256').update(await readFile(file)).digest('hex')
  for (const file of files) {
    if ((await hash(join(installed, file))) !== (await hash(join(root, 'pkg', file)))) throw new Trouble(`${file} was not installed as it is`)
  }
}
