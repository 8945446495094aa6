// gatewright without its modules: whoever imports it brings them, compiled or as bytes, from
// `gatewright/gatewright_bg.wasm` and, for policies with guards, `gatewright/gatewright_guards_bg.wasm`;
// for `lintPolicy`, `gatewright/gatewright_lint_bg.wasm`.
import { instantiate } from './engine.js'
import { loadGuardsWith } from './guards.js'
import { loadLintWith } from './lint.js'
import { createGateAfter } from './on-demand.js'

export { PolicyError, createToolGateway, lintPolicy, memoryStore } from './index.js'

/** @typedef {WebAssembly.Module | BufferSource} Brought */

let isReady = false

/**
 * Takes the module. There is no gate before that.
 *
 * @param {Brought} [module]
 */
export async function init(module) {
  if (isReady) return
  instantiate(await compiled(module, 'init', 'gatewright_bg.wasm'))
  isReady = true
}

let hasGuards = false

/**
 * Takes the module that judges URLs, patterns and SQL. A policy with such guards is refused before that.
 *
 * @param {Brought} [module]
 */
export async function initGuards(module) {
  if (hasGuards) return
  const guards = await compiled(module, 'initGuards', 'gatewright_guards_bg.wasm')
  loadGuardsWith(() => guards)
  hasGuards = true
}

let hasLint = false

/**
 * Takes the module that looks policies over. To be awaited before `lintPolicy`.
 *
 * @param {Brought} [module]
 */
export async function initLint(module) {
  if (hasLint) return
  const lint = await compiled(module, 'initLint', 'gatewright_lint_bg.wasm')
  loadLintWith(() => lint)
  hasLint = true
}

export const createGate = createGateAfter(init, initGuards)

/**
 * @param {Brought | undefined} module
 * @param {string} name
 * @param {string} file
 */
async function compiled(module, name, file) {
  // A module may come from another realm, whose class is another one.
  const kind = Object.prototype.toString.call(module)
  if (kind === '[object WebAssembly.Module]') return /** @type {WebAssembly.Module} */ (module)
  if (module instanceof ArrayBuffer || ArrayBuffer.isView(module)) return WebAssembly.compile(module)
  throw new TypeError(
    `gatewright/slim brings no module: \`await ${name}(module)\` first, with the WebAssembly.Module, or the bytes, ` +
      `of \`gatewright/${file}\``,
  )
}
