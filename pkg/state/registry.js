// What a tenant has set up: agents, what they may do, teams, and the switches that are pulled.
//
// Every change counts the version of the whole up, and the changed thing has that version from then on: who
// holds a snapshot asks with its version whether there is a newer one, and who changes something says which
// version they saw.
import { OUTBOX, StateObject } from './object.js'

/** @typedef {'agent' | 'permission' | 'team' | 'switch'} Kind */

/**
 * @typedef {object} Item
 * @property {Kind} kind
 * @property {string} id
 * @property {string | null} parent the agent, of a permission
 * @property {Record<string, any>} body
 * @property {number} version
 * @property {number} created_at milliseconds
 * @property {number} updated_at
 */

/** Who makes a change. @typedef {{ subject: string, by: 'master' | 'token' | 'key' | 'sdk' | 'gate' }} Actor */

/** Why a change was not made. @typedef {{ refused: 'exists' | 'missing' | 'changed' | 'moved' | 'full' | 'orphan' }} Refusal */

/**
 * @typedef {object} Snapshot
 * @property {number} version
 * @property {Item[]} items
 */

/** So many things of each kind a tenant has at most: all of them go into one snapshot. */
const MOST = 10_000

/** @type {import('./migrate.js').Migration[]} */
export const MIGRATIONS = [
  {
    name: 'items',
    sql: `CREATE TABLE items (
      kind TEXT NOT NULL, id TEXT NOT NULL, parent TEXT, body TEXT NOT NULL, version INTEGER NOT NULL,
      created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, PRIMARY KEY (kind, id)
    ) STRICT;
    CREATE INDEX items_parent ON items (parent);
    CREATE TABLE version (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), number INTEGER NOT NULL) STRICT;
    INSERT INTO version VALUES (1, 0)`,
  },
  OUTBOX,
]

export class Registry extends StateObject {
  /**
   * @param {import('./platform.d.ts').ObjectState} ctx
   * @param {import('./platform.d.ts').StateEnv} env
   */
  constructor(ctx, env) {
    super(ctx, env, MIGRATIONS)
  }

