// What the small platforms of the examples have in common: they listen on this machine only.
import { once } from 'node:events'
import { createServer } from 'node:http'

const MAX_BODY_BYTES = 1 << 20

/**
 * @param {number} port any free one, if it is 0
 * @param {import('node:http').RequestListener} answer
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function serve(port, answer) {
  const server = createServer(answer)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = /** @type {import('node:net').AddressInfo} */ (server.address())
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/**
 * The body, unless it is too large.
 *
 * @param {import('node:http').IncomingMessage} incoming
 */
export async function bytesOf(incoming) {
  const chunks = []
  let bytes = 0
  for await (const chunk of incoming) {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/**
 * Serves answers in JSON by method and path. `:id` stands for one segment.
 *
 * @param {number} port
 * @param {Record<string, (asked: { id: string, body: any, subject: string | undefined }) => { status?: number, body: unknown }>} routes
 */
export const serveJson = (port, routes) => serve(port, async (incoming, outgoing) => {
  const { status = 200, body } = await answerOf(routes, incoming).catch(() => ({ status: 400, body: { detail: 'Bad Request' } }))
  outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
})

/**
 * @param {Parameters<typeof serveJson>[1]} routes
 * @param {import('node:http').IncomingMessage} incoming
 */
async function answerOf(routes, incoming) {
  const segments = new URL(incoming.url ?? '/', 'http://origin').pathname.split('/')
  const subject = [incoming.headers['x-gatewright-subject']].flat()[0]
  for (const [route, handle] of Object.entries(routes)) {
    const [method, path] = route.split(' ')
    const wanted = path.split('/')
    const fits = wanted.length === segments.length && wanted.every((one, at) => one === ':id' || one === segments[at])
    if (method !== incoming.method || !fits) continue
    const bytes = await bytesOf(incoming)
    if (bytes === undefined) return { status: 413, body: { detail: 'Content Too Large' } }
    const body = bytes.length > 0 ? JSON.parse(bytes.toString()) : undefined
    return handle({ id: decodeURIComponent(segments[wanted.indexOf(':id')] ?? ''), body, subject })
  }
  return { status: 404, body: { detail: 'Not Found' } }
}
