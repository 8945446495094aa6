// The approvals of a tenant: who waits for what, and what became of it.
//
// What an approval may become is decided by the core; this is where it is written down, and only by who saw
// the last version: of two who use one approval, one finds it used. There is one record for a binding that
// counts, the newest. Older ones stay, for people to read.
import { EXPIRE, OUTBOX, SEND, StateObject } from './object.js'
import { BACKOFF, EVENTS, send } from './webhook.js'

/** @typedef {import('../index.d.ts').ApprovalRecord} ApprovalRecord */

/**
 * What the approval is about, for those who decide: its context is not in the record.
 *
 * @typedef {{ agent: string, action: string, subject?: string, context: string }} About
 */

/**
 * @typedef {object} Held
 * @property {string} id
 * @property {string} binding
 * @property {ApprovalRecord} record
 * @property {About | null} about null where the one who asked said nothing of it
 * @property {string | null} tenant
 * @property {number} version
 */

/** Approvals are kept for so long after they expired, in seconds. */
const KEPT_SECONDS = 30 * 24 * 60 * 60

/** @type {import('./migrate.js').Migration[]} */
export const MIGRATIONS = [
  {
    name: 'approvals',
    sql: `CREATE TABLE approvals (
      id TEXT PRIMARY KEY, tenant TEXT, binding TEXT NOT NULL, state TEXT NOT NULL, record TEXT NOT NULL, about TEXT NOT NULL,
      version INTEGER NOT NULL, requested_at REAL NOT NULL, expires_at REAL NOT NULL, is_expiry_told INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX approvals_binding ON approvals (binding, version);
    CREATE INDEX approvals_state ON approvals (state, id);
    CREATE INDEX approvals_expires ON approvals (expires_at);
    CREATE TABLE version (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), number INTEGER NOT NULL) STRICT;
    INSERT INTO version VALUES (1, 0)`,
  },
  OUTBOX,
  {
    name: 'deliveries',
    sql: `CREATE TABLE deliveries (
      number INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT, id TEXT NOT NULL, event TEXT NOT NULL, body TEXT NOT NULL, hook TEXT NOT NULL,
      tries INTEGER NOT NULL DEFAULT 0, due_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX deliveries_due ON deliveries (due_at)`,
  },
]

export class Approvals extends StateObject {
  /**
   * @param {import('./platform.d.ts').ObjectState} ctx
   * @param {import('./platform.d.ts').StateEnv} env
   */
  constructor(ctx, env) {
    super(ctx, env, MIGRATIONS)
  }

  /**
   * The newest approval of a binding.
   *
   * @param {string} binding
   * @returns {Held | undefined}
   */
  read(binding) {
    return this.#held('binding = ? ORDER BY version DESC LIMIT 1', binding)[0]
  }

  /**
   * @param {string} id
   * @returns {Held | undefined}
   */
  get(id) {
    return this.#held('id = ?', id)[0]
  }

  /**
   * @param {{ after: string, limit: number, state?: string }} page
   */
  list({ after, limit, state }) {
    const of = state === undefined ? '' : ' AND state = ?'
    const values = state === undefined ? [] : [state]
    return this.#held(`id > ?${of} ORDER BY id LIMIT ?`, after, ...values, limit)
  }

  /**
   * Writes a record down, if the newest one of its binding is the one that was seen.
   *
   * @param {object} put
   * @param {string} put.binding
   * @param {number} put.expected the version that was seen; 0 if there was none
   * @param {ApprovalRecord} put.record
   * @param {About | null} [put.about] of a new one
   * @param {string | null} put.tenant
   * @param {string} put.action what happened, for the ledger
   * @param {string} [put.by] who did it
   * @param {import('./webhook.js').Webhook} [put.webhook] who is told of it
   * @returns {Promise<number | undefined>} its version; undefined if somebody was there before
   */
  async put({ binding, expected, record, about, tenant, action, by, webhook }) {
    const made = await this.change(() => {
      const newest = this.read(binding)
      if ((newest?.version ?? 0) !== expected) return undefined
      const version = this.rows('UPDATE version SET number = number + 1 RETURNING number')[0].number
      const text = JSON.stringify(record)
      if (newest?.id === record.id) {
        this.rows('UPDATE approvals SET state = ?, record = ?, version = ? WHERE id = ?', record.state, text, version, record.id)
      } else {
        this.rows(
          'INSERT INTO approvals (id, tenant, binding, state, record, about, version, requested_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
          record.id, tenant, binding, record.state, text, JSON.stringify(about ?? null), version, record.requested_at, record.expires_at,
        )
      }
      const told = newest?.id === record.id ? newest.record : null
      this.note(tenant, 'approval', { action, ...(by !== undefined && { by }), before: told, after: record })
      if (webhook !== undefined && Object.hasOwn(EVENTS, action)) this.#announce(webhook, EVENTS[action], tenant, record.id)
      return /** @type {number} */ (version)
    })
    await this.wake(webhook === undefined || made === undefined ? record.expires_at * 1000 : Date.now())
    return made
  }

