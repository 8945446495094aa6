// The gate as middleware for Next, called proxy from Next 16 on, in Node and at the edge. Nothing is imported
// from Next, so any version will do, and no bundler looks for it where it is not used.
import { admit, gateFrom } from './middleware.js'

/**
 * Next has settings whose paths are taken in any case, such as rewrites, and answers HEAD by what GET does.
 */
const ANY_CASE = true

/** @type {typeof import('./next.d.ts').gatewright} */
export function gatewright(source, NextResponse) {
  // Without it the headers of a request cannot be changed, and what was forged there would be believed.
  if (typeof NextResponse?.next !== 'function') {
    throw new TypeError('`NextResponse` of `next/server` is missing: `gatewright(gate, NextResponse)`')
  }
  const gateOf = gateFrom(source)

  return async function gatewright(request, event) {
    const gate = await gateOf(request, request.method)
    if (gate instanceof Response) return gate
    const waitUntil = event?.waitUntil && ((/** @type {Promise<unknown>} */ work) => event.waitUntil(work))
    const admitted = await admit(gate, request, { anyCase: ANY_CASE, waitUntil })
    if ('response' in admitted) return admitted.response
    return NextResponse.next({ request: { headers: admitted.headers } })
  }
}
