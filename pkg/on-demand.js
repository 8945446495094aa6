// Gates of entries where a module has to be waited for: the first one before any gate, the second one
// when the first policy asks for it.
import * as gate from './index.js'
import { PolicyError } from './policy.js'

/**
 * @param {() => Promise<void>} init
 * @param {() => Promise<void>} initGuards rejects with what to do, where it cannot load them
 * @returns {typeof gate.createGate}
 */
export const createGateAfter = (init, initGuards) =>
  async function createGate(options) {
    await init()
    try {
      return await gate.createGate(options)
    } catch (error) {
      if (!(error instanceof PolicyError && error.code === 'policy_guard_unavailable')) throw error
      await initGuards().catch((/** @type {Error} */ cause) => {
        throw new PolicyError({ code: error.code, pointer: error.pointer, message: cause.message }, { cause })
      })
    }
    return gate.createGate(options)
  }