  /**
   * @param {import('./webhook.js').Webhook} hook
   * @param {string} event
   * @param {string | null} tenant
   * @param {string} id
   */
  #announce(hook, event, tenant, id) {
    const { about, record } = /** @type {Held} */ (this.get(id))
    const data = { approval_id: id, agent_id: about?.agent, action: about?.action, context: about && JSON.parse(about.context), state: record.state }
    const body = JSON.stringify({ event, data, timestamp: new Date().toISOString() })
    this.rows(
      'INSERT INTO deliveries (tenant, id, event, body, hook, due_at) VALUES (?, ?, ?, ?, ?, ?)',
      tenant, crypto.randomUUID(), event, body, JSON.stringify(hook), Date.now(),
    )
  }

  /** @override @param {number} now */
  async [SEND](now) {
    const due = this.rows('SELECT number, tenant, id, event, body, hook, tries FROM deliveries WHERE due_at <= ? ORDER BY number LIMIT 20', now)
    await Promise.all(due.map(async ({ number, tenant, tries, ...delivery }) => {
      try {
        await send({ ...delivery, hook: JSON.parse(delivery.hook) }, this.env)
        this.rows('DELETE FROM deliveries WHERE number = ?', number)
      } catch (error) {
        if (tries < BACKOFF.length) {
          this.rows('UPDATE deliveries SET tries = tries + 1, due_at = ? WHERE number = ?', Date.now() + BACKOFF[tries], number)
          return
        }
        this.ctx.storage.transactionSync(() => {
          this.rows('DELETE FROM deliveries WHERE number = ?', number)
          this.note(tenant, 'approval', { action: 'webhook.give_up', delivery: delivery.id, event: delivery.event, error: String(error) })
        })
      }
    }))
    const [{ next }] = this.rows('SELECT min(due_at) AS next FROM deliveries')
    return next ?? undefined
  }

  /** @override @param {number} now */
  [EXPIRE](now) {
    const seconds = now / 1000
    const lapsed = `is_expiry_told = 0 AND state IN ('pending', 'approved')`
    for (const { tenant, record } of this.#held(`expires_at <= ? AND ${lapsed}`, seconds)) {
      this.note(tenant, 'approval', { action: 'approval.expire', before: record, after: record })
    }
    this.rows(`UPDATE approvals SET is_expiry_told = 1 WHERE expires_at <= ? AND ${lapsed}`, seconds)
    this.rows('DELETE FROM approvals WHERE expires_at <= ?', seconds - KEPT_SECONDS)
    const [{ first }] = this.rows(`SELECT min(expires_at) AS first FROM approvals WHERE ${lapsed}`)
    const [{ oldest }] = this.rows('SELECT min(expires_at) AS oldest FROM approvals')
    if (oldest === null) return undefined
    return Math.min(first ?? Infinity, oldest + KEPT_SECONDS) * 1000
  }

  /**
   * @param {string} where
   * @param {...import('./platform.d.ts').SqlValue} values
   * @returns {Held[]}
   */
  #held(where, ...values) {
    const found = this.rows(`SELECT id, tenant, binding, record, about, version FROM approvals WHERE ${where}`, ...values)
    return found.map((row) => ({ ...row, record: JSON.parse(row.record), about: JSON.parse(row.about) }))
  }
}
