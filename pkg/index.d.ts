// Everything that `gatewright` exports, by subject.
export * from './api/check.js'
export * from './api/decision.js'
export * from './api/gate.js'
export * from './api/policy.js'
export * from './api/request.js'
export * from './api/route.js'
export * from './api/state-store.js'
export * from './api/store.js'
export * from './api/tool-gateway.js'

/** Loads the module where that takes time: in a browser. `createGate` does it by itself. */
export function init(url?: string | URL): Promise<void>

/** Loads the module that judges URLs, patterns and SQL, likewise. */
export function initGuards(url?: string | URL): Promise<void>

/** Loads the module that looks policies over. In a browser `lintPolicy` needs it. */
export function initLint(url?: string | URL): Promise<void>
