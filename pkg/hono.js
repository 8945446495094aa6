// The gate as middleware for Hono. Nothing is imported from Hono, so any version will do.
import { around, gateFrom } from './middleware.js'

/** @type {typeof import('./hono.d.ts').gatewright} */
export function gatewright(source) {
  const gateOf = gateFrom(source)

  return async function gatewright(c, next) {
    const gate = await gateOf(c, c.req.method)
    if (gate instanceof Response) return gate
    const response = await gate.enforce(c.req.raw, forward, around(contextOf(c)))
    if (response === c.res) return undefined
    // Hono would copy the headers of the response before into the new one.
    c.res = undefined
    c.res = response

    /** @type {import('./index.d.ts').Forward} */
    async function forward(request, decision) {
      c.req.raw = request
      c.set('decision', decision)
      await next()
      return c.res
    }
  }
}

/** Hono throws where there is no execution context. @param {{ readonly executionCtx?: unknown }} c */
function contextOf(c) {
  try {
    return /** @type {import('./index.d.ts').EnforceContext} */ (c.executionCtx)
  } catch {
    return undefined
  }
}
