// gatewright for browsers and web workers: the module is fetched before the first gate is made, the one
// that judges guards before the first gate whose policy needs it, and the one that lints when asked to.
import { instantiate } from './engine.js'
import { loadGuardsWith } from './guards.js'
import * as gate from './index.js'
import { loadLintWith } from './lint.js'
import initialize from './wasm/gatewright.js'

export { PolicyError, createToolGateway, lintPolicy, memoryStore } from './index.js'

let isReady = false

/**
 * Fetches the module. `createGate` does so by itself; call this to have it done earlier, or to say
 * where the module is.
 *
 * @param {string | URL} [url]
 */
export async function init(url = new URL('./wasm/gatewright_bg.wasm', import.meta.url)) {
  if (isReady) return
  try {
    await initialize({ module_or_path: url })
  } catch (cause) {
    throw unloadable(url, 'gatewright_bg.wasm', 'init', cause)
  }
  instantiate()
  isReady = true
}

let hasGuards = false

/**
 * Fetches the module that judges URLs, patterns and SQL. `createGate` does so for policies with such
 * guards; call this to have it done earlier, or to say where the module is.
 *
 * @param {string | URL} [url]
 */
export async function initGuards(url = new URL('./wasm/gatewright_guards_bg.wasm', import.meta.url)) {
  if (hasGuards) return
  const module = await compiled(url, 'gatewright_guards_bg.wasm', 'initGuards')
  loadGuardsWith(() => module)
  hasGuards = true
}

let hasLint = false

/**
 * Fetches the module that looks policies over. To be awaited before `lintPolicy`.
 *
 * @param {string | URL} [url]
 */
export async function initLint(url = new URL('./wasm/gatewright_lint_bg.wasm', import.meta.url)) {
  if (hasLint) return
  const module = await compiled(url, 'gatewright_lint_bg.wasm', 'initLint')
  loadLintWith(() => module)
  hasLint = true
}

/**
 * @param {string | URL} url
 * @param {string} file
 * @param {string} name
 */
async function compiled(url, file, name) {
  try {
    const response = await fetch(url)
    if (!response.ok) throw new Error(`the answer was ${response.status}`)
    return await WebAssembly.compile(await response.arrayBuffer())
  } catch (cause) {
    throw unloadable(url, file, name, cause)
  }
}

/** @type {typeof gate.createGate} */
export async function createGate(options) {
  await init()
  try {
    return await gate.createGate(options)
  } catch (error) {
    const needsGuards = error instanceof gate.PolicyError && error.code === 'policy_guard_unavailable'
    if (!needsGuards || hasGuards) throw error
  }
  await initGuards()
  return gate.createGate(options)
}

/**
 * @param {string | URL} url
 * @param {string} file
 * @param {string} name of the function that takes another URL
 * @param {unknown} cause
 */
function unloadable(url, file, name, cause) {
  return new Error(
    `gatewright could not load its module from ${url}. Either the bundler did not copy the file ` +
      `(import \`gatewright/${file}\` as a URL and hand that to \`${name}\`), or Vite before 8 ` +
      'serves it pre-bundled (`optimizeDeps.exclude: ["gatewright"]`), or a content security policy ' +
      "forbids it (`script-src 'wasm-unsafe-eval'`).",
    { cause },
  )
}
