// The gate of one tenant: the policy with what the tenant has set up, and how old that is.
//
// What was read of the registry is taken for new for `max_stale_seconds`, and then asked for again. While the
// registry does not answer it holds for `hard_stale_seconds`; after that nobody can say which switches are
// pulled, and so everything is denied.
import { createGate } from '../index.js'
import { createAsker } from './ask.js'
import { compose } from './compose.js'
import { readJson } from './json.js'
import { registryName } from './names.js'
import { createScratch } from './scratch.js'
import { within } from './within.js'

/** After a failure the registry is left alone for so long, in seconds. */
const REST_SECONDS = 1

/**
 * @typedef {object} Holding
 * @property {import('../index.d.ts').Gate} gate
 * @property {ReturnType<typeof createAsker>} asker
 * @property {string} policy
 */

/** @typedef {ReturnType<typeof createTenant>} Tenant */

/**
 * @param {object} options
 * @param {string | null} options.tenant
 * @param {string} options.policy its text
 * @param {import('./control.js').Control} options.control
 * @param {(hash: string) => Promise<import('../index.d.ts').KeyRecord | undefined>} options.keyOf a virtual key of the tenant
 * @param {import('./platform.d.ts').StateEnv} options.env
 * @param {(event: import('../index.d.ts').GateEvent) => void} options.report
 * @param {() => number} options.now
 * @param {object} options.others of the gate
 */
export function createTenant({ tenant, policy, control, keyOf, env, report, now, others }) {
  const { maxStaleSeconds, hardStaleSeconds, budgets, webhook } = control
  let version = -1
  let readAt = -Infinity
  let restUntil = -Infinity
  /** @type {unknown} why the registry did not answer, when it was asked last */
  let failure
  /** @type {readonly import('./registry.js').Item[]} */
  let items = []
  /** @type {Map<string, import('../index.d.ts').TeamRecord>} */
  let teams = new Map()
  /** @type {readonly any[]} */
  let pulled = []
  /** @type {Holding | undefined} */
  let holding
  /** @type {Holding | undefined} the one before: questions may still be on their way through it */
  let retired

  const complain = (/** @type {unknown} */ error) => report({ event: 'store_unavailable', error: String(error) })
  const scratch = createScratch({
    key: keyOf,
    team: (name) => teams.get(name),
    switches,
  })

  function switches() {
    // Where it is asked each time, nothing that is older than the question holds.
    if (maxStaleSeconds === 0 && failure !== undefined) throw failure
    if (now() - readAt > hardStaleSeconds) throw new Error('what was read of the registry is too old')
    return pulled
  }

  /**
   * The gate. Asks the registry first, if it has to.
   *
   * @param {{ isFresh?: boolean }} [how] whether nothing may be older than the question
   * @returns {Promise<Holding & { failure: unknown }>} with the reason why it is older than was asked for
   */
  async function current({ isFresh = false } = {}) {
    const asked = now()
    if (isFresh || asked - readAt >= maxStaleSeconds) {
      if (isFresh || asked >= restUntil) await refresh(asked)
    }
    return { ...(holding ?? (await hold(policy))), failure: isFresh ? failure : undefined }
  }

  /** @param {number} asked when */
  async function refresh(asked) {
    try {
      const read = await within(env.REGISTRY.getByName(registryName(tenant)).snapshot(version))
      failure = undefined
      if (read !== undefined && read.version > version) await take(read)
      // An answer that comes late is as old as its question.
      readAt = Math.max(readAt, asked)
    } catch (error) {
      failure = error
      restUntil = now() + REST_SECONDS
      complain(error)
    }
  }

  /** @param {import('./registry.js').Snapshot} read */
  async function take(read) {
    const text = compose(policy, tenant, read.items)
    if (holding?.policy !== text) await hold(text)
    if (read.version <= version) return
    version = read.version
    items = read.items
    teams = new Map(ofKind('team').map(({ id, body }) => [id, teamRecord(body)]))
    pulled = Object.freeze(ofKind('switch').map(({ body }) => body))
  }

  const ofKind = (/** @type {string} */ kind) => items.filter((item) => item.kind === kind)

  /** @param {string} text @returns {Promise<Holding>} */
  async function hold(text) {
    const gate = await createGate({ ...others, policy: text, secrets: env, report, now, store: scratch.store })
    const asker = createAsker({ gate, scratch, policy: text, budgets, tenant, env, switches, webhook, complain })
    retired?.gate.close()
    retired = holding
    holding = { gate, asker, policy: text }
    return holding
  }

  /**
   * What is wrong with the policy as it would be with these items: a `PolicyError`, or nothing.
   *
   * @param {readonly import('./registry.js').Item[]} next
   * @returns {Promise<unknown>}
   */
  async function objection(next) {
    try {
      const whole = withSwitches(compose(policy, tenant, next, { isStrict: true }), next)
      const gate = await createGate({ policy: whole, secrets: env, report: () => {}, now })
      gate.close()
      return undefined
    } catch (error) {
      return error
    }
  }

  function close() {
    holding?.gate.close()
    retired?.gate.close()
  }

  return {
    tenant, current, objection, close,
    open: async () => holding ?? hold(policy),
    items: () => items,
    version: () => version,
    team: (/** @type {string} */ name) => teams.get(name),
  }
}

/**
 * A policy that has the switches as well, so that they are read as the core will read them.
 *
 * @param {string} policy
 * @param {readonly import('./registry.js').Item[]} items
 */
function withSwitches(policy, items) {
  const document = readJson(policy)
  const pulled = items.filter(({ kind }) => kind === 'switch').map(({ body }) => body)
  return JSON.stringify({ ...document, switches: [...(document.switches ?? []), ...pulled] })
}

/** @param {import('./registry.js').Item['body']} body @returns {import('../index.d.ts').TeamRecord} */
const teamRecord = ({ agents, groups, blocked, spend, max_budget }) => ({ agents, groups, blocked, spend, max_budget })
