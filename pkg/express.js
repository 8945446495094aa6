// The gate as middleware for Express, Connect, and what else calls `(req, res, next)`. Nothing is imported
// from them, so any version will do.
import { admitIncoming } from './incoming.js'
import { gateFrom } from './middleware.js'

/**
 * Each router of Express has an own setting of how it reads paths, which nobody sees from outside. By
 * default they take them in any case.
 */
const ANY_CASE = true

/** @type {typeof import('./express.d.ts').gatewright} */
export function gatewright(source) {
  const gateOf = gateFrom(source)

  return async function gatewright(req, res, next) {
    try {
      const gate = await gateOf(req, req.method ?? '')
      const admitted = gate instanceof Response
        ? { response: gate }
        : await admitIncoming(gate, req, req.originalUrl ?? req.url ?? '', ANY_CASE)
      if ('response' in admitted) return await send(res, admitted.response)
      req.gatewright = admitted.decision
    } catch (error) {
      return next(error)
    }
    // Not within `try`: what fails behind the gate is not the gate's.
    next()
  }
}

/**
 * @param {import('node:http').ServerResponse} res
 * @param {Response} response
 */
async function send(res, response) {
  const text = await response.text()
  res.statusCode = response.status
  for (const [name, value] of response.headers) res.setHeader(name, value)
  res.end(text)
}
