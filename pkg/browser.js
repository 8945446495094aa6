// gatewright for browsers and web workers: the module is fetched before the first gate is made.
import { instantiate } from './engine.js'
import * as gate from './index.js'
import initialize from './wasm/gatewright.js'

export { PolicyError, createToolGateway, memoryStore } from './index.js'

let isReady = false

/**
 * Fetches the module. `createGate` does so by itself; call this to have it done earlier, or to say
 * where the module is.
 *
 * @param {string | URL} [url]
 */
export async function init(url = new URL('./wasm/gatewright_bg.wasm', import.meta.url)) {
  if (isReady) return
  try {
    await initialize({ module_or_path: url })
  } catch (cause) {
    throw new Error(
      `gatewright could not load its module from ${url}. Either the bundler did not copy the file ` +
        '(import `gatewright/gatewright_bg.wasm` as a URL and hand that to `init`), or Vite before 8 ' +
        'serves it pre-bundled (`optimizeDeps.exclude: ["gatewright"]`), or a content security policy ' +
        "forbids it (`script-src 'wasm-unsafe-eval'`).",
      { cause },
    )
  }
  instantiate()
  isReady = true
}

/** @type {typeof gate.createGate} */
export async function createGate(options) {
  await init()
  return gate.createGate(options)
}
