// The pages, which are static assets that no request gets to but through here.

/** Below this they are served, and below `/preview/` they lie. */
const PREVIEW = '/.gate/preview'

/** @param {string} path */
export const isPage = (path) => path === PREVIEW || path.startsWith(`${PREVIEW}/`)

/**
 * A page has no business with anything but its own files: no other origin, no inline code, nobody who
 * frames it, and nothing that learns where its reader came from.
 */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/**
 * A file of the preview. Undefined if there is none, or no pages are there at all.
 *
 * @param {Request} request
 * @param {string} path
 * @param {{ fetch(request: Request): Promise<Response> } | undefined} assets
 * @returns {Promise<Response | undefined>}
 */
export async function page(request, path, assets) {
  if (assets === undefined) return undefined
  if (path === PREVIEW) return new Response(null, { status: 308, headers: { location: `${PREVIEW}/` } })
  const place = new URL(path.slice('/.gate'.length), 'https://assets.invalid')
  // Redirects would leave these paths, and the platform would follow them by itself.
  const found = await assets.fetch(new Request(place, { method: request.method, headers: conditions(request), redirect: 'manual' }))
  // What is asked for is there, is known already, or is no page.
  if (found.status !== 200 && found.status !== 304) return undefined
  const response = new Response(found.body, found)
  for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value)
  return response
}

/** Nothing of a request concerns a file but whether it is known already. @param {Request} request */
function conditions({ headers }) {
  const known = headers.get('if-none-match')
  return new Headers(known === null ? [] : [['if-none-match', known]])
}
