// gatewright for Node, Bun and Deno: the module is read from its file, at once.
import { readFileSync } from 'node:fs'
import { instantiate } from './engine.js'

instantiate(new WebAssembly.Module(readFileSync(new URL('./wasm/gatewright_bg.wasm', import.meta.url))))

export { PolicyError, createGate } from './index.js'

/** Nothing is left to do here. In a browser there is. */
export async function init() {}
