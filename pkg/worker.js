// A gateway, ready to deploy: everything goes to the origin, if the policy lets it.
//
//   POLICY                the policy: text, a JSON variable, or a KV namespace that has it as `policy`
//   ORIGIN or ORIGIN_URL  where requests go: a service binding, or the address of the platform
//   REGISTRY, KEYS, APPROVALS, METER, LEDGER
//                         the objects that hold the state; without them there is none, and nothing to manage
//   GATEWRIGHT_MASTER_KEY the secret that manages before anybody else can
//   GATEWRIGHT_LEDGER_KEY the secret that signs checkpoints of the ledger
//   RUNTIME_ENV           `dev` on the machine of a developer alone: see /pkg/development.js
//   ASSETS                the pages, if they are served: `/.gate/preview/`
//   …                     the secrets that the policy mentions, by their names
//
// The gate's own paths are below `/.gate/`, with a state also those of AuthZEN and of clients of AgentWarden
// (see /pkg/control/app.js); they are never forwarded. While there is no valid policy, everything else is
// denied; the log says what is wrong with it, the answer does not.
import { DEVELOPER, developmentOf, letIn, marked, policyOf, refused } from './development.js'
import { createEdge, hasState } from './edge.js'
import { joinOrigin } from './forward.js'
import { isPage, page } from './pages.js'
import { toConsole } from './report.js'
import { pathOf } from './request.js'
import { POLICY_INVALID, answer, denial, problem } from './respond.js'
import { PolicyError, createGate } from './workerd.js'

/** For so long a policy from KV is not asked for again, in seconds. KV itself is no fresher. */
const KV_SECONDS = 30

/** For so long it holds when KV does not answer. */
const KV_STALE_SECONDS = 3600

export { Approvals } from './state/approvals.js'
export { KeyShard } from './state/key-shard.js'
export { Ledger } from './state/ledger.js'
export { Meter } from './state/meter.js'
export { Registry } from './state/registry.js'

/** @typedef {import('./worker.d.ts').Env} Env */
/** @typedef {Awaited<ReturnType<typeof createEdge | typeof alone>>} Holding */

/** @type {typeof import('./worker.d.ts').createWorker} */
export function createWorker({ policy, report = toConsole, now = () => Date.now() / 1000, ...options } = {}) {
  /** @type {unknown} where the policy in force came from */
  let source
  /** @type {string | undefined} */
  let text
  /** @type {Holding | undefined} */
  let gate
  /** @type {typeof gate} the one before: requests may still be on their way through it */
  let retired
  let askAt = 0
  let staleAt = 0

  /** @type {import('./worker.d.ts').GatewayWorker['fetch']} */
  async function fetch(request, env, ctx) {
    const development = developmentOf(request, env)
    if (development === 'off') return answerTo(request, env, ctx, false)
    if (development === 'on') return marked(await answerTo(request, env, ctx, true))
    report({ event: 'development_refused', code: development, error: 'RUNTIME_ENV=dev, and the request is not from this machine to this machine' })
    return refused(request.method)
  }

  /**
   * @param {Request} request
   * @param {Env} env
   * @param {import('./index.d.ts').EnforceContext} ctx
   * @param {boolean} isDevelopment
   */
  async function answerTo(request, env, ctx, isDevelopment) {
    const path = pathOf(request.url)
    const holding = await gateOf(env)
    const isOwn = path === '/.gate' || path.startsWith('/.gate/')
    if (isOwn && (!holding?.manage || PROBES.has(path) || isPage(path))) return ownPath(request, path, holding, env)
    if (holding === undefined) return denial(request.method, POLICY_INVALID)
    if (holding.manage && (isOwn || holding.owns(path))) return holding.manage(request, ctx)
    const enforce = isDevelopment ? holding.develop : holding.enforce
    return enforce(request, (forwarded) => toOrigin(forwarded, env), ctx)
  }

  /**
   * The gate for the policy that holds now. Built at the first request: before that there is
   * neither a clock nor randomness.
   *
   * @param {Env} env
   */
  async function gateOf(env) {
    const place = policy ?? env.POLICY
    if (place === source && now() < askAt) return gate
    let found = text
    try {
      found = await readPolicy(place)
      staleAt = now() + KV_STALE_SECONDS
    } catch (error) {
      report({ event: 'policy_invalid', code: 'policy_unreadable', pointer: '', error: String(error) })
      if (now() >= staleAt) found = undefined
    }
    if (found !== text) {
      const next = found === undefined ? undefined : await compile(found, env)
      retired?.close()
      retired = gate
      gate = next
      text = found
    }
    // Last, so that no request finds the new place with the old gate.
    source = place
    askAt = isKvNamespace(place) ? now() + KV_SECONDS : Infinity
    return gate
  }

  /**
   * @param {string} text
   * @param {Env} env
   */
  async function compile(text, env) {
    try {
      if (hasState(env)) return await createEdge({ policy: text, env, report, now, others: options })
      return await alone(text, { ...options, secrets: env, report, now })
    } catch (error) {
      const { code, pointer } = error instanceof PolicyError ? error : { code: 'unknown', pointer: '' }
      report({ event: 'policy_invalid', code, pointer, error: String(error) })
      return undefined
    }
  }

  return { fetch }
}

