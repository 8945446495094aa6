// Who may call the gate's own paths, and of which tenant they are.
//
// The core says so: the door is a policy of its own, with the authentication of the policy in force and a
// route for each scope there is to hold. Nobody is let in without a credential; a tenant is never read from
// anything but the credential. The master key is for the first steps: it may do everything, and it alone may
// say for which tenant.
import { READ } from '../decision.js'
import { createPdp } from '../pdp.js'
import { secretsText } from '../policy.js'
import { readRequest } from '../request.js'
import { recordOf } from '../state/keys.js'
import { Trouble } from './http.js'

/**
 * @typedef {object} Caller
 * @property {string} subject
 * @property {string | null} tenant
 * @property {'master' | 'token' | 'key' | 'sdk'} by
 */

/** What has to be held, and the route that asks for it. `known` is nothing but a good credential. */
const PLACES = { known: '/known', read: '/read', write: '/write', evaluate: '/evaluate', approve: '/approve', admin: '/admin' }

/** @typedef {keyof typeof PLACES} Right */

const TENANT_HEADER = 'x-gatewright-tenant'
const SDK_HEADER = 'x-api-key'
export const SDK_PREFIX = 'ak_'

/** What a key is called that stands for nobody by name. */
const KEY_SUBJECT = 'key:'

/** Reasons for which only those are turned away who are known. */
const OF_KNOWN = new Set([403, 429])

/**
 * @param {object} options
 * @param {import('../state/control.js').Control} options.control
 * @param {import('./master.js').Master} options.master
 * @param {ReturnType<typeof import('../state/keys.js').createKeys>} options.keys
 * @param {(tenant: string | null, team: string) => Promise<import('../index.d.ts').TeamRecord | undefined>} options.teamOf
 * @param {Record<string, unknown>} options.env
 * @param {(event: import('../index.d.ts').GateEvent) => void} options.report
 * @param {() => number} options.now
 * @param {typeof globalThis.fetch} options.fetch
 */
export function createDoor({ control, master, keys, teamOf, env, report, now, fetch }) {
  const { authentication, approverScope, teams, groups } = control
  const scopes = {
    known: [], read: ['gate:read'], write: ['gate:write'], evaluate: ['gate:evaluate'], approve: [approverScope], admin: ['gate:admin'],
  }
  const main = open({ authentication, teams, groups }, scopes, 'virtual')
  const sdk = open({ authentication: { virtual_keys: { prefix: SDK_PREFIX, headers: [SDK_HEADER] } } }, { known: [] }, 'sdk')

  /**
   * @param {object} policy
   * @param {Partial<Record<Right, string[]>>} needed
   * @param {'virtual' | 'sdk'} kind of key that is taken
   */
  function open(policy, needed, kind) {
    const rules = Object.entries(needed).map(([right, list]) => ({ method: 'GET', path: PLACES[/** @type {Right} */ (right)], scopes: list }))
    const text = JSON.stringify({ version: 1, ...policy, routes: { rules } })
    return createPdp({
      policy: text, secrets: secretsText(text, env), now, fetch, report, maxStaleSeconds: 24 * 60 * 60,
      store: { key: (hash) => lookUp(hash, kind) },
    })
  }

  /** @param {string} hash @param {'virtual' | 'sdk'} kind @returns {Promise<import('../index.d.ts').KeyRecord | undefined>} */
  async function lookUp(hash, kind) {
    const key = await keys.look(hash, { isFresh: kind === 'sdk' })
    if (key?.kind !== kind) return undefined
    const record = recordOf(key)
    const team = record.team === undefined ? undefined : await teamOf(key.tenant, record.team)
    return { subject: `${KEY_SUBJECT}${hash.slice(0, 16)}`, ...record, ...(team && { team_record: team }) }
  }

  /**
   * @param {Request} request
   * @param {Right} right
   * @param {Right} [orRight]
   * @returns {Promise<Caller>}
   * @throws {Trouble} 401, 403 or 503, if they may not
   */
  async function admit(request, right, orRight) {
    if (orRight !== undefined && (await holds(request, orRight))) return admit(request, orRight)
    const named = request.headers.get(TENANT_HEADER)
    if (master.isSent(request)) return { subject: 'master', tenant: named === null || named === '' ? null : named, by: 'master' }
    if (named !== null) throw new Trouble(403, 'tenant_named', 'the tenant is that of the credential')
    const isSdk = request.headers.get(SDK_HEADER)?.startsWith(SDK_PREFIX) === true && !request.headers.has('authorization')
    if (isSdk && right !== 'evaluate') throw new Trouble(403, 'scope_missing', 'this key is for checks alone')
    // A cookie comes along with whatever page sends a request, so it manages nothing.
    const { decision, answer, who } = await ask(isSdk ? sdk : main, request, isSdk ? 'known' : right, { cookie: undefined })
    if (!decision.decision) {
      const { reason, message } = decision.context
      const { status = 503, challenge } = answer ?? {}
      throw new Trouble(status, reason, message, challenge === undefined ? {} : { challenge })
    }
    const isToken = who.subject?.startsWith(KEY_SUBJECT) !== true
    const by = isSdk ? 'sdk' : isToken ? 'token' : 'key'
    return { subject: who.subject ?? 'unknown', tenant: who.tenant ?? null, by }
  }

  /**
   * Whose request it is, for a request that goes elsewhere.
   *
   * @param {Request} request
   * @returns {Promise<{ tenant: string | null } | undefined>} undefined if that cannot be told
   */
  async function identify(request) {
    if (master.isSent(request)) return { tenant: null }
    const { decision, answer, who } = await ask(main, request, 'known')
    const isKnown = decision.decision || OF_KNOWN.has(answer?.status ?? 0)
    return isKnown ? { tenant: who.tenant ?? null } : undefined
  }

  /**
   * @param {import('../pdp.js').Pdp} pdp
   * @param {Request} request
   * @param {Right} right
   * @param {Partial<import('../request.js').Facts>} [others] instead of what was sent
   */
  async function ask(pdp, request, right, others) {
    const facts = readRequest(request, pdp.tables.credential)
    return pdp.evaluate({ ...facts, method: 'GET', path: PLACES[right], upgrade: false, ...others }, READ.ENFORCEMENT, undefined)
  }

  /** Whether somebody who was admitted may do something else, too. @param {Request} request @param {Right} right */
  async function holds(request, right) {
    return admit(request, right).then(() => true, (error) => {
      if (error instanceof Trouble && error.status === 403) return false
      throw error
    })
  }

  return {
    admit, identify, holds,
    isReady: main.isReady,
    close() {
      main.close()
      sdk.close()
    },
  }
}
