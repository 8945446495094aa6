import type { CheckOptions } from './check.js'
import type { Level } from './decision.js'
import type { Gate } from './gate.js'

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
