// What the gate is to frameworks that hand a request on by themselves.
//
// Such a middleware can change the headers of a request, and nothing else: not a body that streams, and
// not an answer. `admit` therefore denies what would need it, see `headersOnly` in enforce.js.
import { PolicyError } from './policy.js'
import { toConsole } from './report.js'
import { POLICY_INVALID, denial } from './respond.js'

/** @typedef {import('./index.d.ts').Gate} Gate */

/**
 * Hands out the gate, which may have to be made from the first request. Without a valid policy it hands
 * out the denial of everything.
 *
 * @template T
 * @param {Gate | ((from: T) => Gate | Promise<Gate>)} source
 * @returns {(from: T, method: string) => Promise<Gate | Response>}
 */
export function gateFrom(source) {
  /** @type {Gate | undefined} what came of it, and not the promise: see jwks.js */
  let made
  const gateOf = typeof source === 'function' ? source : () => source

  return async function gate(from, method) {
    try {
      return (made ??= await gateOf(from))
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error
      toConsole({ event: 'policy_invalid', code: error.code, pointer: error.pointer, error: error.message })
      return denial(method, POLICY_INVALID)
    }
  }
}

/**
 * How the gate is asked around a handler of `fetch`: routers answer HEAD by what GET does.
 *
 * @param {import('./index.d.ts').EnforceContext | undefined} ctx of a Worker, if there is one
 * @returns {import('./index.d.ts').EnforceContext}
 */
export const around = (ctx) => ({ headAsGet: true, waitUntil: ctx && ((work) => ctx.waitUntil?.(work)) })

/**
 * Decides a request that somebody else serves.
 *
 * @param {Gate} gate
 * @param {Request} request or what has the same members, with the target as it was sent for a `url`
 * @param {import('./index.d.ts').EnforceContext} context whether it is served by a path in any case, and what
 *   keeps the isolate alive
 * @returns {Promise<{ response: Response } | { decision: import('./index.d.ts').Decision, headers: Headers }>}
 *   the answer to a denial, or the headers that the request goes on with
 */
export async function admit(gate, request, context) {
  /** @type {{ decision: import('./index.d.ts').Decision, headers: Headers } | undefined} */
  let admitted
  const response = await gate.enforce(request, ({ headers }, decision) => {
    admitted = { decision, headers }
    return new Response(null)
  }, { ...context, headersOnly: true, headAsGet: true })
  return admitted ?? { response }
}
