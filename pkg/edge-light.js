// gatewright for Next's edge runtime and Vercel's, where a module comes compiled or not at all.
// @ts-expect-error: the bundler makes a WebAssembly.Module of this import.
import module from './wasm/gatewright_bg.wasm?module'
// @ts-expect-error: likewise. It costs nothing until a policy needs it.
import guards from './wasm/gatewright_guards_bg.wasm?module'
// @ts-expect-error: likewise.
import lint from './wasm/gatewright_lint_bg.wasm?module'
import { instantiate } from './engine.js'
import { loadGuardsWith } from './guards.js'
import { loadLintWith } from './lint.js'

instantiate(module)
loadGuardsWith(() => guards)
loadLintWith(() => lint)

export { PolicyError, createGate, createToolGateway, lintPolicy, memoryStore } from './index.js'

/** Nothing is left to do here. In a browser there is. */
export async function init() {}

/** Likewise. */
export async function initGuards() {}

/** Likewise. */
export async function initLint() {}
