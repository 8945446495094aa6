// The answers of the gate itself.

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {string} detail
 * @property {string} [challenge] for `WWW-Authenticate`
 */

/** While the gate has no policy, this is the answer to everything. */
export const POLICY_INVALID = { status: 503, detail: 'the gate has no valid policy' }

/**
 * A denial, in the words of AgentOS: its clients look for `detail`.
 *
 * @param {string} method
 * @param {Answer} answer
 */
export function denial(method, { status, detail, challenge }) {
  const response = answer(method, status, 'application/json', { detail })
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
