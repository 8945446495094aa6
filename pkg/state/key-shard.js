// Virtual keys, of which only the hash is known: SHA-256, in hexadecimal.
//
// The keys of all tenants are here, since a hash says nothing of the tenant. Who looks a key up finds it by
// what they hold of it; who manages keys names their tenant, and the keys of others are not there.
import { EXPIRE, OUTBOX, StateObject } from './object.js'
import { isRefusal } from './registry.js'

/**
 * A key as it is kept. `body` is what the core reads of it, and `label` what people know it by.
 *
 * @typedef {object} Key
 * @property {string} hash
 * @property {string | null} tenant
 * @property {'virtual' | 'sdk'} kind
 * @property {{ name: string, alias?: string, [member: string]: unknown }} label
 * @property {Record<string, any>} body
 * @property {number} version
 * @property {number} created_at milliseconds
 * @property {number} updated_at
 */

/** @typedef {import('./registry.js').Actor} Actor */
/** @typedef {import('./registry.js').Refusal} Refusal */

/** A key that has expired is kept for so long, so that its holder is told so. In seconds. */
const KEPT_SECONDS = 7 * 24 * 60 * 60

/** @type {import('./migrate.js').Migration[]} */
export const MIGRATIONS = [
  {
    name: 'keys',
    sql: `CREATE TABLE keys (
      hash TEXT PRIMARY KEY, tenant TEXT, kind TEXT NOT NULL, label TEXT NOT NULL, body TEXT NOT NULL,
      version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, expires_at REAL
    ) STRICT;
    CREATE INDEX keys_tenant ON keys (tenant, hash);
    CREATE INDEX keys_expires ON keys (expires_at)`,
  },
  OUTBOX,
]

export class KeyShard extends StateObject {
  /**
   * @param {import('./platform.d.ts').ObjectState} ctx
   * @param {import('./platform.d.ts').StateEnv} env
   */
  constructor(ctx, env) {
    super(ctx, env, MIGRATIONS)
  }

  /**
   * Looks a key up by its hash, whosever it is.
   *
   * @param {string} hash
   * @returns {Key | undefined}
   */
  look(hash) {
    return this.#keys('hash = ?', hash)[0]
  }

  /**
   * @param {string} hash
   * @param {string | null} tenant
   * @returns {Key | undefined}
   */
  get(hash, tenant) {
    return this.#keys('hash = ? AND tenant IS ?', hash, tenant)[0]
  }

  /**
   * @param {string | null} tenant
   * @param {{ after: string, limit: number }} page
   */
  list(tenant, { after, limit }) {
    return this.#keys('tenant IS ? AND hash > ? ORDER BY hash LIMIT ?', tenant, after, limit)
  }

  /**
   * @param {string | null} tenant
   * @param {string} team
   */
  ofTeam(tenant, team) {
    return this.#keys("tenant IS ? AND body ->> 'team' = ? ORDER BY hash", tenant, team)
  }

  /**
   * @param {Pick<Key, 'hash' | 'tenant' | 'kind' | 'label' | 'body'>} made
   * @param {Actor} actor
   * @returns {Promise<Key | Refusal>}
   */
  async create({ hash, tenant, kind, label, body }, actor) {
    const made = await this.change(() => {
      if (this.look(hash)) return { refused: /** @type {const} */ ('exists') }
      const now = Date.now()
      this.rows(
        'INSERT INTO keys (hash, tenant, kind, label, body, version, created_at, updated_at, expires_at) VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?)',
        hash, tenant, kind, JSON.stringify(label), JSON.stringify(body), now, now, body.expires ?? null,
      )
      return this.#noted('key.create', actor, undefined, /** @type {Key} */ (this.look(hash)))
    })
    await this.#watch()
    return made
  }

  /**
   * @param {Pick<Key, 'hash' | 'tenant' | 'label' | 'body'> & { expected?: number }} made
   * @param {Actor} actor
   * @returns {Promise<Key | Refusal>}
   */
  async update({ hash, tenant, label, body, expected }, actor) {
    const made = await this.change(() => {
      const before = this.#expected(hash, tenant, expected)
      if (isRefusal(before)) return before
      this.rows(
        'UPDATE keys SET label = ?, body = ?, version = version + 1, updated_at = ?, expires_at = ? WHERE hash = ?',
        JSON.stringify(label), JSON.stringify(body), Date.now(), body.expires ?? null, hash,
      )
      return this.#noted('key.update', actor, before, /** @type {Key} */ (this.look(hash)))
    })
    await this.#watch()
    return made
  }

  /**
   * @param {{ hash: string, tenant: string | null, expected?: number }} asked
   * @param {Actor} actor
   * @returns {Promise<Key | Refusal>} what it was
   */
  remove({ hash, tenant, expected }, actor) {
    return this.change(() => {
      const before = this.#expected(hash, tenant, expected)
      if (isRefusal(before)) return before
      this.rows('DELETE FROM keys WHERE hash = ?', hash)
      this.#noted('key.delete', actor, before, undefined)
      return before
    })
  }

  /** @override @param {number} now */
  [EXPIRE](now) {
    const actor = /** @type {const} */ ({ subject: 'gatewright', by: 'gate' })
    for (const key of this.#keys('expires_at <= ?', now / 1000 - KEPT_SECONDS)) {
      this.rows('DELETE FROM keys WHERE hash = ?', key.hash)
      this.#noted('key.expire', actor, key, undefined)
    }
    return this.#next()
  }

  #next() {
    const [{ first }] = this.rows('SELECT min(expires_at) AS first FROM keys')
    return first === null ? undefined : (first + KEPT_SECONDS) * 1000
  }

  async #watch() {
    const next = this.#next()
    if (next !== undefined) await this.wake(next)
  }

  /**
   * @param {string} hash
   * @param {string | null} tenant
   * @param {number | undefined} expected
   * @returns {Key | Refusal}
   */
  #expected(hash, tenant, expected) {
    const key = this.get(hash, tenant)
    if (key === undefined) return { refused: 'missing' }
    return expected !== undefined && key.version !== expected ? { refused: 'changed' } : key
  }

  /**
   * @template {Key | undefined} T
   * @param {string} action
   * @param {Actor} actor
   * @param {Key | undefined} before
   * @param {T} after
   */
  #noted(action, actor, before, after) {
    const told = (/** @type {Key | undefined} */ key) => (key === undefined ? null : { kind: key.kind, ...key.label, ...key.body })
    const { hash, tenant } = /** @type {Key} */ (after ?? before)
    this.note(tenant, 'control', { action, actor, target: { id: hash }, before: told(before), after: told(after) })
    return after
  }

  /**
   * @param {string} where
   * @param {...import('./platform.d.ts').SqlValue} values
   * @returns {Key[]}
   */
  #keys(where, ...values) {
    const found = this.rows(`SELECT hash, tenant, kind, label, body, version, created_at, updated_at FROM keys WHERE ${where}`, ...values)
    return found.map((row) => ({ ...row, label: JSON.parse(row.label), body: JSON.parse(row.body) }))
  }
}
