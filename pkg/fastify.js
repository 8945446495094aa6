// The gate as a plugin of Fastify. Nothing is imported from it.
import { admitIncoming } from './incoming.js'
import { gateFrom } from './middleware.js'

/** @type {typeof import('./fastify.d.ts').gatewright} */
export async function gatewright(app, { gate: source }) {
  const gateOf = gateFrom(source)
  const { anyCase, targetOf } = routingOf(app.initialConfig)
  app.decorateRequest('gatewright', undefined)
  app.addHook('onRequest', async function gatewright(/** @type {any} */ request, /** @type {any} */ reply) {
    const gate = await gateOf(request, request.method)
    const admitted = gate instanceof Response
      ? { response: gate }
      : await admitIncoming(gate, request.raw, targetOf(request.raw.url), anyCase)
    if ('decision' in admitted) {
      request.gatewright = admitted.decision
      return undefined
    }
    const { response } = admitted
    for (const [name, value] of response.headers) reply.header(name, value)
    return reply.code(response.status).send(await response.text())
  })
}

/**
 * How Fastify reads a path. Where it does not say, it is taken to read more than one way.
 *
 * @param {import('./fastify.d.ts').FastifyConfig} [config]
 */
function routingOf(config) {
  const { caseSensitive, useSemicolonDelimiter } = { ...config, ...config?.routerOptions }
  /** The target that Fastify routes by: `rewriteUrl` may have written it anew. @param {string} url */
  function targetOf(url) {
    if (useSemicolonDelimiter === false) return url
    const [path] = url.split('?', 1)
    const end = path.indexOf(';')
    if (end < 0) return url
    // With the setting on, the query begins at the semicolon. Who does not say gets no path at all.
    return useSemicolonDelimiter ? `${path.slice(0, end)}?${url.slice(end + 1)}` : ''
  }
  return { anyCase: caseSensitive !== true, targetOf }
}

// What it adds is for the whole application, and not for its own scope alone, as Fastify would have it.
Object.assign(gatewright, { [Symbol.for('skip-override')]: true, [Symbol.for('fastify.display-name')]: 'gatewright' })
