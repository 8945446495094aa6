// From src/ to pkg/wasm/: the modules with their JavaScript glue; the pages; and the check that all stays small.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { inline } from './inline.mjs'
import { buildPages, checkPages } from './pages.mjs'
import { Trouble, cache, isMain, root, run, say, start } from './run.mjs'
import { setup } from './setup.mjs'
import { TRIPLE } from './wasm-target.mjs'

/**
 * All are made of the one crate: a surface is a feature, and link-time optimisation leaves out what
 * it does not reach. The budget is what a module may weigh on the wire, in bytes after `gzip -9`. Of the
 * core, verifying tokens and deciding requests by them is about 110 kB; keys and lists of agents, what
 * agents may do, budgets, approvals and AuthZEN are the rest. A budget is the same for every route to the
 * target: a standard library that is built along makes the core 4 kB larger. The third is for what people ask
 * and no request waits for: lint, and whether a ledger is intact. The module of the preview is the core and lint
 * in one, which read a policy with the same code; it is no part of the package.
 */
export const MODULES = [
  { name: 'gatewright', isPackaged: true, feature: 'wasm', what: 'the core', budget: 180_000 },
  { name: 'gatewright_guards', isPackaged: true, feature: 'wasm-guards', what: 'the guards', budget: 470_000 },
  { name: 'gatewright_lint', isPackaged: true, feature: 'wasm-audit', what: 'lint and the ledger', budget: 116_000 },
  { name: 'gatewright_preview', isPackaged: false, feature: 'wasm,wasm-lint', what: 'that of the preview', budget: 215_000 },
]

const GLUE = 'pkg/glue'
const SOURCES = ['Cargo.toml', 'Cargo.lock', 'src', `${GLUE}/Cargo.toml`, `${GLUE}/Cargo.lock`, `${GLUE}/src`]

const OUTPUT = join(root, 'pkg', 'wasm')
/** @param {{ name: string }} module */
const outputOf = ({ name }) => join(OUTPUT, `${name}_bg.wasm`)
const STAMP = join(cache, 'module')

/**
 * Builds the modules, unless nothing that they are made of has changed, and the pages.
 *
 * @param {import('./wasm-target.mjs').WasmTarget} target
 */
export async function build(target) {
  await buildModules(target)
  for (const { name, isPackaged } of MODULES) if (isPackaged) await inline(OUTPUT, name)
  // npm packs them with whatever lies beside the manifest.
  for (const name of ['README.md', 'LICENSE']) await copyFile(join(root, name), join(root, 'pkg', name))
  await buildPages()
}

/** @param {import('./wasm-target.mjs').WasmTarget} target */
async function buildModules(target) {
  const sources = await fingerprint(target)
  if (MODULES.every((module) => existsSync(outputOf(module))) && existsSync(STAMP) && (await readFile(STAMP, 'utf8')) === sources) return

  await run('fetching the crates', 'cargo', ['fetch', '--locked'])
  const folder = join(root, 'target', 'glue')
  const glue = ['build', '--release', '--locked', '--manifest-path', `${GLUE}/Cargo.toml`]
  await run('compiling the glue generator', 'cargo', [...glue, '--target-dir', folder])

  // Made aside and moved in one go: whoever imports pkg/wasm/ meanwhile never sees half of it.
  const made = join(cache, 'wasm')
  await rm(made, { recursive: true, force: true })
  await mkdir(made, { recursive: true })
  const env = { ...process.env, ...target.env, CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS: await withoutPaths() }
  const compiled = join(target.folder, TRIPLE, 'release', 'gatewright.wasm')
  for (const { name, feature, what } of MODULES) {
    // As a cdylib alone: beside an rlib, cargo would leave link-time optimisation out.
    const crate = ['rustc', '--release', '--lib', '--no-default-features', '--features', feature, '--crate-type', 'cdylib']
    await run(`compiling ${what} to WebAssembly`, 'cargo', [...crate, ...target.args], { env })
    await run('writing the glue', join(folder, 'release', 'gatewright-glue'), [compiled, made, name])
  }
  await rm(OUTPUT, { recursive: true, force: true })
  await rename(made, OUTPUT)
  await writeFile(STAMP, sources)
}

/** Panics name the file they happen in. Where that file lies on this machine is nobody's business. */
async function withoutPaths() {
  const registries = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'registry', 'src')
  const names = existsSync(registries) ? await readdir(registries) : []
  const folders = [root, ...names.map((name) => join(registries, name))]
  return folders.map((folder) => `--remap-path-prefix=${folder}=`).join(' ')
}

/** Fails when a module or a page is too big for the wire, and says what they weigh. */
export async function checkSize() {
  const figures = await Promise.all([...MODULES.map(weigh), checkPages()])
  return figures.join('; ')
}

/** @param {typeof MODULES[number]} module */
async function weigh(module) {
  const bytes = await readFile(outputOf(module))
  const packed = gzipSync(bytes, { level: 9 }).length
  const figure = `${module.what} ${kilobytes(packed)} gzipped, ${kilobytes(bytes.length)} raw`
  if (packed >= module.budget) {
    throw new Trouble(`a module is too big: ${figure}; it may not weigh ${kilobytes(module.budget)} gzipped`)
  }
  return figure
}

/** @param {number} bytes */
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`

/**
 * One hash over the sources and the compiler. Cargo would find out as well, in seconds.
 *
 * @param {import('./wasm-target.mjs').WasmTarget} target
 */
async function fingerprint(target) {
  const hash = createHash('sha256').update(JSON.stringify(target))
  for (const path of await files(SOURCES)) hash.update(`\n${path}\n`).update(await readFile(path))
  return hash.digest('hex')
}

/** @param {string[]} sources files and folders */
async function files(sources) {
  const found = []
  for (const path of sources.map((source) => join(root, source))) {
    if (!(await stat(path)).isDirectory()) found.push(path)
    else {
      const entries = await readdir(path, { recursive: true, withFileTypes: true })
      found.push(...entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)))
    }
  }
  return found.sort()
}

if (isMain(import.meta.url)) {
  start(async () => {
    await build(await setup())
    say(`pkg/wasm/ is built: ${await checkSize()}`)
  })
}
