// What Workers bring along, as far as it is used here.

export type SqlValue = string | number | null
export interface SqlStorage {
  exec(query: string, ...values: SqlValue[]): Iterable<Record<string, SqlValue>> & { readonly rowsWritten: number }
}

export interface ObjectState {
  readonly id: { toString(): string; readonly name?: string }
  readonly storage: {
    readonly sql: SqlStorage
    transactionSync<T>(work: () => T): T
    getAlarm(): Promise<number | null>
    setAlarm(time: number): Promise<void>
  }
  waitUntil(work: Promise<unknown>): void
  blockConcurrencyWhile(work: () => Promise<void>): Promise<void>
}

/** A namespace of Durable Objects, all calls of which answer later. */
export interface Namespace<T> {
  getByName(name: string): Remote<T>
}

/** The calls of an object from elsewhere. */
export type Remote<T> = {
  [K in keyof T as T[K] extends (...all: any[]) => unknown ? K : never]: T[K] extends (...all: infer A) => infer R
    ? (...all: A) => Promise<Awaited<R>>
    : never
}

/** Where the state is: one namespace for each class. */
export interface StateEnv {
  readonly REGISTRY: Namespace<import('./registry.js').Registry>
  readonly KEYS: Namespace<import('./key-shard.js').KeyShard>
  readonly APPROVALS: Namespace<import('./approvals.js').Approvals>
  readonly METER: Namespace<import('./meter.js').Meter>
  readonly LEDGER: Namespace<import('./ledger.js').Ledger>
  readonly [name: string]: unknown
}
