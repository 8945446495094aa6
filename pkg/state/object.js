// What the objects of the state have in common: their database, one alarm, and the way of a change to
// the ledger.
//
// A change, its row in `outbox` and the alarm are written in one go. What is in the outbox is handed to the ledger
// at once, and by the alarm until it is there, whatever happens in between: a change cannot be made without being
// told of, nor told of without being made. The ledger knows the number of each row, so none counts twice.
import { DurableObject } from 'cloudflare:workers'
import { entryText } from './entry.js'
import { migrate } from './migrate.js'
import { ledgerName } from './names.js'
import { within } from './within.js'

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

/** For so long a change waits for the ledger to be told, in milliseconds. Then it goes on without. */
const PATIENCE = 500

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

  /** When the alarm goes off, as far as this object has set it. */
  #alarm = Infinity

  /** Whether there may be something in the outbox that was not there before the change. */
  #isNoted = false

  /** @type {Promise<void> | undefined} the ledger is being told */
  #telling

  /**
   * @param {import('./platform.d.ts').ObjectState} ctx
   * @param {import('./platform.d.ts').StateEnv} env
   * @param {readonly import('./migrate.js').Migration[]} migrations
   */
  constructor(ctx, env, migrations) {
    super(ctx, env)
    migrate(ctx.storage, migrations)
    ctx.blockConcurrencyWhile(async () => { this.#alarm = (await ctx.storage.getAlarm()) ?? Infinity })
  }

  /**
   * The rows that a statement gives.
   *
   * @protected
   * @type {(query: string, ...values: import('./platform.d.ts').SqlValue[]) => any[]}
   */
  rows = (query, ...values) => [...this.ctx.storage.sql.exec(query, ...values)]

  /**
   * Writes down what is to be told to the ledger, without secrets. In the transaction of the change.
   *
   * @protected
   * @type {(tenant: string | null, kind: string, entry: object) => void}
   */
  note = (tenant, kind, entry) => {
    this.rows('INSERT INTO outbox (tenant, at, kind, entry) VALUES (?, ?, ?, ?)', tenant, Date.now(), kind, entryText(entry))
    this.#isNoted = true
  }

  /**
   * Makes a change, all of it or nothing, and has the ledger told. What the ledger does with that is no
   * reason for the change to fail or to take long: it is written down, and told again.
   *
   * @protected
   * @template T
   * @param {() => T} work
   * @returns {Promise<T>}
   */
  change = async (work) => {
    this.#isNoted = false
    const made = this.ctx.storage.transactionSync(work)
    if (!this.#isNoted) return made
    // Before anything is awaited, so that it is written with the change.
    const armed = this.wake(Date.now() + this.#retry)
    // While the ledger is known to be away, the alarm is enough.
    if (this.#retry === RETRY[0]) await within(this.#tell(), PATIENCE).catch(() => {})
    await armed
    return made
  }

  /**
   * Sets the alarm, unless it goes off before that anyway.
   *
   * @protected
   * @param {number} time
   */
  wake = async (time) => {
    if (this.#alarm <= time) return
    this.#alarm = time
    await this.ctx.storage.setAlarm(time)
  }

  /** Hands the outbox to the ledger. One at a time: who comes meanwhile is told with the others. */
  #tell() {
    this.#telling ??= this.#tellAll().finally(() => { this.#telling = undefined })
    return this.#telling
  }

  async #tellAll() {
    /** @type {Set<string | null>} those whose ledger is away, which is no reason for others to wait */
    const away = new Set()
    for (;;) {
      const tenants = this.rows('SELECT DISTINCT tenant FROM outbox').map(({ tenant }) => tenant).filter((tenant) => !away.has(tenant))
      if (tenants.length === 0) break
      await Promise.all(tenants.map((tenant) => this.#tellOf(tenant).catch(() => away.add(tenant))))
    }
    // What is still in the outbox says so: see `unsaid`.
    this.#retry = away.size === 0 ? RETRY[0] : Math.min(this.#retry * 2, RETRY[1])
    if (away.size > 0) await this.wake(Date.now() + this.#retry)
  }

  /** @param {string | null} tenant */
  async #tellOf(tenant) {
    const rows = this.rows('SELECT number, at, kind, entry FROM outbox WHERE tenant IS ? ORDER BY number LIMIT ?', tenant, BATCH)
    await within(this.env.LEDGER.getByName(ledgerName(tenant)).append(this.ctx.id.toString(), rows))
    for (const { number } of rows) this.rows('DELETE FROM outbox WHERE number = ?', number)
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
    this.#alarm = Infinity
    const expires = this.ctx.storage.transactionSync(() => this[EXPIRE](Date.now()))
    const sends = await this[SEND](Date.now())
    for (const next of [expires, sends]) if (next !== undefined) await this.wake(next)
    await this.#tell()
  }
}
