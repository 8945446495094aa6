// gatewright for Cloudflare Workers, where a module comes compiled or not at all.
// @ts-expect-error: the bundler makes a WebAssembly.Module of this import.
import module from './wasm/gatewright_bg.wasm'
import { instantiate } from './engine.js'

instantiate(module)

export { PolicyError, createGate, createToolGateway, memoryStore } from './index.js'

/** Nothing is left to do here. In a browser there is. */
export async function init() {}
