// A gate for one policy: it evaluates requests, and enforces what it decided.
import { READ } from './decision.js'
import * as engine from './engine.js'
import { createEnforcer } from './enforce.js'
import { createEvaluator } from './evaluator.js'
import { createBatches } from './many.js'
import { createPdp } from './pdp.js'
import { policyText, secretsText } from './policy.js'
import { toConsole } from './report.js'
import { readRequest } from './request.js'

export { PolicyError, lintPolicy } from './policy.js'
export { memoryStore } from './store.js'
export { createToolGateway } from './tools.js'

const DAY = 24 * 60 * 60
const EIGHT_MIB = 8 << 20

/** @type {typeof import('./index.d.ts').createGate} */
export async function createGate({
  policy,
  secrets = {},
  now = () => Date.now() / 1000,
  fetch = (/** @type {Parameters<typeof globalThis.fetch>} */ ...request) => globalThis.fetch(...request),
  report = toConsole,
  waitUntil,
  maxStaleSeconds = DAY,
  maxListBytes = EIGHT_MIB,
  store,
}) {
  const text = policyText(policy)
  const tell = quietly(report)
  const pdp = createPdp({
    policy: text, secrets: secretsText(text, secrets), now, fetch, report: tell, maxStaleSeconds, store,
  })
  const evaluator = createEvaluator({ pdp, store, now, report: tell })
  const enforce = createEnforcer({ pdp, report: tell, maxListBytes })

  return {
    policy: pdp.tables.policy,
    async decide(request, options) {
      const reading = options?.explain ? READ.EXPLANATION : READ.DECISION
      const facts = readRequest(request, pdp.tables.credential, options)
      const verdict = pdp.evaluate(facts, reading, options?.waitUntil ?? waitUntil)
      return (verdict instanceof Promise ? await verdict : verdict).decision
    },
    enforce: (request, forward, context) => {
      const later = context?.waitUntil ? (/** @type {Promise<unknown>} */ work) => context.waitUntil?.(work) : waitUntil
      return enforce(request, forward, later, context)
    },
    accessible: pdp.accessible,
    routes: () => pdp.run(engine.routes, { routes: [], public: [], mount: '' }),
    ...evaluator,
    ...createBatches({ pdp, store, now, report: tell }),
    ready: pdp.isReady,
    close: pdp.close,
  }
}

/**
 * A listener that fails must not turn an answer into an error.
 *
 * @param {(event: import('./index.d.ts').GateEvent) => void} report
 * @returns {typeof report}
 */
const quietly = (report) => (event) => {
  try {
    report(event)
  } catch (error) {
    console.error('gatewright: `report` failed', error)
  }
}
