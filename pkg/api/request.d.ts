import type { Decision } from './decision.js'

/** Anything that names a method, a URL or path, and headers. A `Request` does. */
export interface RequestLike {
  readonly method: string
  /** A URL, or what stands in the request line: `/agents/a/runs?x=1`. Taken as it is. */
  readonly url: string
  readonly headers: HeadersLike
}

/** `Headers`, pairs, or an object, such as the headers of Node's `IncomingMessage`. */
export type HeadersLike =
  | { get(name: string): string | null }
  | readonly (readonly [name: string, value: string])[]
  | { readonly [name: string]: string | readonly string[] | undefined; readonly get?: never }

/**
 * How the one who serves a request reads its method and path. What of that differs from the policy would be
 * a way around it.
 */
export interface ServedBy {
  /**
   * It takes paths in any case, as Express does. A path that would then be another route's is denied with
   * `route_spelling`.
   */
  readonly anyCase?: boolean
  /** It answers HEAD by what GET does, as Express, Fastify and Hono do. HEAD is decided as GET, in any flavour. */
  readonly headAsGet?: boolean
}

export interface DecideOptions extends ServedBy {
  /** Say what each layer said, and which scopes were missing. */
  readonly explain?: boolean
  readonly waitUntil?: (work: Promise<unknown>) => void
}

/** As the `ctx` of a Worker. */
export interface EnforceContext extends ServedBy {
  waitUntil?(work: Promise<unknown>): void
  /**
   * Nothing of the request but its headers can be changed, and nothing of the answer. What would have to
   * be is denied: isolation with `isolation_unsupported`, lists with `list_unreadable`. For middleware that hands
   * requests on by itself; `forward` gets no more than the `headers` of a request.
   */
  readonly headersOnly?: boolean
}

/** Takes an allowed request to where it goes. The request is the one to send on. */
export type Forward = (request: Request, decision: Decision) => Response | Promise<Response>
