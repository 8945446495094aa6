// Budgets, counted where they are kept; and which creations were done under an idempotency key.
//
// A question that a budget speaks of is decided here and not where it was asked. The database of a Durable
// Object answers in the same turn, and so does the core: between reading a meter and writing it down nothing
// else happens, whoever asks at the same time. A thousand questions take a thousand turns and no second try,
// where comparing a version and trying again would take half a million.
//
// The policy is that of the asker. It is known by its hash, and asked for once.
import '../workerd.js'
import { createGate } from '../index.js'
import { EXPIRE, OUTBOX, StateObject } from './object.js'
import { meterKey } from './names.js'
import { answerTo } from './question.js'
import { readJson } from './json.js'
import { createScratch } from './scratch.js'

/** @typedef {import('./question.js').StateQuestion} StateQuestion */
/** @typedef {import('./approvals.js').ApprovalRecord} ApprovalRecord */

/**
 * What was decided, and what is to be written down of approvals.
 *
 * @typedef {{ answer: any, change: import('../index.d.ts').Change['approvals'] }} Decided
 */

/** So many policies are held, each for those who still ask by it. */
const POLICIES = 8

/** For so long a creation is remembered, in milliseconds. */
const KEPT = 24 * 60 * 60 * 1000

/** @type {import('./migrate.js').Migration[]} */
export const MIGRATIONS = [
  {
    name: 'meters',
    sql: `CREATE TABLE meters (
      tenant TEXT NOT NULL, key TEXT NOT NULL, state TEXT NOT NULL, updated_at INTEGER NOT NULL, PRIMARY KEY (tenant, key)
    ) STRICT`,
  },
  {
    name: 'creations',
    sql: `CREATE TABLE creations (key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, answer TEXT, at INTEGER NOT NULL) STRICT;
    CREATE INDEX creations_at ON creations (at)`,
  },
  OUTBOX,
]

export class Meter extends StateObject {
  /** @type {Map<string, { gate: import('../index.d.ts').Gate, scratch: import('./scratch.js').Scratch, shared: Set<string> }>} */
  #policies = new Map()

  /**
   * @param {import('./platform.d.ts').ObjectState} ctx
   * @param {import('./platform.d.ts').StateEnv} env
   */
  constructor(ctx, env) {
    super(ctx, env, MIGRATIONS)
  }

  /**
   * Takes a policy.
   *
   * @param {string} policy
   */
  async learn(policy) {
    const scratch = createScratch()
    // Its issuers' keys are not asked for here: who asked was verified before.
    const gate = await createGate({ policy, secrets: this.env, store: scratch.store, report: () => {}, now: () => Date.now() / 1000 })
    const known = this.#policies.get(gate.policy)
    if (known) {
      gate.close()
      return
    }
    this.#policies.set(gate.policy, { gate, scratch, shared: sharedKeys(readJson(policy)) })
    for (const [hash, { gate: oldest }] of this.#policies) {
      if (this.#policies.size <= POLICIES) break
      oldest.close()
      this.#policies.delete(hash)
    }
  }

  /**
   * Decides a question, and counts it, in one turn.
   *
   * @param {object} asked
   * @param {string} asked.policy its hash
   * @param {string | null} asked.tenant
   * @param {readonly object[]} asked.switches that are pulled
   * @param {StateQuestion} asked.question
   * @param {ApprovalRecord | undefined} asked.approval that belongs to it
   * @returns {Decided | undefined} undefined if the policy is not known
   */
  decide({ policy, tenant, switches, question, approval }) {
    const held = this.#policies.get(policy)
    if (held === undefined) return undefined
    const { gate, scratch, shared } = held
    const place = (/** @type {string} */ key) => (shared.has(key) ? '' : `tenant:${tenant ?? ''}`)
    return this.ctx.storage.transactionSync(() => {
      const known = {
        switches: /** @type {any} */ (switches),
        approval,
        meter: (/** @type {string} */ key) => this.read(place(key), key),
      }
      const { answer, meters, approvals } = scratch.put(known, () => answerTo(gate, question))
      for (const [key, meter] of meters) {
        this.rows(
          `INSERT INTO meters (tenant, key, state, updated_at) VALUES (?, ?, ?, ?)
          ON CONFLICT (tenant, key) DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at`,
          place(key), key, JSON.stringify(meter), Date.now(),
        )
      }
      return { answer, change: approvals }
    })
  }

  /**
   * What has been counted.
   *
   * @param {string} place the tenant, or nothing where all share it
   * @param {string} key
   * @returns {object | undefined}
   */
  read(place, key) {
    const [row] = this.rows('SELECT state FROM meters WHERE tenant = ? AND key = ?', place, key)
    return row === undefined ? undefined : JSON.parse(row.state)
  }

  /**
   * Forgets what has been counted.
   *
   * @param {string} place likewise
   * @param {string} key
   * @param {{ tenant: string | null, budget: string, actor: import('./registry.js').Actor }} by
   */
  async reset(place, key, { tenant, budget, actor }) {
    await this.change(() => {
      const before = this.read(place, key) ?? null
      this.rows('DELETE FROM meters WHERE tenant = ? AND key = ?', place, key)
      this.note(tenant, 'control', { action: 'budget.reset', actor, target: { id: budget }, before, after: null })
    })
  }

  /**
   * Begins a creation under an idempotency key, unless one was begun.
   *
   * @param {string} key
   * @param {string} fingerprint of the request
   * @returns {Promise<{ begun: boolean, isSame?: boolean, answer?: string | null }>}
   */
  async begin(key, fingerprint) {
    const now = Date.now()
    const begun = this.ctx.storage.transactionSync(() => {
      const [row] = this.rows('SELECT fingerprint, answer FROM creations WHERE key = ?', key)
      if (row !== undefined) return { begun: false, isSame: row.fingerprint === fingerprint, answer: row.answer }
      this.rows('INSERT INTO creations (key, fingerprint, at) VALUES (?, ?, ?)', key, fingerprint, now)
      return { begun: true }
    })
    await this.wake(now + KEPT)
    return begun
  }

  /**
   * Writes down what came of it: an answer without secrets, or that nothing was created.
   *
   * @param {string} key
   * @param {string | null} answer
   */
  finish(key, answer) {
    if (answer === null) this.rows('DELETE FROM creations WHERE key = ?', key)
    else this.rows('UPDATE creations SET answer = ? WHERE key = ?', answer, key)
  }

  /** @override @param {number} now */
  [EXPIRE](now) {
    this.rows('DELETE FROM creations WHERE at <= ?', now - KEPT)
    const [{ first }] = this.rows('SELECT min(at) AS first FROM creations')
    return first === null ? undefined : first + KEPT
  }
}

/** The keys of the meters that all tenants share. @param {any} policy */
function sharedKeys({ budgets = [] }) {
  const shared = budgets.filter((/** @type {any} */ { per = 'all' }) => per === 'all')
  return new Set(shared.map((/** @type {any} */ { name }) => meterKey(name, 'all', 'all')))
}
