/** A decision, in the shape of AuthZEN 1.0. */
export interface Decision {
  readonly decision: boolean
  readonly context: {
    /** The stable name of the reason, such as `scope_missing`. Names are added, never changed. */
    readonly reason: string
    /** The reason, for people. */
    readonly message: string
    /** Who was verified. */
    readonly subject?: string
    readonly action?: string
    readonly resource?: { readonly type: string; readonly id?: string }
    /** The hash of the policy decided by. */
    readonly policy: string
    readonly obligations: readonly never[]
    /** What a person has to approve, or has approved. */
    readonly approval: { readonly kind: 'approval' | 'confirmation'; readonly binding: string } | null
    /** How to ask for what is missing (AuthZEN access request profile). */
    readonly access_request?: { readonly binding_token: string; readonly expires_at: string }
    /** The layer that denied. Of evaluations. */
    readonly layer?: string
    /** The largest amount that would have been covered. */
    readonly limit?: string
    /** The level of the tool. */
    readonly level?: Level
    /** What would have been denied, had the policy not only watched. */
    readonly shadowed?: string
    /** The scopes that were missing. With `explain`. */
    readonly scopes?: readonly string[]
    /** What each layer said. With `explain`. */
    readonly trace?: readonly { readonly layer: string; readonly outcome: string; readonly because: string }[]
  }
}

/** An answer to one question of many. */
export interface Verdict {
  readonly decision: boolean
  readonly reason: string
  /** What would have been denied, had the policy not only watched. */
  readonly shadowed?: string
}

/** How dangerous a tool is. */
export type Level = 'read' | 'write' | 'execute' | 'delete'

/** `"all"`, or the ids. */
export type Listing = 'all' | readonly string[]

/** Somebody who was verified elsewhere. */
export interface Principal {
  readonly scopes: readonly string[]
  readonly team?: string
  /** The agents that the credential is for, if it is not for all. */
  readonly agents?: readonly string[]
  readonly tenant?: string
}

/** An AuthZEN 1.0 request. */
export type EvaluationRequest = object

export interface SearchResult {
  readonly results: readonly ({ readonly type: string; readonly id: string } | { readonly name: string })[]
  readonly page: { readonly next_token: string; readonly count: number; readonly total: number }
}
