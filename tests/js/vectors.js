// Runs a vector file, in Node and in workerd alike.

/**
 * @typedef {object} Vector
 * @property {string} name
 * @property {{ method: string, path: string, token?: string, headers?: Record<string, string> }} request
 * @property {boolean} decision
 * @property {string} reason
 * @property {number} status
 * @property {string} [detail]
 * @property {string} [challenge]
 *
 * @typedef {object} VectorFile
 * @property {object} policy
 * @property {Record<string, string>} secrets
 * @property {number} now
 * @property {Record<string, string>} tokens
 * @property {Vector[]} cases
 */

/**
 * What a gate says to a case, with the members that the case names, so that both can be compared.
 *
 * @param {import('../../pkg/index.d.ts').Gate} gate
 * @param {VectorFile} file
 * @param {Vector} vector
 * @returns {Promise<Omit<Vector, 'request'>>}
 */
export async function answerTo(gate, { tokens }, vector) {
  const { method, path, token, headers } = vector.request
  const sent = { ...headers, ...(token !== undefined && { authorization: `Bearer ${tokens[token]}` }) }
  const { decision, context } = await gate.decide({ method, url: path, headers: sent })
  const explained = await gate.decide({ method, url: path, headers: sent }, { explain: true })
  if (explained.decision !== decision || explained.context.reason !== context.reason) {
    throw new Error(`explained, the decision is another one: ${explained.context.reason}`)
  }
  const response = await gate.enforce(asSent(method, path, sent), () => Response.json([]))
  const body = await response.text()
  return {
    name: vector.name,
    decision,
    reason: context.reason,
    status: response.status,
    ...('detail' in vector && { detail: body && JSON.parse(body).detail }),
    ...('challenge' in vector && { challenge: response.headers.get('www-authenticate') ?? undefined }),
  }
}

/**
 * The request as it was sent. `Request` tidies paths and methods up, which a server does not.
 *
 * @param {string} method
 * @param {string} path
 * @param {Record<string, string>} headers
 */
function asSent(method, path, headers) {
  const request = new Request('http://gate.example/', { headers })
  return Object.defineProperties(request, { method: { value: method }, url: { value: `http://gate.example${path}` } })
}
