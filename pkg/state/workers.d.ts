// The module that Workers import their classes from.
declare module 'cloudflare:workers' {
  export abstract class DurableObject {
    constructor(ctx: import('./platform.d.ts').ObjectState, env: import('./platform.d.ts').StateEnv)
    protected readonly ctx: import('./platform.d.ts').ObjectState
    protected readonly env: import('./platform.d.ts').StateEnv
  }
}