/** @type {import('./worker.d.ts').GatewayWorker} */
export default createWorker()

/** Of the gate's own paths those that are there in any case. */
const PROBES = new Set(['/.gate/health', '/.gate/ready'])

/**
 * A gate without a state.
 *
 * @param {string} policy
 * @param {Omit<import('./index.d.ts').GateOptions, 'policy'> & { report: (event: import('./index.d.ts').GateEvent) => void }} options
 */
async function alone(policy, options) {
  const gate = await createGate({ ...options, policy })
  /** @type {Promise<import('./index.d.ts').Gate> | undefined} */
  let workshop
  const open = () => (workshop ??= createGate({ ...options, policy: policyOf(policy), store: { key: () => DEVELOPER } }))
  /** @type {typeof gate.enforce} */
  const develop = async (request, forward, ctx = {}) =>
    (await letIn({ gate, open, policy, report: options.report }, request, forward, ctx)) ?? gate.enforce(request, forward, ctx)
  const close = () => {
    gate.close()
    workshop?.then((opened) => opened.close(), () => {})
  }
  return { enforce: gate.enforce, develop, isReady: gate.ready, close, state: () => ({}), manage: undefined, owns: () => false }
}

/**
 * @param {Request} request
 * @param {string} path
 * @param {Holding | undefined} gate
 * @param {Env} env
 */
async function ownPath(request, path, gate, { ASSETS }) {
  const { method } = request
  if (!PROBES.has(path) && !isPage(path)) return problem(method, 404, 'Not Found')
  if (method !== 'GET' && method !== 'HEAD') return problem(method, 405, 'Method Not Allowed')
  if (isPage(path)) return (await page(request, path, ASSETS)) ?? problem(method, 404, 'Not Found')
  if (path === '/.gate/health') return answer(method, 200, 'application/json', { status: 'live' })
  const isReady = gate !== undefined && (await gate.isReady())
  return isReady ? answer(method, 200, 'application/json', { status: 'ready', ...gate.state() }) : problem(method, 503, 'Service Unavailable')
}

/**
 * @param {Request} request
 * @param {Env} env
 */
function toOrigin(request, { ORIGIN, ORIGIN_URL }) {
  if (ORIGIN) return ORIGIN.fetch(request)
  if (!ORIGIN_URL) throw new Error('neither ORIGIN nor ORIGIN_URL is set')
  return fetch(new Request(joinOrigin(ORIGIN_URL, request.url), request))
}

/**
 * @param {unknown} source
 * @returns {source is import('./worker.d.ts').KvNamespace}
 */
const isKvNamespace = (source) =>
  typeof source === 'object' && source !== null && typeof Reflect.get(source, 'get') === 'function'

/**
 * The text of the policy. Empty, which is none, where there is nothing.
 *
 * @param {unknown} source
 */
async function readPolicy(source) {
  if (isKvNamespace(source)) return (await source.get('policy')) ?? ''
  if (typeof source === 'string') return source
  return source === undefined ? '' : JSON.stringify(source)
}
