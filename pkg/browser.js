// gatewright for browsers and web workers: the module is fetched before the first gate is made, the one
// that judges guards before the first gate whose policy needs it, and the one that lints when asked to.
import { instantiate } from './engine.js'
import { loadGuardsWith } from './guards.js'
import { loadLintWith } from './lint.js'
import { createGateAfter } from './on-demand.js'
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
    throw unloadable(url, 'init', cause)
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
  const module = await compiled(url, 'initGuards')
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
  const module = await compiled(url, 'initLint')
  loadLintWith(() => module)
  hasLint = true
}

export const createGate = createGateAfter(init, initGuards)

/**
 * @param {string | URL} url
 * @param {keyof typeof INSIDE} name
 */
async function compiled(url, name) {
  try {
    const response = await fetch(url)
    if (!response.ok) throw new Error(`the answer was ${response.status}`)
    return await WebAssembly.compile(await response.arrayBuffer())
  } catch (cause) {
    throw unloadable(url, name, cause)
  }
}

/** The module of each function that takes another URL, and the entry that has it inside. */
const INSIDE = { init: 'gatewright/inline', initGuards: 'gatewright/inline-guards', initLint: 'gatewright/inline-lint' }

/**
 * Everybody who gets here has one of three troubles, and which one a browser does not always say.
 *
 * @param {string | URL} url
 * @param {keyof typeof INSIDE} name of the function that takes another URL
 * @param {unknown} cause
 */
function unloadable(url, name, cause) {
  return new Error(
    `gatewright could not load its module from ${url} (${cause}). One of three:\n` +
      `- esbuild, Rolldown and Bun do not copy the file: import \`${INSIDE[name]}\`, or hand its URL to \`${name}\`.\n` +
      '- Vite 6 and 7 move the code away from it in development: `optimizeDeps: { exclude: ["gatewright"] }`.\n' +
      "- A content security policy forbids it: `script-src 'wasm-unsafe-eval'`.",
    { cause },
  )
}
