// gatewright for Node, Bun and Deno: the module is read from its file, at once.
import { readFileSync } from 'node:fs'
import { instantiate } from './engine.js'
import { loadGuardsWith } from './guards.js'
import { verifyWith } from './keys.js'
import { verifierOf } from './node-crypto.js'

instantiate(new WebAssembly.Module(readFileSync(new URL('./wasm/gatewright_bg.wasm', import.meta.url))))
loadGuardsWith(() => new WebAssembly.Module(readFileSync(new URL('./wasm/gatewright_guards_bg.wasm', import.meta.url))))
if (!process.versions.bun && !process.versions.deno) verifyWith(verifierOf)

export { PolicyError, createGate, createToolGateway, lintPolicy, memoryStore } from './index.js'

/** Nothing is left to do here. In a browser there is. */
export async function init() {}

/** Likewise. */
export async function initGuards() {}
