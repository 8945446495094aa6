// The gate around whatever has a `fetch`: a Worker, itty-router, `Bun.serve`, `Deno.serve`.
import { around, gateFrom } from './middleware.js'

/** @type {typeof import('./fetch.d.ts').withGate} */
export function withGate(handler, source) {
  const gateOf = gateFrom(source)
  return {
    async fetch(request, ...rest) {
      const gate = await gateOf(/** @type {any} */ (rest[0]), request.method)
      if (gate instanceof Response) return gate
      return gate.enforce(request, (forwarded) => handler.fetch(forwarded, ...rest), around(contextOf(rest[1])))
    },
  }
}

/** The second of a Worker's arguments behind the request. Others have something else there, or nothing. @param {any} ctx */
const contextOf = (ctx) => (typeof ctx?.waitUntil === 'function' ? ctx : undefined)
