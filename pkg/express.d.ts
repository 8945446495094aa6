import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Decision, Gate } from './index.d.ts'

/** A request as Express hands it on. */
export type GateRequest = IncomingMessage & {
  originalUrl?: string
  /** What was decided, once it is allowed. */
  gatewright?: Decision
}

/**
 * The gate as middleware. It stands before everything that reads the body or rewrites `req.url`.
 *
 * It hands requests on with the headers of the verified identity, and cannot change bodies or answers.
 * Routes with isolation are denied with `isolation_user`, and lists that would have to be filtered with
 * `list_unreadable`. Express by default matches paths in any case and with a slash more: use
 * `case sensitive routing` and `strict routing` with policies that let unknown routes through.
 *
 * @param gate a gate, or how to make one from the first request
 */
export function gatewright(
  gate: Gate | ((req: GateRequest) => Gate | Promise<Gate>),
): (req: GateRequest, res: ServerResponse, next: (error?: any) => void) => Promise<void>
