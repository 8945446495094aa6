// Requests of Node's `http`, as Express, Connect and Fastify hand them around.
import { OURS } from './forward.js'
import { admit } from './middleware.js'

/** @typedef {import('node:http').IncomingMessage | import('node:http2').Http2ServerRequest} IncomingMessage */

/**
 * Decides a request. What is allowed has its headers set, and nothing else of it is touched.
 *
 * @param {import('./index.d.ts').Gate} gate
 * @param {IncomingMessage} incoming
 * @param {string} target as it was sent
 * @param {boolean} anyCase whether it is served by a path in any case
 */
export async function admitIncoming(gate, incoming, target, anyCase) {
  const headers = new Headers()
  for (const [name, value] of pairs(incoming.rawHeaders)) headers.append(name, value)
  const request = {
    method: incoming.method ?? '',
    // An absolute target (RFC 9112 §3.2.2) is one that routers and gates may read differently: no path.
    url: target.startsWith('/') ? target : '',
    headers,
    bodyUsed: incoming.readableDidRead,
    /** Made when it is asked for: a body that is looked at is nobody else's any more. */
    get body() { return bodyOf(incoming) },
  }
  const admitted = await admit(gate, /** @type {Request} */ (/** @type {unknown} */ (request)), { anyCase })
  if ('headers' in admitted) setHeaders(incoming, admitted.headers)
  return admitted
}

/** HTTP/2 has its target among the headers, with a colon before the name. @param {string[]} raw */
function pairs(raw) {
  const all = raw.flatMap((name, index) => (index % 2 === 0 ? [/** @type {const} */ ([name, raw[index + 1]])] : []))
  return all.filter(([name]) => !name.startsWith(':'))
}

/**
 * Ended without being destroyed, since the answer goes out by the same connection.
 *
 * @param {IncomingMessage} incoming
 * @returns {ReadableStream<Uint8Array>}
 */
function bodyOf(incoming) {
  const chunks = incoming.iterator({ destroyOnReturn: false })
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })
}

/**
 * In every form that Node has of them: which one is read is not for us to know.
 *
 * @param {IncomingMessage} incoming
 * @param {Headers} headers
 */
function setHeaders(incoming, headers) {
  const isKept = (/** @type {string} */ name) => name.startsWith(':') || (headers.has(name) && !OURS.test(name.toLowerCase()))
  const said = [...headers].filter(([name]) => OURS.test(name))
  for (const name of Object.keys(incoming.headers)) if (!isKept(name)) delete incoming.headers[name]
  // A request of HTTP/2 has no such form.
  const distinct = 'headersDistinct' in incoming ? incoming.headersDistinct : {}
  for (const name of Object.keys(distinct)) if (!isKept(name)) delete distinct[name]
  const raw = incoming.rawHeaders
  const kept = raw.filter((_, index) => isKept(raw[index - (index % 2)]))
  raw.splice(0, raw.length, ...kept, ...said.flat())
  for (const [name, value] of said) {
    incoming.headers[name] = value
    distinct[name] = [value]
  }
}
