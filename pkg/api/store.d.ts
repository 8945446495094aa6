import type { StateStore, Switch } from './state-store.js'

/** `"all"`, `"none"`, or ids. An empty list is none. */
export type Agents = 'all' | 'none' | readonly string[]

/** What a store says of a virtual key. A member that is not here makes the record none. */
export interface KeyRecord {
  /** The agents it may use. */
  readonly agents?: Agents
  /** Groups of the policy whose agents it may use as well. */
  readonly groups?: readonly string[]
  /** Its team, in the policy or in the store. What that may use narrows what the key may use. */
  readonly team?: string
  /** What the store says of the team. */
  readonly team_record?: TeamRecord
  /** Agents beyond which nothing goes, whatever the other lists say. */
  readonly ceiling?: { readonly agents?: Agents; readonly groups?: readonly string[] }
  readonly tenant?: string
  readonly subject?: string
  readonly session?: string
  /** When it ends: seconds since 1970, or a date and time as RFC 3339 has it. */
  readonly expires?: string | number
  readonly blocked?: boolean
  /**
   * The routes it is for: paths, also of what lies below, a beginning with `*` behind it, or
   * `agent_routes`, `llm_api_routes`, `management_routes`, `info_routes`. All if it is not there.
   */
  readonly routes?: readonly string[]
  /** Whether it may manage agents. */
  readonly admin?: boolean
  /** What was spent when the record was read, and how much may be. */
  readonly spend?: number
  readonly max_budget?: number
}

/** What a store says of a team. */
export interface TeamRecord {
  readonly agents?: Agents
  readonly groups?: readonly string[]
  readonly blocked?: boolean
  readonly spend?: number
  readonly max_budget?: number
}

/**
 * Where virtual keys and teams are kept. Whatever it throws or rejects with denies with
 * `key_unavailable`, and is reported.
 */
export interface Store extends Partial<StateStore> {
  /** The record of the key with this hash: SHA-256, in hexadecimal. `undefined` if there is none. */
  key?(hash: string): KeyRecord | undefined | Promise<KeyRecord | undefined>
  /** The record of a team. `undefined` if the store knows none of this name; the policy may. */
  team?(name: string): TeamRecord | undefined | Promise<TeamRecord | undefined>
}

/** A virtual key as it is written down for `memoryStore`. */
export interface MemoryKey extends Omit<KeyRecord, 'expires' | 'team_record'> {
  /** The key itself: `sk-…`. It is hashed at once. */
  readonly key: string
  readonly expires?: string | number | Date
}

/**
 * A store in memory, for Node, tests and pages. It holds hashes; the keys are forgotten. In a browser
 * call `init` first, since the module does the hashing.
 *
 * @throws {TypeError} that says which entry is wrong, and not what the key was
 */
export function memoryStore(contents?: {
  readonly keys?: readonly MemoryKey[]
  readonly teams?: Readonly<Record<string, TeamRecord>>
  /** The kill switches that are pulled at first. */
  readonly switches?: readonly Switch[]
}): Store & StateStore
