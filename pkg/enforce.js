// The policy enforcement point: forwards what is allowed, with what the decision obliges to, and
// answers what is not.
import { READ, refusal } from './decision.js'
import { FLAG } from './engine.js'
import { filter, isFiltered } from './filter.js'
import { identify, upstream } from './forward.js'
import { isolate } from './isolation.js'
import { pathOf, readRequest } from './request.js'
import { denial } from './respond.js'
import { readRpcId } from './rpc.js'

/**
 * @param {object} options
 * @param {import('./pdp.js').Pdp} options.pdp
 * @param {(event: import('./index.d.ts').GateEvent) => void} options.report
 * @param {number} options.maxListBytes
 */
export function createEnforcer({ pdp, report, maxListBytes }) {
  const { tables } = pdp

  /**
   * @param {Request} request
   * @param {import('./index.d.ts').Forward} forward
   * @param {((work: Promise<unknown>) => void) | undefined} waitUntil
   * @param {import('./index.d.ts').EnforceContext} [context] with `headersOnly` the body is not touched, and
   *   `forward` gets the headers alone
   * @returns {Promise<Response>}
   */
  return async function enforce(request, forward, waitUntil, context) {
    const headersOnly = context?.headersOnly === true
    if (request.bodyUsed && !headersOnly) throw new TypeError('the body was read before the gate saw the request')
    const facts = readRequest(request, tables.credential, context)
    const verdict = await pdp.evaluate(facts, READ.ENFORCEMENT, waitUntil)
    const { decision, flags, listings, who } = verdict
    if (!decision.decision) {
      const isRpc = verdict.answer?.shape === 'rpc'
      return deny(facts, verdict, isRpc ? await readRpcId(request) : undefined)
    }

    const { shadowed } = decision.context
    if (shadowed !== undefined) report({ event: 'shadowed', reason: shadowed, method: facts.method, path: facts.path, subject: who.subject })
    const refuse = (/** @type {string} */ code) => deny(facts, { ...refusal(tables, code), who })
    const isIsolated = (flags & FLAG.ISOLATE) !== 0
    if (headersOnly) {
      if (isIsolated) return refuse('isolation_unsupported')
      if (isFiltered(listings)) return refuse('list_unreadable')
      const headers = new Headers(request.headers)
      identify(headers, verdict, tables.credential)
      return forward(/** @type {Request} */ ({ headers }), decision)
    }
    const change = isIsolated ? await isolate(request, tables, who, (body) => pdp.isolate(body, who)) : {}
    if (typeof change === 'string') return refuse(change)
    const forwarded = upstream(request, change, verdict, tables.credential)
    if (forwarded === undefined) return refuse('route_unmatched')
    // What was decided on is what is served, byte for byte; `Request` may have tidied it up.
    if (pathOf(forwarded.url) !== facts.path) return refuse('path_encoding')

    let response
    try {
      response = await forward(forwarded, decision)
    } catch (error) {
      report({ event: 'origin_unreachable', error: String(error) })
      return refuse('origin_unreachable')
    }
    if (!isFiltered(listings)) return response
    return (await filter(facts.method, response, listings, maxListBytes)) ?? refuse('list_unreadable')
  }

  /**
   * @param {import('./request.js').Facts} facts
   * @param {import('./decision.js').Verdict} verdict
   * @param {import('./rpc.js').RpcId} [id] of the request, where the answer is JSON-RPC
   */
  function deny({ method, path }, { decision, who, answer }, id) {
    const { reason, message } = decision.context
    const told = answer ?? { status: 503, detail: message, code: reason, shape: tables.shape }
    report({ event: 'denied', reason, status: told.status, method, path, subject: who.subject })
    return denial(method, told, id)
  }
}
