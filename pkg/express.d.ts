import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { Decision, Gate } from './index.d.ts'

/** A request as Express hands it on. */
export type GateRequest = (IncomingMessage | Http2ServerRequest) & {
  originalUrl?: string
  /** What was decided, once it is allowed. */
  gatewright?: Decision
}

/**
 * The gate as middleware. It stands before everything that rewrites `req.url`, and before what reads the body:
 * of a body that was read it cannot tell the id of a JSON-RPC request, which the denial then lacks.
 *
 * It hands requests on with the headers of the verified identity, and cannot change bodies or answers.
 * Routes with isolation are denied with `isolation_unsupported`, and lists that would have to be filtered
 * with `list_unreadable`. Express by default takes paths in any case, so a path in another case than its route's
 * is denied with `route_spelling`, whatever its settings.
 *
 * @param gate a gate, or how to make one from the first request
 */
export function gatewright(
  gate: Gate | ((req: GateRequest) => Gate | Promise<Gate>),
): (req: GateRequest, res: ServerResponse | Http2ServerResponse, next: (error?: any) => void) => Promise<void>
