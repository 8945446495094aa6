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
