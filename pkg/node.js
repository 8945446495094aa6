// gatewright for Node and Bun: the module is read from its file, at once.
import { readFileSync } from 'node:fs'
import { instantiate } from './engine.js'
import { loadGuardsWith } from './guards.js'
import { verifyWith } from './keys.js'
import { verifierOf } from './node-crypto.js'

/** @param {string} file */
function compiled(file) {
  let bytes
  try {
    bytes = readFileSync(new URL(`./wasm/${file}`, import.meta.url))
  } catch (cause) {
    throw new Error(
      `gatewright could not read ${file} beside its code (${cause}). If a bundler has put the code elsewhere, leave ` +
        'gatewright out of the bundle (`external`), or import `gatewright/inline`, and `gatewright/inline-guards` for guards.',
      { cause },
    )
  }
  return new WebAssembly.Module(bytes)
}

instantiate(compiled('gatewright_bg.wasm'))
loadGuardsWith(() => compiled('gatewright_guards_bg.wasm'))
// In Deno this entry is what `require` gets.
if (!process.versions.bun && !process.versions.deno) verifyWith(verifierOf)

export { PolicyError, createGate, createToolGateway, lintPolicy, memoryStore } from './index.js'

/** Nothing is left to do here. In a browser there is. */
export async function init() {}

/** Likewise. */
export async function initGuards() {}
