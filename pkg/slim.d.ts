export * from './index.js'

/** A module: compiled, or its bytes. */
export type Brought = WebAssembly.Module | BufferSource

/** Takes the module, `gatewright/gatewright_bg.wasm`. There is no gate before that. */
export function init(module: Brought): Promise<void>

/** Takes the module that judges URLs, patterns and SQL, `gatewright/gatewright_guards_bg.wasm`. */
export function initGuards(module: Brought): Promise<void>

/** Takes the module that looks policies over, `gatewright/gatewright_lint_bg.wasm`. `lintPolicy` needs it. */
export function initLint(module: Brought): Promise<void>
