// gatewright with its module inside, for bundlers that would leave a file behind.
//
// It carries the core. Whose policy has guards for URLs, patterns or SQL, imports `gatewright/inline-guards`
// beside it, and is refused without; who lints, `gatewright/inline-lint`.
import { moduleOf } from './base64.js'
import { instantiate } from './engine.js'
import { hasGuards } from './guards.js'
import * as gate from './index.js'
import { hasLint } from './lint.js'
import { createGateAfter } from './on-demand.js'
import core from './wasm/gatewright_inline.js'

export { PolicyError, createToolGateway, lintPolicy } from './index.js'

let isReady = false

/** At once, so that code which needs not wait elsewhere needs not wait here. */
function prepare() {
  if (isReady) return
  instantiate(moduleOf(core, 'gatewright/inline'))
  isReady = true
}

/** Compiles the module. `createGate` and `memoryStore` do so by themselves; call this to have it done earlier. */
export async function init() {
  prepare()
}

/** Says whether `gatewright/inline-guards` was imported: rejects if not. */
export async function initGuards() {
  if (!hasGuards()) throw new Error("gatewright/inline carries the core alone: for guards, `import 'gatewright/inline-guards'` as well")
}

/** Says whether `gatewright/inline-lint` was imported, likewise. */
export async function initLint() {
  if (!hasLint()) throw new Error("gatewright/inline carries the core alone: for `lintPolicy`, `import 'gatewright/inline-lint'` as well")
}

export const createGate = createGateAfter(init, initGuards)

/** @type {typeof gate.memoryStore} */
export function memoryStore(contents) {
  prepare()
  return gate.memoryStore(contents)
}
