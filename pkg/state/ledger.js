// Who did what: one row after the other, each with the hash of the one before.
//
// There is no call that changes or deletes a row, and the database refuses both. A row is known by where it
// came from and its number there, so that one that is sent twice is written once. Nothing secret gets here:
// see redact.js, through which whoever writes a row has put it.
import { GENESIS, VERSION, hashOf, lineOf, signedOf } from './chain.js'
import { StateObject } from './object.js'
import { readSigner } from './signer.js'

/** @typedef {import('./chain.js').Row} Row */

/** Why there is no checkpoint. @typedef {{ refused: 'ledger_key_missing' | 'ledger_key_unusable' }} NoCheckpoint */

/** An entry is no larger, in characters. */
const MOST = 64 * 1024

/** A page of an export goes on with the next row up to here, in characters. */
const PAGE = 4 * 1024 * 1024

const COLUMNS = 'seq, at, kind, source, number, entry, previous, hash'

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
  {
    // A row that is put in the place of another one is no deletion to SQLite.
    name: 'entries follow',
    sql: `CREATE TRIGGER entries_follow BEFORE INSERT ON entries
      WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM entries)
        OR EXISTS (SELECT 1 FROM entries WHERE source = NEW.source AND number = NEW.number)
      BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
    CREATE TABLE shard (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), name TEXT NOT NULL) STRICT`,
  },
]

export class Ledger extends StateObject {
  /** The last append. Hashing takes a turn of its own, so the next one waits for it. */
  #tail = Promise.resolve()

  /** @type {Promise<import('./signer.js').Signer> | undefined} */
  #signer

  /**
   * @param {import('./platform.d.ts').ObjectState} ctx
   * @param {import('./platform.d.ts').StateEnv} env
   */
  constructor(ctx, env) {
    super(ctx, env, MIGRATIONS)
  }

  /**
   * Appends rows, those that are not there yet.
   *
   * @param {string} source
   * @param {readonly Pick<Row, 'number' | 'at' | 'kind' | 'entry'>[]} rows
   */
  append(source, rows) {
    const appended = this.#tail.then(() => this.#append(source, rows))
    this.#tail = appended.catch(() => {})
    return appended
  }

  /**
   * @param {string} source
   * @param {readonly Pick<Row, 'number' | 'at' | 'kind' | 'entry'>[]} rows
   */
  async #append(source, rows) {
    const shard = this.#shard()
    for (const { number, at, kind, entry } of rows) {
      if (![source, kind, entry].every((text) => text.isWellFormed()) || ![number, at].every(isCount)) {
        throw new TypeError('this is no row')
      }
      if (entry.length > MOST) throw new RangeError('the entry is too large')
      if (this.rows('SELECT seq FROM entries WHERE source = ? AND number = ?', source, number).length > 0) continue
      const { seq: last, hash: previous } = this.head()
      const seq = last + 1
      const hash = await hashOf(shard, { seq, at, kind, source, number, entry, previous })
      this.rows(`INSERT INTO entries (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, seq, at, kind, source, number, entry, previous, hash)
    }
  }

  /** The last row: what a checkpoint is made of. */
  head() {
    const [last] = this.rows('SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1')
    return /** @type {{ seq: number, hash: string }} */ (last ?? { seq: 0, hash: GENESIS })
  }

  /**
   * How far it has come, signed.
   *
   * @returns {Promise<import('./chain.js').Checkpoint | NoCheckpoint>}
   */
  async checkpoint() {
    const { GATEWRIGHT_LEDGER_KEY: secret } = this.env
    if (typeof secret !== 'string' || secret === '') return { refused: 'ledger_key_missing' }
    let signer
    try {
      signer = await (this.#signer ??= readSigner(secret))
    } catch (error) {
      console.error(JSON.stringify({ event: 'key_unusable', error: String(error) }))
      return { refused: 'ledger_key_unusable' }
    }
    const said = { shard: this.#shard(), ...this.head(), at: Date.now(), key: signer.key }
    const { key, ...others } = said
    return { version: VERSION, ...others, signature: await signer.sign(signedOf(said)), key }
  }

  /**
   * @param {{ after: number, limit: number, kind?: string }} page
   * @returns {Row[]}
   */
  list({ after, limit, kind }) {
    const of = kind === undefined ? '' : ' AND kind = ?'
    const values = kind === undefined ? [] : [kind]
    return this.rows(`SELECT ${COLUMNS} FROM entries WHERE seq > ?${of} ORDER BY seq LIMIT ?`, after, ...values, limit)
  }

  /**
   * Rows as lines, all of one after the other.
   *
   * @param {{ after: number, limit: number }} page
   * @returns {{ text: string, next: number | null }} and after which to go on, if there are more
   */
  lines({ after, limit }) {
    const shard = this.#shard()
    let text = ''
    let seq = after
    for (const row of this.ctx.storage.sql.exec(`SELECT ${COLUMNS} FROM entries WHERE seq > ? ORDER BY seq LIMIT ?`, after, limit)) {
      text += lineOf(shard, /** @type {Row} */ (/** @type {unknown} */ (row)))
      seq = Number(row.seq)
      if (text.length > PAGE) break
    }
    return { text, next: this.head().seq > seq ? seq : null }
  }

  /** What it is called, from the first time on: it is in every hash. */
  #shard() {
    const [known] = this.rows('SELECT name FROM shard')
    const name = known?.name ?? this.ctx.id.name
    if (typeof name !== 'string' || !name.isWellFormed()) throw new Error('a ledger is asked for by its name')
    if (known === undefined) this.rows('INSERT INTO shard (only_row, name) VALUES (1, ?)', name)
    return /** @type {string} */ (name)
  }
}

/** @param {number} value */
const isCount = (value) => Number.isSafeInteger(value) && value >= 0
