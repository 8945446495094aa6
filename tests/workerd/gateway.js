// A Worker of ours in real workerd. Only what is around it is made up.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { Miniflare, convertV4MiniflareOptions } from 'miniflare'

const pkg = fileURLToPath(new URL('../../pkg/', import.meta.url))
export const COMPATIBILITY_DATE = /compatibility_date = "(.+)"/.exec(
  readFileSync(new URL('../../wrangler.toml', import.meta.url), 'utf8'),
)?.[1]

/**
 * Starts it. The first module is the one that runs; it imports from `./pkg/`, as the others do.
 *
 * @param {object & { persistTo?: string }} options as Miniflare 4 had them, and the folder where objects last
 * @param {string} [script] instead of pkg/worker.js
 */
export function startWorker({ persistTo, ...options }, script = "export * from './pkg/worker.js'; export { default } from './pkg/worker.js'") {
  const converted = convertV4MiniflareOptions({
    compatibilityDate: COMPATIBILITY_DATE,
    modulesRoot: '/',
    modules: [{ type: 'ESModule', path: '/main.js', contents: script }, ...packaged()],
    ...options,
  })
  return new Miniflare(persistTo === undefined ? converted : { ...converted, resourcePersistencePath: persistTo })
}

/** Hono as one file: a Worker finds no packages. */
const [{ text: hono }] = buildSync({
  stdin: { contents: "export { Hono } from 'hono'", resolveDir: pkg }, bundle: true, format: 'esm', write: false,
}).outputFiles

const MODULES = ['gatewright', 'gatewright_guards', 'gatewright_lint']

/** The files of the package that a Worker can load. */
function packaged() {
  const scripts = (/** @type {string} */ folder) => readdirSync(join(pkg, folder)).filter((name) => name.endsWith('.js'))
  const files = [
    ...scripts('').filter((name) => !/^(node|browser|deno|edge-light|inline|base64)/.test(name)),
    ...['state', 'control'].flatMap((folder) => scripts(folder).map((name) => `${folder}/${name}`)),
  ]
  return [
    { type: 'ESModule', path: '/pkg/control/hono', contents: hono },
    ...[...files, ...MODULES.map((name) => `wasm/${name}.js`)].map((name) => module('ESModule', name)),
    ...MODULES.map((name) => module('CompiledWasm', `wasm/${name}_bg.wasm`)),
  ]
}

/** @param {'ESModule' | 'CompiledWasm'} type @param {string} name */
const module = (type, name) => ({ type, path: `/pkg/${name}`, contents: readFileSync(join(pkg, name)) })
