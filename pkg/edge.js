// The gate with a state behind it: for each tenant a gate of its own, and the paths by which it is managed.
//
// Who asks is found out first, since the tenant is theirs: of one whose credential is not good nothing is
// known, so they are told so, or get what is public.
import { createApp } from './control/app.js'
import { createAudit } from './control/audit.js'
import { createDoor } from './control/door.js'
import { createMaster } from './control/master.js'
import { DEVELOPER, letIn, policyOf } from './development.js'
import { createGate } from './index.js'
import { problem } from './respond.js'
import { readControl } from './state/control.js'
import { createKeys } from './state/keys.js'
import { createTenant } from './state/tenant.js'

/** So many tenants have their gate ready in one isolate. The one that was asked for least lately goes first. */
const MOST = 256

/** What has to be bound for there to be a state. */
const BINDINGS = ['REGISTRY', 'KEYS', 'APPROVALS', 'METER', 'LEDGER']

/** @param {Record<string, unknown>} env @returns {env is import('./state/platform.d.ts').StateEnv} */
export const hasState = (env) => BINDINGS.every((name) => env[name] !== undefined)

/**
 * @param {object} options
 * @param {string} options.policy its text
 * @param {import('./state/platform.d.ts').StateEnv} options.env
 * @param {(event: import('./index.d.ts').GateEvent) => void} options.report
 * @param {() => number} options.now
 * @param {Omit<import('./worker.d.ts').WorkerOptions, 'policy' | 'report' | 'now'>} options.others
 * @throws {import('./policy.js').PolicyError}
 */
export async function createEdge({ policy, env, report, now, others }) {
  // What is read of the policy below, the core has taken.
  const gate = await createGate({ ...others, policy, secrets: env, report, now })
  gate.close()
  const { fetch = (/** @type {Parameters<typeof globalThis.fetch>} */ ...request) => globalThis.fetch(...request) } = others
  const control = readControl(policy)
  const keys = createKeys({ env, now, ...control })
  const master = createMaster(env.GATEWRIGHT_MASTER_KEY, report)
  const audit = createAudit({ env, report })
  const teamOf = async (/** @type {string | null} */ tenant, /** @type {string} */ name) => {
    const held = tenantOf(tenant)
    await held.current()
    return held.team(name)
  }
  const door = createDoor({ control, master, keys, teamOf, env, report, now, fetch })
  const app = createApp(control.compatible)
  /** @type {Map<string | null, import('./state/tenant.js').Tenant>} */
  const tenants = new Map()

  /** @param {string | null} tenant */
  function tenantOf(tenant) {
    const held = tenants.get(tenant) ?? createTenant({
      tenant, policy, control, env, report, now, others,
      keyOf: async (hash) => (tenant === null && master.isHash(hash) ? MASTER : keys.record(hash, tenant)),
    })
    tenants.delete(tenant)
    tenants.set(tenant, held)
    for (const [oldest, one] of tenants) {
      if (tenants.size <= MOST) break
      one.close()
      tenants.delete(oldest)
    }
    return held
  }

  /**
   * @param {Request} request
   * @param {import('./index.d.ts').Forward} forward
   * @param {import('./index.d.ts').EnforceContext} ctx
   */
  async function enforce(request, forward, ctx) {
    const known = control.hasTenants ? await door.identify(request) : { tenant: null }
    const { gate } = await tenantOf(known?.tenant ?? null).current()
    return gate.enforce(request, known === undefined ? publicAlone(forward) : forward, ctx)
  }

  /** @type {import('./state/tenant.js').Tenant | undefined} */
  let workshop

  /** In development: without a credential. */
  async function open() {
    const changed = policyOf(policy)
    workshop ??= createTenant({ tenant: null, policy: changed, control: readControl(changed), env, report, now, others, keyOf: async () => DEVELOPER })
    return (await workshop.current()).gate
  }

  /** @type {typeof enforce} */
  async function develop(request, forward, ctx) {
    const { gate } = await tenantOf(null).current()
    return (await letIn({ gate, open, policy, report }, request, forward, ctx)) ?? enforce(request, forward, ctx)
  }

  /** @param {Request} request @param {import('./index.d.ts').EnforceContext} ctx */
  function manage(request, ctx) {
    const waitUntil = ctx.waitUntil && ((/** @type {Promise<unknown>} */ work) => ctx.waitUntil?.(work))
    return app.fetch(request, { audit, door, env, control, tenantOf, waitUntil })
  }

  function close() {
    door.close()
    workshop?.close()
    for (const one of tenants.values()) one.close()
  }

  return { enforce, develop, owns: app.owns, manage, isReady: door.isReady, state: audit.state, close }
}

/** Whoever holds the master key may use every agent. @type {import('./index.d.ts').KeyRecord} */
const MASTER = Object.freeze({ subject: 'master', agents: 'all', admin: true })

/**
 * Nobody could be told apart a moment ago, so nothing of any tenant goes on, whatever the gate says by now.
 *
 * @param {import('./index.d.ts').Forward} forward
 * @returns {import('./index.d.ts').Forward}
 */
const publicAlone = (forward) => (request, decision) =>
  decision.context.reason === 'public' ? forward(request, decision) : problem(request.method, 503, 'Service Unavailable')