  /**
   * Everything, or nothing if the asker has it already.
   *
   * @param {number} known the version that the asker has
   * @returns {Snapshot | undefined}
   */
  snapshot(known) {
    const version = this.#version()
    return version === known ? undefined : { version, items: this.#items('TRUE') }
  }

  /**
   * @param {Kind} kind
   * @param {{ after: string, limit: number, parent?: string }} page
   */
  list(kind, { after, limit, parent }) {
    const of = parent === undefined ? '' : ' AND parent = ?'
    const values = parent === undefined ? [] : [parent]
    return this.#items(`kind = ? AND id > ?${of} ORDER BY id LIMIT ?`, kind, after, ...values, limit)
  }

  /**
   * @param {Kind} kind
   * @param {string} id
   * @returns {Item | undefined}
   */
  get(kind, id) {
    return this.#items('kind = ? AND id = ?', kind, id)[0]
  }

  /**
   * @param {Kind} kind
   * @param {{ id: string, parent?: string, body: object, tenant: string | null, seen?: number }} made
   *   `seen` is the version of the whole that it was tried out with, if it was
   * @param {Actor} actor
   * @returns {Promise<Item | Refusal>}
   */
  create(kind, { id, parent, body, tenant, seen }, actor) {
    return this.change(() => {
      if (seen !== undefined && seen !== this.#version()) return refusal('moved')
      if (this.get(kind, id)) return refusal('exists')
      if (parent !== undefined && !this.get('agent', parent)) return refusal('orphan')
      if (this.rows('SELECT count(*) AS count FROM items WHERE kind = ?', kind)[0].count >= MOST) return refusal('full')
      const now = Date.now()
      this.rows(
        'INSERT INTO items (kind, id, parent, body, version, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
        kind, id, parent ?? null, JSON.stringify(body), this.#next(), now, now,
      )
      return this.#noted(tenant, `${kind}.create`, actor, undefined, /** @type {Item} */ (this.get(kind, id)))
    })
  }

  /**
   * Puts something in the place of what is there.
   *
   * @param {Kind} kind
   * @param {{ id: string, parent?: string, body: object, expected?: number, tenant: string | null, seen?: number }} made
   * @param {Actor} actor
   * @returns {Promise<Item | Refusal>}
   */
  update(kind, { id, parent, body, expected, tenant, seen }, actor) {
    return this.change(() => {
      const before = this.#expected(kind, id, parent, expected)
      if (isRefusal(before)) return before
      if (seen !== undefined && seen !== this.#version()) return refusal('moved')
      this.rows(
        'UPDATE items SET body = ?, version = ?, updated_at = ? WHERE kind = ? AND id = ?',
        JSON.stringify(body), this.#next(), Date.now(), kind, id,
      )
      return this.#noted(tenant, `${kind}.update`, actor, before, /** @type {Item} */ (this.get(kind, id)))
    })
  }

  /**
   * Takes something away; with an agent what it may do.
   *
   * @param {Kind} kind
   * @param {{ id: string, parent?: string, expected?: number, tenant: string | null }} asked
   * @param {Actor} actor
   * @returns {Promise<Item | Refusal>} what it was
   */
  remove(kind, { id, parent, expected, tenant }, actor) {
    return this.change(() => {
      const before = this.#expected(kind, id, parent, expected)
      if (isRefusal(before)) return before
      this.#next()
      const lost = kind === 'agent' ? this.#items("kind = 'permission' AND parent = ?", id) : []
      for (const permission of lost) this.#noted(tenant, 'permission.delete', actor, permission, undefined)
      if (kind === 'agent') this.rows("DELETE FROM items WHERE kind = 'permission' AND parent = ?", id)
      this.rows('DELETE FROM items WHERE kind = ? AND id = ?', kind, id)
      this.#noted(tenant, `${kind}.delete`, actor, before, undefined)
      return before
    })
  }

  /**
   * @param {Kind} kind
   * @param {string} id
   * @param {string | undefined} parent
   * @param {number | undefined} expected
   * @returns {Item | Refusal}
   */
  #expected(kind, id, parent, expected) {
    const item = this.get(kind, id)
    if (item === undefined || (parent !== undefined && item.parent !== parent)) return refusal('missing')
    return expected !== undefined && item.version !== expected ? refusal('changed') : item
  }

  /**
   * @template {Item | undefined} T
   * @param {string | null} tenant
   * @param {string} action
   * @param {Actor} actor
   * @param {Item | undefined} before
   * @param {T} after
   */
  #noted(tenant, action, actor, before, after) {
    const { id, parent } = /** @type {Item} */ (after ?? before)
    const target = { id, ...(parent !== null && { agent: parent }) }
    this.note(tenant, 'control', { action, actor, target, before: before?.body ?? null, after: after?.body ?? null })
    return after
  }

  #version() {
    return /** @type {number} */ (this.rows('SELECT number FROM version')[0].number)
  }

  #next() {
    return /** @type {number} */ (this.rows('UPDATE version SET number = number + 1 RETURNING number')[0].number)
  }

  /**
   * @param {string} where
   * @param {...import('./platform.d.ts').SqlValue} values
   * @returns {Item[]}
   */
  #items(where, ...values) {
    const found = this.rows(`SELECT kind, id, parent, body, version, created_at, updated_at FROM items WHERE ${where}`, ...values)
    return found.map((row) => ({ ...row, body: JSON.parse(row.body) }))
  }
}

/** @param {Refusal['refused']} refused @returns {Refusal} */
const refusal = (refused) => ({ refused })

/**
 * @template T
 * @param {T | Refusal} made
 * @returns {made is Refusal}
 */
export const isRefusal = (made) => typeof made === 'object' && made !== null && Object.hasOwn(made, 'refused')
