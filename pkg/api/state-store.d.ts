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
