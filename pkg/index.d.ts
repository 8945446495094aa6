/** What the gate decides by: see `gatewright/policy.schema.json`. */
export type Policy = object

/** Anything that names a method, a URL or path, and headers. A `Request` does. */
export interface RequestLike {
  readonly method: string
  /** A URL, or what stands in the request line: `/agents/a/runs?x=1`. Taken as it is. */
  readonly url: string
  readonly headers: HeadersLike
}

/** `Headers`, pairs, or an object, such as the headers of Node's `IncomingMessage`. */
export type HeadersLike =
  | { get(name: string): string | null }
  | readonly (readonly [name: string, value: string])[]
  | { readonly [name: string]: string | readonly string[] | undefined; readonly get?: never }

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
    /** Reserved. */
    readonly approval: null
    /** The scopes that were missing. With `explain`. */
    readonly scopes?: readonly string[]
    /** What each layer said. With `explain`. */
    readonly trace?: readonly { readonly layer: string; readonly outcome: string; readonly because: string }[]
  }
}

/** `"all"`, or the ids. */
export type Listing = 'all' | readonly string[]

/** Somebody who was verified elsewhere. */
export interface Principal {
  readonly scopes: readonly string[]
  readonly team?: string
  /** The agents that the credential is for, if it is not for all. */
  readonly agents?: readonly string[]
}

/**
 * Something that people who run the gate want to know. No event holds a token, a key or a secret.
 *
 * - `denied`: a request was answered by `enforce`
 * - `engine_fault`: the module trapped; the request was denied, the next one is not affected
 * - `guards_fault`: the module that judges URLs, patterns and SQL trapped or could not be loaded; what it
 *   was asked about was denied, the next request is not affected
 * - `key_rejected`, `key_unusable`: a key of an issuer is not used
 * - `keys_unavailable`: a JWK Set could not be fetched
 * - `origin_unreachable`: the origin, or `forward`, failed
 * - `policy_invalid`: there is no valid policy, and so nothing is allowed
 */
export interface GateEvent {
  readonly event:
    | 'denied'
    | 'engine_fault'
    | 'guards_fault'
    | 'key_rejected'
    | 'key_unusable'
    | 'keys_unavailable'
    | 'origin_unreachable'
    | 'policy_invalid'
  readonly [detail: string]: unknown
}

export interface GateOptions {
  /** The policy: an object, or its JSON text. */
  readonly policy: Policy | string
  /** Where the secrets are that the policy mentions by name. Nothing else in it is read. */
  readonly secrets?: Readonly<Record<string, unknown>>
  /** The time, in seconds since 1970. */
  readonly now?: () => number
  /** How JWK Sets are fetched. */
  readonly fetch?: typeof globalThis.fetch
  /** Where events go. To the console by default. */
  readonly report?: (event: GateEvent) => void
  /** Keeps the isolate alive for work that outlasts a request. */
  readonly waitUntil?: (work: Promise<unknown>) => void
  /** How long a JWK Set is believed that cannot be fetched anew, in seconds. A day by default; 0 is allowed. */
  readonly maxStaleSeconds?: number
  /** How large a list may be that has to be filtered, in bytes. 8 MiB by default. */
  readonly maxListBytes?: number
}

export interface DecideOptions {
  /** Say what each layer said, and which scopes were missing. */
  readonly explain?: boolean
  readonly waitUntil?: (work: Promise<unknown>) => void
}

/** As the `ctx` of a Worker. */
export interface EnforceContext {
  waitUntil?(work: Promise<unknown>): void
}

/** Takes an allowed request to where it goes. The request is the one to send on. */
export type Forward = (request: Request, decision: Decision) => Response | Promise<Response>

export interface Gate {
  /** The hash of the policy. */
  readonly policy: string
  /** Decides. Never rejects for what a caller sent: what cannot be decided is denied. */
  decide(request: RequestLike, options?: DecideOptions): Promise<Decision>
  /** Decides, and forwards, filters or answers. The body must not have been read before. */
  enforce(request: Request, forward: Forward, context?: EnforceContext): Promise<Response>
  /** What somebody may do something to: `accessible(principal, 'agents', 'read')`. */
  accessible(principal: Principal, kind: string, action: string): Listing
  /** Whether there are keys for every issuer. Fetches those that are missing. */
  ready(): Promise<boolean>
  /** Gives back what the gate holds. After that it denies everything. */
  close(): void
}

/** Why a policy is not one. */
export class PolicyError extends Error {
  /** The stable name of what is wrong, `policy_<what>`. */
  readonly code: string
  /** Where: a JSON Pointer (RFC 6901) into the policy. */
  readonly pointer: string
  readonly line: number | undefined
  readonly column: number | undefined
}

/**
 * Makes a gate for a policy.
 *
 * @throws {PolicyError} if it is not one
 */
export function createGate(options: GateOptions): Promise<Gate>

/** Loads the module where that takes time: in a browser. `createGate` does it by itself. */
export function init(url?: string | URL): Promise<void>

/** Loads the module that judges URLs, patterns and SQL, likewise. */
export function initGuards(url?: string | URL): Promise<void>
