// An instance of a module that stands beside the core: made when it is first needed, and thrown away
// after a fault, since a trap leaves its memory in an unknown state.

/** Enough for the rules and the text of all but odd arguments. */
const USUAL_INPUT = 16 * 1024

/**
 * @typedef {object} Glue what wasm-bindgen writes for each of these modules
 * @property {(module: { module: WebAssembly.Module }) => { memory: WebAssembly.Memory }} initSync
 * @property {() => void} __wbg_reset_state
 * @property {(capacity: number) => number} room
 */

/** @param {Glue} wasm */
export function createInstance(wasm) {
  /** @type {(() => WebAssembly.Module) | undefined} */
  let load
  /** @type {WebAssembly.Module | undefined} */
  let compiled
  /** @type {WebAssembly.Memory} */
  let memory
  /** A view of the buffer. When memory grows it is detached, and its length is 0. */
  let input = new Uint8Array(0)
  /** Whether there is an instance, and whether it can be used. */
  let isMade = false
  let isSound = false
  /** How many there have been. */
  let count = 0

  function attach() {
    compiled ??= /** @type {() => WebAssembly.Module} */ (load)()
    if (isMade) wasm.__wbg_reset_state()
    memory = wasm.initSync({ module: compiled }).memory
    isMade = true
    count += 1
    input = new Uint8Array(0)
    isSound = true
  }

  return {
    /** Says where the module comes from. It is asked for when it is needed, and once. @param {() => WebAssembly.Module} source */
    loadWith(source) {
      load = source
    },
    isLoadable: () => load !== undefined,
    /** Which instance it is, for those who leave something in it. Undefined after a fault. */
    current: () => (isSound ? count : undefined),
    /**
     * Writes parts one after the other into the module's buffer. Throws if there is no module, or not so
     * much room.
     *
     * @param {Uint8Array[]} parts
     */
    write(parts) {
      if (!isSound) attach()
      const size = parts.reduce((sum, part) => sum + part.length, 0)
      if (size > input.length || input.length === 0) {
        const capacity = Math.max(size, USUAL_INPUT)
        const address = wasm.room(capacity)
        if (address === 0) throw new RangeError('the input is larger than the module takes')
        input = new Uint8Array(memory.buffer, address, capacity)
      }
      let at = 0
      for (const part of parts) {
        input.set(part, at)
        at += part.length
      }
    },
    /** @param {number} address @param {number} length */
    read: (address, length) => new Uint8Array(memory.buffer, address, length),
    /** After a fault: the next call finds a new instance. */
    discard() {
      isSound = false
    },
  }
}
