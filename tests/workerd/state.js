// The objects of the state in real workerd, and calls to them from here.
import { startWorker } from './gateway.js'

/** As wrangler.toml binds them. */
export const OBJECTS = {
  REGISTRY: { className: 'Registry', useSQLite: true },
  KEYS: { className: 'KeyShard', useSQLite: true },
  APPROVALS: { className: 'Approvals', useSQLite: true },
  METER: { className: 'Meter', useSQLite: true },
  LEDGER: { className: 'Ledger', useSQLite: true },
}

export const CLASSES = `
  export { Registry } from './pkg/state/registry.js'
  export { KeyShard } from './pkg/state/key-shard.js'
  export { Approvals } from './pkg/state/approvals.js'
  export { Meter } from './pkg/state/meter.js'
  export { Ledger } from './pkg/state/ledger.js'`

/** Hands calls over: `[binding, name, method, arguments]`, and answers with what they gave or threw. */
const RELAY = `
  ${CLASSES}
  export default {
    async fetch(request, env) {
      const calls = await request.json()
      return Response.json(await Promise.all(calls.map(async ([binding, name, method, given]) => {
        try {
          return { value: await env[binding].getByName(name)[method](...given) }
        } catch (error) {
          return { error: String(error) }
        }
      })))
    },
  }`

/**
 * @param {object} [options] of Miniflare
 * @param {string} [script]
 */
export function startState(options, script = RELAY) {
  const worker = startWorker({ durableObjects: OBJECTS, ...options }, script)
  /** @param {[binding: string, name: string, method: string, given: unknown[]][]} calls @returns {Promise<any[]>} */
  const all = async (calls) => {
    const response = await worker.dispatchFetch('http://state.example/', { method: 'POST', body: JSON.stringify(calls) })
    return /** @type {any[]} */ (await response.json())
  }
  /** @param {string} binding @param {string} name @param {string} method @param {...unknown} given */
  const call = async (binding, name, method, ...given) => {
    const [{ value, error }] = await all([[binding, name, method, given]])
    if (error !== undefined) throw new Error(error)
    return value
  }
  return { worker, all, call, dispose: () => worker.dispose() }
}
