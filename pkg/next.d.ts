import type { Gate } from './index.d.ts'

/** What is used of `NextResponse`. */
export interface NextResponseClass<Answer extends Response> {
  next(init: { request: { headers: Headers } }): Answer
}

/**
 * The gate as middleware: `export const proxy = gatewright(gate, NextResponse)` in `proxy.ts`, or `middleware` in
 * `middleware.ts` before Next 16. What a `matcher` leaves out does not come by here.
 *
 * It hands requests on with the headers of the verified identity, and cannot change bodies or answers.
 * Routes with isolation are denied with `isolation_unsupported`, and lists that would have to be filtered
 * with `list_unreadable`. A path in another case than its route's is denied with `route_spelling`.
 *
 * @param gate a gate, or how to make one from the first request
 * @param NextResponse that of `next/server`: by nothing else can the headers of a request be changed
 * @throws {TypeError} at once if there is no `NextResponse`
 */
export function gatewright<Answer extends Response>(
  gate: Gate | ((request: Request) => Gate | Promise<Gate>),
  NextResponse: NextResponseClass<Answer>,
): (request: Request, event?: { waitUntil(work: Promise<unknown>): void }) => Promise<Answer | Response>
