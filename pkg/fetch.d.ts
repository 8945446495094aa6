import type { Gate } from './index.d.ts'

/**
 * Puts the gate around a handler. The handler gets the request that is to be served, with the verified
 * identity, user and session in it; its lists are filtered. Nothing is missing here.
 *
 * @param handler a Worker, a router of itty, or anything with a `fetch`
 * @param gate a gate, or how to make one from the first `env`: `(env) => createGate({ policy, secrets: env })`
 */
export function withGate<Rest extends any[]>(
  handler: { fetch(request: Request, ...rest: Rest): Response | Promise<Response> },
  gate: Gate | ((env: Rest[0]) => Gate | Promise<Gate>),
): { fetch(request: Request, ...rest: Rest): Promise<Response> }
