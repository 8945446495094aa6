// gatewright for Node and Bun: the module is read from its file, at once.
import { readFileSync } from 'node:fs'
import { instantiate } from './engine.js'
import { loadGuardsWith } from './guards.js'
import { verifyWith } from './keys.js'
import { loadLintWith } from './lint.js'
import { verifierOf } from './node-crypto.js'

/** @param {() => URL} file which bundlers find, and copy, only where it is written out */
function compiled(file) {
  let bytes
  try {
    bytes = readFileSync(file())
  } catch (cause) {
    throw new Error(
      `gatewright could not read the module beside its code (${cause}). If a bundler has put the code elsewhere, leave ` +
        'gatewright out of the bundle (`external`), or import `gatewright/inline`, with `gatewright/inline-guards` for guards.',
      { cause },
    )
  }
  return new WebAssembly.Module(bytes)
}

instantiate(compiled(() => new URL('./wasm/gatewright_bg.wasm', import.meta.url)))
loadGuardsWith(() => compiled(() => new URL('./wasm/gatewright_guards_bg.wasm', import.meta.url)))
loadLintWith(() => compiled(() => new URL('./wasm/gatewright_lint_bg.wasm', import.meta.url)))
// In Deno this entry is what `require` gets.
if (!process.versions.bun && !process.versions.deno) verifyWith(verifierOf)

export { PolicyError, createGate, createToolGateway, lintPolicy, memoryStore } from './index.js'

/** Nothing is left to do here. In a browser there is. */
export async function init() {}

/** Likewise. */
export async function initGuards() {}

/** Likewise. */
export async function initLint() {}
