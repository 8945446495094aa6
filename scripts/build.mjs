// From src/ to pkg/wasm/: the module with its JavaScript glue, and the check that it stays small.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Trouble, cache, isMain, root, run, say, start } from './run.mjs'
import { setup } from './setup.mjs'
import { TRIPLE } from './wasm-target.mjs'

/** What the module may weigh on the wire, in bytes after `gzip -9`. */
const BUDGET = 110_000

const GLUE = 'pkg/glue'
const SOURCES = ['Cargo.toml', 'Cargo.lock', 'src', `${GLUE}/Cargo.toml`, `${GLUE}/Cargo.lock`, `${GLUE}/src`]

const OUTPUT = join(root, 'pkg', 'wasm')
const MODULE = join(OUTPUT, 'gatewright_bg.wasm')
const STAMP = join(cache, 'module')

/**
 * Builds the module, unless nothing that it is made of has changed.
 *
 * @param {import('./wasm-target.mjs').WasmTarget} target
 */
export async function build(target) {
  const sources = await fingerprint(target)
  if (existsSync(MODULE) && existsSync(STAMP) && (await readFile(STAMP, 'utf8')) === sources) return

  await run('fetching the crates', 'cargo', ['fetch', '--locked'])
  // As a cdylib alone: beside an rlib, cargo would leave link-time optimisation out.
  const core = ['rustc', '--release', '--lib', '--features', 'wasm', '--crate-type', 'cdylib', ...target.args]
  const env = { ...process.env, ...target.env, CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS: await withoutPaths() }
  await run('compiling the core to WebAssembly', 'cargo', core, { env })
  const module = join(target.folder, TRIPLE, 'release', 'gatewright.wasm')

  const folder = join(root, 'target', 'glue')
  const glue = ['build', '--release', '--locked', '--manifest-path', `${GLUE}/Cargo.toml`]
  await run('compiling the glue generator', 'cargo', [...glue, '--target-dir', folder])

  // Made aside and moved in one go: whoever imports pkg/wasm/ meanwhile never sees half of it.
  const made = join(cache, 'wasm')
  await rm(made, { recursive: true, force: true })
  await mkdir(made, { recursive: true })
  await run('writing the glue', join(folder, 'release', 'gatewright-glue'), [module, made])
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

/** Fails when the module is too big for the wire, and says what it weighs. */
export async function checkSize() {
  const bytes = await readFile(MODULE)
  const packed = gzipSync(bytes, { level: 9 }).length
  const figure = `${kilobytes(packed)} gzipped, ${kilobytes(bytes.length)} raw`
  if (packed >= BUDGET) {
    throw new Trouble(`the module weighs ${figure}; it may not weigh ${kilobytes(BUDGET)} gzipped`)
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
