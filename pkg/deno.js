// gatewright for Deno, which imports compiled modules by itself, and asks for no permission to do so.
import source module from './wasm/gatewright_bg.wasm'
import source guards from './wasm/gatewright_guards_bg.wasm'
import source lint from './wasm/gatewright_lint_bg.wasm'
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
