// The answers of the gate itself.

/**
 * How the body of a denial is built.
 *
 * @typedef {'detail' | 'detail_error' | 'error' | 'rpc' | 'docs' | 'problem'} Shape
 *
 * @typedef {object} Answer
 * @property {number} status
 * @property {string} detail
 * @property {string} [challenge] for `WWW-Authenticate`
 * @property {Shape} [shape] `detail`, if it is not there
 * @property {string} [code] the reason
 * @property {string} [type] what LiteLLM calls it
 * @property {string} [param] what LiteLLM says is wrong
 */

/** While the gate has no policy, this is the answer to everything. */
export const POLICY_INVALID = { status: 503, detail: 'the gate has no valid policy' }

/** Reason phrases (RFC 9110 §15), which are the titles of problems without a type. */
export const PHRASES = /** @type {Record<number, string>} */ ({
  400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 405: 'Method Not Allowed', 409: 'Conflict',
  412: 'Precondition Failed', 413: 'Content Too Large',
  414: 'URI Too Long', 415: 'Unsupported Media Type', 422: 'Unprocessable Content', 429: 'Too Many Requests',
  502: 'Bad Gateway', 503: 'Service Unavailable',
})

/** What LiteLLM calls an error of which it says nothing better. @param {number} status */
const typeOf = (status) => (status < 500 ? 'invalid_request_error' : 'internal_server_error')

/** @type {Record<Shape, (answer: Answer, id: import('./rpc.js').RpcId) => object>} */
const BODIES = {
  // AgentOS: its clients look for `detail`.
  detail: ({ detail }) => ({ detail }),
  detail_error: ({ detail }) => ({ detail: { error: detail } }),
  error: ({ detail, status, type = typeOf(status), param = null }) => ({
    error: { message: detail, type, param, code: String(status) },
  }),
  rpc: ({ detail, status, type, param = null }, id) => ({
    jsonrpc: '2.0', id,
    error: { code: -32000, message: detail, ...(type && { data: { type, param, code: String(status) } }) },
  }),
  docs: ({ detail, status }) => ({ error: { message: detail, code: status } }),
  problem: ({ detail, status, code }) => ({ title: PHRASES[status], status, detail, code }),
}

/**
 * A denial, in the words and the shape of the platform behind the gate.
 *
 * @param {string} method
 * @param {Answer} told
 * @param {import('./rpc.js').RpcId} [id] of the request, where the answer is JSON-RPC
 */
export function denial(method, told, id = null) {
  const { status, challenge, shape = 'detail' } = told
  const type = shape === 'problem' ? 'application/problem+json' : 'application/json'
  const response = answer(method, status, type, BODIES[shape](told, id))
  if (challenge) response.headers.set('www-authenticate', challenge)
  return response
}

/**
 * An answer of the gate's own paths (RFC 9457). Where `type` is left out it is `about:blank`.
 *
 * @param {string} method
 * @param {number} status
 * @param {string} title
 */
export const problem = (method, status, title) =>
  answer(method, status, 'application/problem+json', { title, status })

/**
 * Nothing here may be kept by a cache, and JSON is not sniffed for anything else, so
 * `X-Content-Type-Options` would add nothing.
 *
 * @param {string} method
 * @param {number} status
 * @param {string} type
 * @param {object} body
 */
export function answer(method, status, type, body) {
  const headers = new Headers({ 'content-type': type, 'cache-control': 'no-store' })
  if (status === 503) headers.set('retry-after', '1')
  return new Response(method === 'HEAD' ? null : JSON.stringify(body), { status, headers })
}
