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

export interface DecideOptions {
  /** Say what each layer said, and which scopes were missing. */
  readonly explain?: boolean
  readonly waitUntil?: (work: Promise<unknown>) => void
}

/** As the `ctx` of a Worker. */
export interface EnforceContext {
  waitUntil?(work: Promise<unknown>): void
  /**
   * Nothing of the request but its headers can be changed, and nothing of the answer. What would have to
   * be is denied: isolation with `isolation_user`, lists with `list_unreadable`. For middleware that hands
   * requests on by itself; `forward` gets no more than the `headers` of a request.
   */
  readonly headersOnly?: boolean
}

/** Takes an allowed request to where it goes. The request is the one to send on. */
export type Forward = (request: Request, decision: Decision) => Response | Promise<Response>

/** How dangerous a tool is. */
export type Level = 'read' | 'write' | 'execute' | 'delete'

/** Whether an agent may do something, as AgentWarden answers. Both flags are booleans, and never both true. */
export interface CheckResult {
  readonly allowed: boolean
  readonly requires_approval: boolean
  /** Why not, for people. */
  readonly reason: string | null
  /** The approval that is waited for. */
  readonly approval_id: string | null
  /** The stable name of the reason. */
  readonly code: string
}

export interface CheckOptions {
  /** On whose behalf the agent acts. */
  readonly subject?: string
  /** Of which tenant. */
  readonly tenant?: string
  /** Under which key the request may be sent again without being done twice. */
  readonly idempotencyKey?: string
}

/** What the gateway of a tool is told of a call. */
export interface ToolVerdict {
  readonly level: Level | 'unknown'
  readonly status: 'allowed' | 'blocked'
  readonly error: string | null
  /** It would be allowed, and is not to be done. */
  readonly dry_run: boolean
}

/** One line of the history of a gateway. */
export interface ToolNote {
  readonly action: string
  readonly level: Level | 'unknown'
  readonly status: 'requested' | 'allowed' | 'blocked'
}

/** What became of a call. */
export interface ToolOutcome {
  readonly ok: boolean
  readonly action: string
  readonly result?: unknown
  readonly error?: string | null
  /** The stable name of the reason. Of calls that were stopped. */
  readonly reason?: string
  readonly cause?: unknown
  /** Every line so far. */
  readonly history: readonly ToolNote[]
}

/** Runs the calls that the policy lets through. Resolves for every call; the history grows in any case. */
export type ToolGateway = (
  call: { readonly action?: unknown; readonly parameters?: unknown },
  history?: ToolNote[],
) => Promise<ToolOutcome>

export interface ToolGatewayOptions {
  readonly gate: Gate
  /** The agent that calls. */
  readonly agent: string
  /** The tools by name. */
  readonly tools: Readonly<Record<string, (parameters: any) => unknown>>
  readonly options?: CheckOptions
}

/** Stands between a model and its tools. */
export function createToolGateway(options: ToolGatewayOptions): ToolGateway

/** An approval: what it is bound to, how it stands, until when. The module reads and writes it. */
export interface ApprovalRecord {
  readonly id: string
  readonly kind: 'approval' | 'confirmation'
  readonly state: 'pending' | 'approved' | 'denied' | 'used'
  readonly requested_at: number
  readonly expires_at: number
  readonly [member: string]: unknown
}

/** Who decides an approval, and how. `scopes` are those that were verified. */
export interface Approver {
  readonly subject: string
  readonly scopes: readonly string[]
  readonly approve: boolean
  readonly note?: string
}

/** What came of deciding an approval. */
export type Resolution =
  | { readonly decided: true; readonly approval: ApprovalRecord }
  | { readonly decided: false; readonly reason: string; readonly message: string }

/** A kill switch that is pulled. */
export interface Switch {
  readonly stop: 'all' | 'writes' | 'tenant' | 'agent' | 'subject' | 'action'
  readonly id?: string
  readonly by?: string
  readonly at?: string
  readonly why?: string
}

/** What follows from a decision, to be written down before anybody acts on it. */
export interface Change {
  readonly meters: readonly (readonly [key: string, meter: object | null])[]
  readonly approvals: readonly { readonly binding: string; readonly record: ApprovalRecord }[]
}

/** A route, with what it asks of its caller. */
export interface Route {
  readonly method: string
  /** With captures such as `{agent_id}`, or, in the flavour `agno-3.1`, a pattern. Below `mount`. */
  readonly path: string
  readonly action: string
  readonly type: string
  /** The scopes needed for whatever resource of the type, all of them. */
  readonly scopes: readonly string[]
  /** Whether only those get through who may do everything. */
  readonly admin: boolean
  /** Which segment of the path is the id of the resource, counted from 0. */
  readonly segment?: number | null
}

/** All that a policy lets anybody ask for. */
export interface RouteTable {
  readonly routes: readonly Route[]
  /** What is open to everybody, token or not. */
  readonly public: readonly string[]
  readonly mount: string
}

/** An answer to one question of many. */
export interface Verdict {
  readonly decision: boolean
  readonly reason: string
  /** What would have been denied, had the policy not only watched. */
  readonly shadowed?: string
}

/** Where approvals, budgets and switches live. Synchronous. What throws denies. */
export interface StateStore {
  /** The state of a budget. */
  meter(key: string): object | undefined
  /** The newest approval that is bound to this. */
  approval(binding: string): ApprovalRecord | undefined
  approvalById(id: string): { readonly binding: string; readonly record: ApprovalRecord } | undefined
  approvals(): readonly ApprovalRecord[]
  /** Writes all of a change, or throws. */
  commit(change: Change): void
  /** The switches that are pulled. A new list, never a changed one: it is looked at by identity. */
  switches: readonly Switch[]
}

/** An AuthZEN 1.0 request. */
export type EvaluationRequest = object

export interface SearchResult {
  readonly results: readonly ({ readonly type: string; readonly id: string } | { readonly name: string })[]
  readonly page: { readonly next_token: string; readonly count: number; readonly total: number }
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

/** Why a policy is not one. */
export class PolicyError extends Error {
  /** The stable name of what is wrong, `policy_<what>`. */
  readonly code: string
  /** Where: a JSON Pointer (RFC 6901) into the policy. */
  readonly pointer: string
  readonly line: number | undefined
  readonly column: number | undefined
}

/** Something a policy says that its author can hardly mean. */
export interface Finding {
  /** The stable name of what was found, `lint_<what>`. */
  readonly code: string
  readonly severity: 'info' | 'warning'
  /** Where: a JSON Pointer (RFC 6901) into the policy. */
  readonly pointer: string
  readonly message: string
  readonly line: number
  /** In bytes, from 1. */
  readonly column: number
}

/**
 * Looks at a policy for what its author can hardly mean, in the order of the document. It needs no
 * secrets, so a policy without `error` may still not compile. In a browser call `initLint` first.
 */
export function lintPolicy(policy: Policy | string): {
  readonly findings: readonly Finding[]
  /** Why it is no policy at all. */
  readonly error?: PolicyError
}

/**
 * Makes a gate for a policy.
 *
 * @throws {PolicyError} if it is not one
 */
export function createGate(options: GateOptions): Promise<Gate>

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

/** Loads the module where that takes time: in a browser. `createGate` does it by itself. */
export function init(url?: string | URL): Promise<void>

/** Loads the module that judges URLs, patterns and SQL, likewise. */
export function initGuards(url?: string | URL): Promise<void>

/** Loads the module that looks policies over. In a browser `lintPolicy` needs it. */
export function initLint(url?: string | URL): Promise<void>
