import type { IncomingMessage } from 'node:http'
import type { Decision, Gate } from './index.d.ts'

/** The settings of Fastify that say how it reads a path. */
export interface FastifyConfig {
  readonly caseSensitive?: boolean
  readonly useSemicolonDelimiter?: boolean
  readonly routerOptions?: Pick<FastifyConfig, 'caseSensitive' | 'useSemicolonDelimiter'>
}

/** What is used of Fastify's instance. */
interface FastifyApp {
  readonly initialConfig?: FastifyConfig
  decorateRequest(name: any, value?: any): any
  addHook(name: 'onRequest', hook: (request: any, reply: any) => Promise<any>): any
}

/** What a request has, once it is allowed. */
export interface GateRequest {
  readonly raw: IncomingMessage
  readonly method: string
  gatewright?: Decision
}

export interface GatePluginOptions {
  /** A gate, or how to make one from the first request. */
  readonly gate: Gate | ((request: GateRequest) => Gate | Promise<Gate>)
}

/**
 * The gate as a plugin: `await app.register(gatewright, { gate })`, before the routes.
 *
 * It hands requests on with the headers of the verified identity, and cannot change bodies or answers.
 * Routes with isolation are denied with `isolation_unsupported`, and lists that would have to be filtered
 * with `list_unreadable`. Where `caseSensitive` is off, a path in another case than its route's is denied with
 * `route_spelling`.
 */
export function gatewright(app: FastifyApp, options: GatePluginOptions): Promise<void>
