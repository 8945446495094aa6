// What the objects of the state have in common: their database, one alarm, and the way of a change to
// the ledger.
//
// A change and its row in `outbox` are written in one transaction. What is in the outbox is handed to the
// ledger at once, and if that fails by the alarm, until it is there: a change cannot be made without being
// told of, nor told of without being made. The ledger knows the number of each row, so none counts twice.
import { DurableObject } from 'cloudflare:workers'
import { migrate } from './migrate.js'
import { ledgerName } from './names.js'

/** The step that makes an outbox. @type {import('./migrate.js').Migration} */
export const OUTBOX = {
  name: 'outbox',
  sql: `CREATE TABLE outbox (
    number INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT, at INTEGER NOT NULL, kind TEXT NOT NULL, entry TEXT NOT NULL
  ) STRICT`,
}

/** So many rows go to the ledger in one call. */
const BATCH = 100

/** For so long is waited before the ledger is tried again, in milliseconds: from, to. */
const RETRY = [1000, 60_000]

/** What has expired is let go of: given the time, it says when to look again. */
export const EXPIRE = Symbol('expire')

/** What is to be sent to others is sent: given the time, it says when to send again. */
export const SEND = Symbol('send')

/**
 * What is common is in fields and under symbols, and not in methods: those can be called by whoever holds the
 * binding, and nobody is to run SQL from elsewhere.
 */
export class StateObject extends DurableObject {
  #retry = RETRY[0]

  /**
   * @param {import('./platform.d.ts').ObjectState} ctx
   * @param {import('./platform.d.ts').StateEnv} env
   * @param {readonly import('./migrate.js').Migration[]} migrations
   */
  constructor(ctx, env, migrations) {
    super(ctx, env)
    migrate(ctx.storage, migrations)
  }

  /**
   * The rows that a statement gives.
   *
   * @protected
   * @type {(query: string, ...values: import('./platform.d.ts').SqlValue[]) => any[]}
   */
  rows = (query, ...values) => [...this.ctx.storage.sql.exec(query, ...values)]

  /**
   * Writes down what is to be told to the ledger. In the transaction of the change.
   *
   * @protected
   * @type {(tenant: string | null, kind: string, entry: object) => void}
   */
  note = (tenant, kind, entry) => {
    this.rows('INSERT INTO outbox (tenant, at, kind, entry) VALUES (?, ?, ?, ?)', tenant, Date.now(), kind, JSON.stringify(entry))
  }

  /**
   * Makes a change, all of it or nothing, and has the ledger told. What the ledger does with that is no
   * reason for the change to fail: it is written down, and told again.
   *
   * @protected
   * @template T
   * @param {() => T} work
   * @returns {Promise<T>}
   */
  change = async (work) => {
    const made = this.ctx.storage.transactionSync(work)
    await this.#tell()
    return made
  }

  /**
   * Sets the alarm, unless it goes off before that anyway.
   *
   * @protected
   * @param {number} time
   */
  wake = async (time) => {
    const set = await this.ctx.storage.getAlarm()
    if (set === null || set > time) await this.ctx.storage.setAlarm(Math.max(time, Date.now()))
  }

  /** Hands the outbox to the ledger. */
  async #tell() {
    try {
      for (;;) {
        const [first] = this.rows('SELECT tenant FROM outbox ORDER BY number LIMIT 1')
        if (first === undefined) break
        const rows = this.rows('SELECT number, at, kind, entry FROM outbox WHERE tenant IS ? ORDER BY number LIMIT ?', first.tenant, BATCH)
        const source = this.ctx.id.toString()
        await this.env.LEDGER.getByName(ledgerName(first.tenant)).append(rows.map((row) => ({ source, ...row })))
        for (const { number } of rows) this.rows('DELETE FROM outbox WHERE number = ?', number)
      }
      this.#retry = RETRY[0]
    } catch {
      // What is still in the outbox says so: see `unsaid`.
      await this.wake(Date.now() + this.#retry)
      this.#retry = Math.min(this.#retry * 2, RETRY[1])
    }
  }

  /** How many changes the ledger has not been told of. */
  unsaid() {
    return /** @type {number} */ (this.rows('SELECT count(*) AS count FROM outbox')[0].count)
  }

  /** @param {number} _now @returns {number | undefined} */
  [EXPIRE](_now) {
    return undefined
  }

  /** @param {number} _now @returns {Promise<number | undefined>} */
  async [SEND](_now) {
    return undefined
  }

  async alarm() {
    const expires = this.ctx.storage.transactionSync(() => this[EXPIRE](Date.now()))
    const sends = await this[SEND](Date.now())
    for (const next of [expires, sends]) if (next !== undefined) await this.wake(next)
    await this.#tell()
  }
}
