// Development mode: `RUNTIME_ENV=dev` lets requests without a credential go on, as a developer who may do everything.
//
// It is for one's own machine, and nowhere else. Where a request comes from is not in the Worker's hand: a
// hostname is what the client says, wherever the Worker runs. So all of this has to hold, and while any of it does
// not, nothing goes on at all:
//
//   place    the platform is on the loopback of the machine that the Worker runs on. A Worker that was deployed finds
//            nobody there, whatever its requests look like
//   host     the request was sent to this machine by name: a page on a name that leads here was not
//   peer     the runtime has said that the client is on this machine; Cloudflare never says so
//   proxy    nobody between has left a trace, such as a tunnel or Cloudflare itself
//   page     no page of another site has sent it
//
// What a credential is sent with is decided as ever, and so is whatever manages the gate. The routes, the lists and
// the kill switches hold for the developer, too.
import { pathOf } from './request.js'
import { answer } from './respond.js'
import { readJson } from './state/json.js'

/** What it is called in `RUNTIME_ENV`. Every other value is no development. */
const WORD = 'dev'

export const HEADER = 'x-gatewright-development'

const HOSTS = new Set(['localhost', '127.0.0.1', '[::1]'])
const PEERS = new Set(['127.0.0.1', '::1'])

/** What proxies, tunnels and Cloudflare leave in a request. */
const TRACES = [
  'cf-ray', 'cf-worker', 'cf-ew-via', 'cf-visitor', 'cf-ipcountry', 'cdn-loop', 'forwarded', 'true-client-ip', 'via',
  'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip',
]

/** What a browser says of where a request comes from, if it is no other site. */
const NEAR = new Set(['none', 'same-origin', 'same-site'])

/** @type {Readonly<import('./index.d.ts').KeyRecord>} */
export const DEVELOPER = Object.freeze({ subject: 'developer', agents: 'all', admin: true })

/**
 * What a request may expect: `off` where nobody has asked for development, `on`, or why it is refused.
 *
 * @param {Request} request
 * @param {import('./worker.d.ts').Env} env
 * @returns {'off' | 'on' | 'place' | 'host' | 'peer' | 'proxy' | 'page'}
 */
export function developmentOf({ url, headers }, { RUNTIME_ENV, ORIGIN, ORIGIN_URL }) {
  if (RUNTIME_ENV !== WORD) return 'off'
  if (ORIGIN !== undefined || !isHere(ORIGIN_URL)) return 'place'
  if (!isHere(url)) return 'host'
  if (!PEERS.has(headers.get('cf-connecting-ip') ?? '')) return 'peer'
  if (TRACES.some((name) => headers.has(name))) return 'proxy'
  const origin = headers.get('origin')
  const site = headers.get('sec-fetch-site')
  if ((origin !== null && !isHere(origin)) || (site !== null && !NEAR.has(site))) return 'page'
  return 'on'
}

/** @param {unknown} url */
function isHere(url) {
  try {
    return HOSTS.has(new URL(String(url)).hostname)
  } catch {
    return false
  }
}

/** While it is refused, this is the answer to everything. @param {string} method */
export const refused = (method) => answer(method, 503, 'application/problem+json', {
  title: 'Service Unavailable', status: 503, code: 'development_refused', detail: 'RUNTIME_ENV=dev is for requests on the machine of the developer',
})

/** The answer, which says that it was made in development. @param {Response} response */
export function marked(response) {
  const copy = new Response(response.body, response)
  copy.headers.set(HEADER, 'on')
  return copy
}

/**
 * The policy by which a developer is let in: the same, but for who is believed.
 *
 * @param {string} policy a text that a core has taken
 */
export function policyOf(policy) {
  const document = readJson(policy)
  return JSON.stringify({ ...document, authentication: { virtual_keys: document.authentication.virtual_keys ?? {} } })
}

/**
 * Lets a request go on without a credential, if that is all it lacks.
 *
 * @param {object} gates
 * @param {import('./index.d.ts').Gate} gates.gate that decides what comes with a credential
 * @param {() => Promise<import('./index.d.ts').Gate>} gates.open with the policy above, where every key is the developer's
 * @param {string} gates.policy the text of the policy
 * @param {(event: import('./index.d.ts').GateEvent) => void} gates.report
 * @param {Request} request
 * @param {import('./index.d.ts').Forward} forward
 * @param {import('./index.d.ts').EnforceContext} ctx
 * @returns {Promise<Response | undefined>} undefined where it has to be decided as ever
 */
export async function letIn({ gate, open, policy, report }, request, forward, ctx) {
  const { context } = await gate.decide(request)
  if (context.reason !== 'credentials_missing') return undefined
  report({ event: 'development', error: 'a request without a credential is let in', method: request.method, path: pathOf(request.url) })
  const prefix = readJson(policy).authentication.virtual_keys?.prefix ?? 'sk-'
  const sent = new Request(request)
  sent.headers.set('authorization', `Bearer ${prefix}development`)
  return (await open()).enforce(sent, (forwarded, decision) => {
    // It is nobody's key, and nothing for the platform.
    forwarded.headers.delete('authorization')
    return forward(forwarded, decision)
  }, ctx)
}
