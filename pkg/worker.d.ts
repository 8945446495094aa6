import type { EnforceContext, GateOptions, Policy } from './index.d.ts'

export interface KvNamespace {
  get(key: string): Promise<string | null>
}

export interface Env {
  POLICY?: string | Policy | KvNamespace
  /** A service binding to the platform. */
  ORIGIN?: { fetch(request: Request): Promise<Response> }
  /** The address of the platform, if there is no service binding. */
  ORIGIN_URL?: string
  /** The pages: static assets, bound with `run_worker_first`. */
  ASSETS?: { fetch(request: Request): Promise<Response> }
  /** The state: the five classes below, all of them or none. */
  REGISTRY?: object
  KEYS?: object
  APPROVALS?: object
  METER?: object
  LEDGER?: object
  /** Who holds it manages the gate before anybody else can. */
  GATEWRIGHT_MASTER_KEY?: string
  /** `dev` for development, which is refused anywhere but on the machine of the developer. */
  RUNTIME_ENV?: string
  /** Secrets. */
  [name: string]: unknown
}

export interface WorkerOptions extends Omit<GateOptions, 'policy' | 'secrets' | 'waitUntil'> {
  /** The policy, if it is not in `POLICY`. */
  readonly policy?: Policy | string
}

export interface GatewayWorker {
  fetch(request: Request, env: Env, ctx: EnforceContext): Promise<Response>
}

/** The gateway, as a Worker. */
export function createWorker(options?: WorkerOptions): GatewayWorker

/** A class for Durable Objects, to be exported by the Worker and bound under the name above. */
type StateClass = new (ctx: any, env: any) => object

export const Registry: StateClass
export const KeyShard: StateClass
export const Approvals: StateClass
export const Meter: StateClass
export const Ledger: StateClass

declare const worker: GatewayWorker
export default worker
