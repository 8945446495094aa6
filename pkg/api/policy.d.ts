/** What the gate decides by: see `gatewright/policy.schema.json`. */
export type Policy = object

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
