// Watches which instances are made of modules, so that a test can break them from outside the package.
// It has to be imported before what it watches.

/** @type {WebAssembly.Exports[]} */
const seen = []

const { Instance, instantiate, instantiateStreaming } = WebAssembly

WebAssembly.Instance = /** @type {any} */ (
  class extends Instance {
    /** @param {WebAssembly.Module} module @param {WebAssembly.Imports} [imports] */
    constructor(module, imports) {
      super(module, imports)
      seen.push(this.exports)
    }
  }
)
for (const [name, original] of Object.entries({ instantiate, instantiateStreaming })) {
  if (original === undefined) continue
  /** @type {any} */ (WebAssembly)[name] = async (/** @type {any[]} */ ...given) => {
    const made = await /** @type {any} */ (original)(...given)
    seen.push((made.instance ?? made).exports)
    return made
  }
}

/**
 * Leaves the newest instance that exports `name` in a state that no code could: all bytes of its memory are wrong.
 *
 * @param {string} name
 * @returns {boolean} whether there is one
 */
export function poison(name) {
  const found = seen.findLast((exports) => name in exports)
  if (found === undefined) return false
  new Uint8Array(/** @type {WebAssembly.Memory} */ (found.memory).buffer).fill(0xff)
  return true
}
