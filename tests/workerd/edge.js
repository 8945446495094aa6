// The whole Worker with its state, and who calls it.
import { createHash } from 'node:crypto'
import { ISSUER, hs256, secrets } from '../js/tokens.js'
import { startWorker } from './gateway.js'
import { OBJECTS } from './state.js'

export const MASTER = 'sk-master-key-for-tests'

/** A policy whose tokens name their tenant. @param {object} [other] */
export const edgePolicy = (other) => ({
  version: 1,
  authentication: {
    issuers: [{
      name: 'main', issuer: ISSUER, audience: ['agents'], algorithms: ['HS256'], keys: [{ env: 'KEY' }],
      claims: { tenant: 'tenant' },
    }],
    virtual_keys: {},
  },
  routes: { profile: 'agentos' },
  control: { max_stale_seconds: 1 },
  ...other,
})

/** @param {string} tenant @param {string[]} scopes @param {string} [sub] */
export const tokenOf = (tenant, scopes, sub = 'ada') =>
  hs256({ exp: Math.floor(Date.now() / 1000) + 3600, scopes, sub, ...(tenant !== '' && { tenant }) })

export const sha256 = (/** @type {string} */ text) => createHash('sha256').update(text).digest('hex')

/**
 * @param {object} [policy] members of it
 * @param {any} [options] of Miniflare
 * @param {string} [script]
 */
export function startEdge(policy, { bindings, ...options } = {}, script) {
  const worker = startWorker({
    durableObjects: OBJECTS, ...options,
    bindings: { POLICY: edgePolicy(policy), GATEWRIGHT_MASTER_KEY: MASTER, ...secrets, ...bindings },
  }, script)
  /**
   * @param {string} line `GET /path`
   * @param {any} [body]
   * @param {{ token?: string, headers?: Record<string, string> }} [who] the holder of the master key, if not said
   * @returns {Promise<{ status: number, body: any, headers: import('miniflare').Headers }>}
   */
  async function call(line, body, { token = MASTER, headers = {} } = {}) {
    const [method, path] = line.split(' ')
    const sent = /** @type {Record<string, string>} */ ({ ...(token !== '' && { authorization: `Bearer ${token}` }), ...headers })
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
    const response = await worker.dispatchFetch(`http://gate.example${path}`, {
      method, body: text, headers: text === undefined ? sent : { 'content-type': 'application/json', ...sent },
    })
    const answered = await response.text()
    return { status: response.status, headers: response.headers, body: /[/+]json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(answered) : answered }
  }
  return { worker, call, dispose: () => worker.dispose() }
}
