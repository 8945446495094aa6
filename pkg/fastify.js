// The gate as a plugin of Fastify. Nothing is imported from it.
import { admitIncoming } from './incoming.js'
import { gateFrom } from './middleware.js'

/** @type {typeof import('./fastify.d.ts').gatewright} */
export async function gatewright(app, { gate: source }) {
  const gateOf = gateFrom(source)
  app.decorateRequest('gatewright', undefined)
  app.addHook('onRequest', async function gatewright(/** @type {any} */ request, /** @type {any} */ reply) {
    const gate = await gateOf(request, request.method)
    // The target that Fastify routes by: `rewriteUrl` may have written it anew.
    const admitted = gate instanceof Response ? { response: gate } : await admitIncoming(gate, request.raw, request.raw.url)
    if ('decision' in admitted) {
      request.gatewright = admitted.decision
      return undefined
    }
    const { response } = admitted
    for (const [name, value] of response.headers) reply.header(name, value)
    return reply.code(response.status).send(await response.text())
  })
}

// What it adds is for the whole application, and not for its own scope alone, as Fastify would have it.
Object.assign(gatewright, { [Symbol.for('skip-override')]: true, [Symbol.for('fastify.display-name')]: 'gatewright' })
