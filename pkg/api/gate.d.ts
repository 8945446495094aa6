import type { CheckOptions, CheckResult } from './check.js'
import type { Decision, EvaluationRequest, Listing, Principal, SearchResult, Verdict } from './decision.js'
import type { Policy } from './policy.js'
import type { DecideOptions, EnforceContext, Forward, HeadersLike, RequestLike } from './request.js'
import type { RouteTable } from './route.js'
import type { Approver, Resolution } from './state-store.js'
import type { Store } from './store.js'
import type { ToolVerdict } from './tool-gateway.js'

/**
 * Something that people who run the gate want to know. No event holds a token, a key or a secret.
 *
 * - `denied`: a request was answered by `enforce`
 * - `development`: nobody is asked for a token, since this is the machine of a developer
 * - `development_refused`: that was asked for where it is not, and everything is denied
 * - `engine_fault`: the module trapped; the request was denied, the next one is not affected
 * - `guards_fault`: the module that judges URLs, patterns and SQL trapped or could not be loaded; what it
 *   was asked about was denied, the next request is not affected
 * - `key_rejected`, `key_unusable`: a key of an issuer is not used
 * - `keys_unavailable`: a JWK Set could not be fetched
 * - `origin_unreachable`: the origin, or `forward`, failed
 * - `policy_invalid`: there is no valid policy, and so nothing is allowed
 * - `shadowed`: a request was let through that would have been denied, had the policy not only watched
 * - `store_unavailable`: the store threw, or there is none; what needed it was denied
 */
export interface GateEvent {
  readonly event:
    | 'denied'
    | 'development'
    | 'development_refused'
    | 'engine_fault'
    | 'guards_fault'
    | 'key_rejected'
    | 'key_unusable'
    | 'keys_unavailable'
    | 'origin_unreachable'
    | 'policy_invalid'
    | 'shadowed'
    | 'store_unavailable'
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
  /** Where virtual keys, approvals, budgets and switches live. */
  readonly store?: Store
}

export interface Gate {
  /** The hash of the policy. */
  readonly policy: string
  /** Decides. Never rejects for what a caller sent: what cannot be decided is denied. */
  decide(request: RequestLike, options?: DecideOptions): Promise<Decision>
  /** Decides, and forwards, filters or answers. The body must not have been read before. */
  enforce(request: Request, forward: Forward, context?: EnforceContext): Promise<Response>
  /** What somebody may do something to: `accessible(principal, 'agents', 'read')`. */
  accessible(principal: Principal, kind: string, action: string): Listing
  /** The routes of the policy, for people to read. */
  routes(): RouteTable
  /**
   * Decides many requests with the same headers, in the order of the requests, as `decide` would decide
   * each. For matrices: what thousands of requests cost here is a crossing into the module.
   */
  decideAll(
    caller: { readonly headers: HeadersLike },
    requests: readonly { readonly method: string; readonly url: string }[],
  ): Promise<readonly Verdict[]>
  /** Checks many actions likewise, as if nothing had been spent or approved yet. Nothing is. */
  checkAll(
    questions: readonly { readonly agent: string; readonly action: string; readonly context?: object }[],
    options?: { readonly subject?: string; readonly tenant?: string },
  ): readonly Verdict[]
  /** Whether an agent may do something with these arguments. Never throws. */
  check(agent: string, action: string, context?: object, options?: CheckOptions): CheckResult
  /** The same, as the gateway of a tool wants to know it. */
  checkTool(agent: string, action: string, context: unknown, options?: CheckOptions): ToolVerdict & { readonly code: string }
  /**
   * Evaluates an AuthZEN request about a subject that somebody else has verified.
   *
   * @throws {TypeError} if the request is not one
   */
  evaluate(request: EvaluationRequest, options?: DecideOptions): Decision
  /** Several at once, with defaults and one of the three semantics. @throws {TypeError} likewise */
  evaluations(request: EvaluationRequest, options?: DecideOptions): { readonly evaluations: readonly Decision[] }
  /** Which subjects, resources or actions: those that the policy names. @throws {TypeError} likewise */
  search(wanted: 'subject' | 'resource' | 'action', request: EvaluationRequest): SearchResult
  /** Decides an approval that is waited for. Never throws. */
  resolve(id: string, approver: Approver): Resolution
  /** Whether there are keys for every issuer. Fetches those that are missing. */
  ready(): Promise<boolean>
  /** Gives back what the gate holds. After that it denies everything. */
  close(): void
}

/**
 * Makes a gate for a policy.
 *
 * @throws {PolicyError} if it is not one
 */
export function createGate(options: GateOptions): Promise<Gate>
