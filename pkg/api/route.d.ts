/** A route, with what it asks of its caller. */
export interface Route {
  readonly method: string
  /** With captures such as `{agent_id}`, or, in the flavour `agno-3.1`, a pattern. Below `mount`. */
  readonly path: string
  readonly action: string
  readonly type: string
  /** The scopes needed for whatever resource of the type, all of them. */
  readonly scopes: readonly string[]
  /** Whether only those get through who may do everything. */
  readonly admin: boolean
  /** Which segment of the path is the id of the resource, counted from 0. */
  readonly segment?: number | null
}

/** All that a policy lets anybody ask for. */
export interface RouteTable {
  readonly routes: readonly Route[]
  /** What is open to everybody, token or not. */
  readonly public: readonly string[]
  readonly mount: string
}
