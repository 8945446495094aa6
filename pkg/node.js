// gatewright for Node, Bun and Deno: the module is read from its file, at once.
import { readFileSync } from 'node:fs'
import { instantiate } from './engine.js'
import { loadGuardsWith } from './guards.js'
import { verifyWith } from './keys.js'
import { loadLintWith } from './lint.js'
import { verifierOf } from './node-crypto.js'

const compiled = (/** @type {string} */ name) => new WebAssembly.Module(readFileSync(new URL(`./wasm/${name}_bg.wasm`, import.meta.url)))

instantiate(compiled('gatewright'))
loadGuardsWith(() => compiled('gatewright_guards'))
loadLintWith(() => compiled('gatewright_lint'))
if (!process.versions.bun && !process.versions.deno) verifyWith(verifierOf)

export { PolicyError, createGate, createToolGateway, lintPolicy, memoryStore } from './index.js'

/** Nothing is left to do here. In a browser there is. */
export async function init() {}

/** Likewise. */
export async function initGuards() {}

/** Likewise. */
export async function initLint() {}
