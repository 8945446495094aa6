// Who did what: one row after the other, each with the hash of the one before.
//
// There is no call that changes or deletes a row, and the database refuses both. A row is known by where it
// came from and its number there, so that one that is sent twice is written once.
import { hexOf } from './hex.js'
import { StateObject } from './object.js'

/**
 * @typedef {object} Row
 * @property {number} seq from 1, without a gap
 * @property {number} at milliseconds, when it happened
 * @property {string} kind `control`, `approval`, `decision` or `log`
 * @property {string} source
 * @property {number} number of the row at its source
 * @property {string} entry JSON
 * @property {string} previous the hash of the row before
 * @property {string} hash
 */

/** A row as it is sent. @typedef {Pick<Row, 'source' | 'number' | 'at' | 'kind' | 'entry'>} Sent */

/** The hash before the first row. */
export const GENESIS = '0'.repeat(64)

/** An entry is no larger, in characters: the largest body that is taken fits in twice, with room to spare. */
const MOST = 1024 * 1024

/** @type {import('./migrate.js').Migration[]} */
export const MIGRATIONS = [
  {
    name: 'entries',
    sql: `CREATE TABLE entries (
      seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, source TEXT NOT NULL, number INTEGER NOT NULL,
      entry TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL, UNIQUE (source, number)
    ) STRICT;
    CREATE TRIGGER entries_stay BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
    CREATE TRIGGER entries_hold BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END`,
  },
]

export class Ledger extends StateObject {
  /** The last append. Hashing takes a turn of its own, so the next one waits for it. */
  #tail = Promise.resolve()

  /**
   * @param {import('./platform.d.ts').ObjectState} ctx
   * @param {import('./platform.d.ts').StateEnv} env
   */
  constructor(ctx, env) {
    super(ctx, env, MIGRATIONS)
  }

  /**
   * Appends rows, those that are not there yet, all of them or none.
   *
   * @param {readonly Sent[]} rows
   */
  append(rows) {
    const appended = this.#tail.then(() => this.#append(rows))
    this.#tail = appended.catch(() => {})
    return appended
  }

  /** @param {readonly Sent[]} rows */
  async #append(rows) {
    /** @type {Map<string, Row>} */
    const added = new Map()
    let { seq, hash: previous } = this.head()
    for (const { source, number, at, kind, entry } of rows) {
      if (entry.length > MOST) throw new RangeError('the entry is too large')
      const place = JSON.stringify([source, number])
      if (added.has(place) || this.rows('SELECT seq FROM entries WHERE source = ? AND number = ?', source, number).length > 0) continue
      seq += 1
      const hash = await hashOf({ seq, at, kind, source, number, entry, previous })
      added.set(place, { seq, at, kind, source, number, entry, previous, hash })
      previous = hash
    }
    this.ctx.storage.transactionSync(() => {
      for (const row of added.values()) {
        this.rows(
          'INSERT INTO entries (seq, at, kind, source, number, entry, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
          row.seq, row.at, row.kind, row.source, row.number, row.entry, row.previous, row.hash,
        )
      }
    })
  }

  /** The last row: what a checkpoint is made of. */
  head() {
    const [last] = this.rows('SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1')
    return /** @type {{ seq: number, hash: string }} */ (last ?? { seq: 0, hash: GENESIS })
  }

  /**
   * @param {{ after: number, limit: number, kind?: string }} page
   * @returns {Row[]}
   */
  list({ after, limit, kind }) {
    const of = kind === undefined ? '' : ' AND kind = ?'
    const values = kind === undefined ? [] : [kind]
    return this.rows(
      `SELECT seq, at, kind, source, number, entry, previous, hash FROM entries WHERE seq > ?${of} ORDER BY seq LIMIT ?`,
      after, ...values, limit,
    )
  }
}

/**
 * The hash of a row: SHA-256 of its members and the hash before it, as a JSON array.
 *
 * @param {Omit<Row, 'hash'>} row
 */
export async function hashOf({ seq, at, kind, source, number, entry, previous }) {
  const text = JSON.stringify([seq, at, kind, source, number, entry, previous])
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return hexOf(new Uint8Array(digest))
}
