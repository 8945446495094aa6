// The modules of WebAssembly that the page decides with: its own, which is the core and lint in one, and the one
// that judges URLs, SQL and patterns.
import { instantiate } from '../../pkg/engine.js'
import { loadGuardsWith } from '../../pkg/guards.js'

export const loadGate = async () => instantiate(await compiled('gatewright_preview_bg.wasm'))

export async function loadGuards() {
  const module = await compiled('gatewright_guards_bg.wasm')
  loadGuardsWith(() => module)
}

/** @param {string} file beside the page's own */
async function compiled(file) {
  const response = await fetch(new URL(`./${file}`, import.meta.url))
  if (!response.ok) throw new Error(`the answer was ${response.status}`)
  return WebAssembly.compile(await response.arrayBuffer())
}
