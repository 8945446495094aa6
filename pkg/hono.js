// The gate as middleware for Hono. Nothing is imported from Hono, so any version will do.
import { PolicyError } from './policy.js'
import { toConsole } from './report.js'
import { POLICY_INVALID, denial } from './respond.js'

/** @type {typeof import('./hono.d.ts').gatewright} */
export function gatewright(source) {
  /** @type {import('./index.d.ts').Gate | undefined} what came of it, and not the promise: see jwks.js */
  let made
  const gateOf = typeof source === 'function' ? source : () => source

  return async function gatewright(c, next) {
    try {
      made ??= await gateOf(c)
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error
      toConsole({ event: 'policy_invalid', code: error.code, pointer: error.pointer, error: error.message })
      return denial(c.req.method, POLICY_INVALID)
    }
    const response = await made.enforce(c.req.raw, forward, contextOf(c))
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
