// How this machine compiles for WebAssembly: the first of five routes that works.
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { unpackPackages } from './debian.mjs'
import { Trouble, cache, root, run, say } from './run.mjs'

export const TRIPLE = 'wasm32-unknown-unknown'

/**
 * @typedef {object} Compiler the installed rustc
 * @property {string} version everything it says of itself
 * @property {string} release
 * @property {string} host
 * @property {string} sysroot
 */

/**
 * @typedef {object} Way what a route comes to
 * @property {string} folder where cargo builds
 * @property {string[]} args what cargo has to be told
 * @property {Record<string, string>} env what cargo has to find set, for this target only
 * @property {string} proof the file without which the route is not ready
 */

/** @typedef {Way & { route: string, version: string }} WasmTarget */

/** Debian has the source of the standard library for this release, and it has to be the compiler's. */
const RUST_SRC = {
  release: '1.95.0',
  version: '1.95.0+dfsg1-2~bpo13+1',
  suite: 'trixie-backports',
  sha256: '7b76db5b880a77f9e52975d2baa6209d2f76d2c9c2789515c3088cb960e2c83b',
}

const STAMP = join(cache, 'wasm-target.json')

/** @type {Record<string, (compiler: Compiler) => Promise<Way>>} */
const routes = {
  async installed({ sysroot }) {
    return way(join(root, 'target'), join(sysroot, 'lib', 'rustlib', TRIPLE, 'lib'))
  },

  async rustup(compiler) {
    await run(`rustup target add ${TRIPLE}`, 'rustup', ['target', 'add', TRIPLE])
    return routes.installed(compiler)
  },

  async 'rust-src'({ sysroot }) {
    return buildStd('rust-src', join(sysroot, 'lib', 'rustlib', 'src', 'rust', 'library'))
  },

  async 'debian-src'({ release }) {
    if (release !== RUST_SRC.release) {
      throw new Trouble(`Debian's source is of Rust ${RUST_SRC.release}, and this is Rust ${release}`)
    }
    const folder = join(cache, 'rust-src')
    await unpackPackages({ ...RUST_SRC, names: [`rust-src=${RUST_SRC.version}`], folder })
    const library = join(folder, 'usr', 'src', `rustc-${release}`, 'library')
    // cargo looks for the library in the compiler's own folder, unless this is set. It has no other name.
    return buildStd('debian-src', library, { __CARGO_TESTS_ONLY_SRC_ROOT: library })
  },

  async 'debian-web'({ sysroot, host }) {
    const folder = join(cache, 'rustc-web')
    await unpackPackages({ names: ['rustc-web', 'rust-web-src'], folder })
    const lib = join(folder, 'usr', 'lib')
    return buildStd('debian-web', join(lib, 'rustlib', 'src', 'rust', 'library'), {
      RUSTC: join(folder, 'usr', 'bin', 'rustc'),
      LD_LIBRARY_PATH: join(lib, host.replace('-unknown', '')),
      CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER: join(sysroot, 'lib', 'rustlib', host, 'bin', 'rust-lld'),
    })
  },
}

/**
 * Finds a route, or takes the one that `GATEWRIGHT_WASM_ROUTE` names, and remembers it.
 *
 * @returns {Promise<WasmTarget>}
 */
export async function wasmTarget() {
  const compiler = await installedCompiler()
  const forced = process.env.GATEWRIGHT_WASM_ROUTE
  const known = await remembered(compiler, forced)
  if (known) return known

  const failures = []
  for (const route of forced ? [forced] : Object.keys(routes)) {
    try {
      const target = { ...(await take(route, compiler)), route, version: compiler.version }
      await mkdir(cache, { recursive: true })
      await writeFile(STAMP, JSON.stringify({ forced, target }, null, 2))
      say(`compiling for WebAssembly by the route \`${route}\``)
      return target
    } catch (error) {
      if (!(error instanceof Trouble)) throw error
      say(`not by the route \`${route}\`: ${error.message.split('\n')[0]}`)
      failures.push(`${route}: ${error.message}`)
    }
  }
  throw new Trouble(
    `Rust cannot compile for WebAssembly on this machine. What was tried:\n\n${failures.join('\n\n')}\n\n` +
      `Install the target with \`rustup target add ${TRIPLE}\`, or the source of the standard library ` +
      'with `rustup component add rust-src`, and start again.',
  )
}

/**
 * @param {string} route
 * @param {Compiler} compiler
 */
async function take(route, compiler) {
  if (!Object.hasOwn(routes, route)) {
    throw new Trouble(`there is no such route; there are ${Object.keys(routes).join(', ')}`)
  }
  const found = await routes[route](compiler)
  if (!existsSync(found.proof)) throw new Trouble(`${found.proof} is not there`)
  return found
}

/**
 * @param {Compiler} compiler
 * @param {string | undefined} forced
 * @returns {Promise<WasmTarget | undefined>}
 */
async function remembered({ version }, forced) {
  if (!existsSync(STAMP)) return undefined
  const { forced: before, target } = JSON.parse(await readFile(STAMP, 'utf8'))
  const holds = before === forced && target.version === version && existsSync(target.proof)
  return holds ? target : undefined
}

/** @returns {Promise<Compiler>} */
async function installedCompiler() {
  const version = await run('rustc -vV', 'rustc', ['-vV'])
  const sysroot = await run('rustc --print sysroot', 'rustc', ['--print', 'sysroot'])
  const field = (/** @type {string} */ name) => version.match(`\n${name}: (.*)`)?.[1] ?? ''
  return { version, release: field('release'), host: field('host'), sysroot: sysroot.trim() }
}

/**
 * The standard library is built with the crate, in a folder apart: its settings would otherwise
 * evict what native builds have made.
 *
 * @param {string} route
 * @param {string} library
 * @param {Record<string, string>} [env]
 * @returns {Way}
 */
function buildStd(route, library, env) {
  const args = ['-Z', 'build-std=std,panic_abort']
  return way(join(root, 'target', route), join(library, 'Cargo.lock'), args, { ...env, RUSTC_BOOTSTRAP: '1' })
}

/**
 * @param {string} folder
 * @param {string} proof
 * @param {string[]} [args]
 * @param {Record<string, string>} [env]
 * @returns {Way}
 */
function way(folder, proof, args = [], env = {}) {
  return { folder, proof, args: ['--target', TRIPLE, '--target-dir', folder, ...args], env }
}
