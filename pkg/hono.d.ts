import type { Decision, Gate } from './index.d.ts'

/** What is used of Hono's `Context`. */
interface HonoContext {
  env: any
  req: { raw: Request; readonly method: string }
  res: any
  readonly executionCtx?: any
  set(key: any, value: any): void
}

/** The variables that the middleware sets, for `new Hono<{ Variables: GateVariables }>()`. */
export interface GateVariables {
  decision: Decision
}

/**
 * The gate as middleware. It stands before everything that reads the body.
 *
 * @param gate a gate, or how to make one from the first request: `(c) => createGate({ policy, secrets: c.env })`
 */
export function gatewright(
  gate: Gate | ((c: HonoContext) => Gate | Promise<Gate>),
): (c: HonoContext, next: () => Promise<void>) => Promise<Response | undefined>
