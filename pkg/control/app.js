// The gate's own paths: one table of routes, and what holds for all of them.
//
// Hono finds the route. Who calls is admitted before anything of the body is read, what goes wrong is
// answered in the shape of the route, and a path that is nobody's is 404, whoever asks.
import { Hono } from 'hono'
import { denial } from '../respond.js'
import { JsonFault, readDocument } from '../state/json.js'
import { AGENTWARDEN } from './agentwarden.js'
import { APPROVALS } from './approvals.js'
import { AUTHZEN } from './authzen.js'
import { Trouble, json, objectOf, problemOf } from './http.js'
import { KEYS } from './keys.js'
import { LEDGER } from './ledger.js'
import { LITELLM } from './litellm.js'
import { openApiOf } from './openapi.js'
import { RECORDS } from './records.js'
import { REGISTRY } from './registry.js'
import { faultsOf } from './schema.js'
import { SDK } from './sdk.js'

/**
 * @typedef {object} Route
 * @property {'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} method
 * @property {string} path parameters as `:name`
 * @property {import('./door.js').Right} [right] who may; anybody, if it is not there
 * @property {import('./door.js').Right} [orRight] or who may that
 * @property {string} summary
 * @property {'detail' | 'error' | 'problem'} [shape] of what goes wrong; problems by default
 * @property {string} [compatible] the word of `control.compatible` that switches it on
 * @property {import('./schema.js').Schema} [body]
 * @property {number} [status] of success; 200 by default
 * @property {string} [media] type of what is answered then; JSON by default
 * @property {Record<string, string>} [query] what may stand in the query, and what it means
 * @property {boolean} [isCreation] whether it takes an `Idempotency-Key`
 * @property {boolean} [hasVersion] whether it takes `If-Match`
 * @property {Handle} handle
 */

/**
 * @typedef {object} Call
 * @property {Request} request
 * @property {Record<string, string>} parameters
 * @property {URLSearchParams} query
 * @property {any} body where the route says what it is
 * @property {import('./door.js').Caller} caller
 * @property {import('../state/tenant.js').Tenant} tenant of the caller
 * @property {import('./audit.js').Audit} audit
 * @property {ReturnType<typeof import('./door.js').createDoor>} door
 * @property {import('../state/platform.d.ts').StateEnv} env
 * @property {import('../state/control.js').Control} control
 * @property {((work: Promise<unknown>) => void) | undefined} waitUntil
 */

/** What is known before a caller is. @typedef {Pick<Call, 'audit' | 'door' | 'env' | 'control' | 'waitUntil'>} Known */

/** @typedef {Known & { tenantOf: (tenant: string | null) => import('../state/tenant.js').Tenant }} Surroundings */

/** @typedef {(call: Call) => Promise<Response>} Handle */

/** @type {readonly Route[]} */
const ROUTES = [
  ...REGISTRY, ...KEYS, ...APPROVALS, ...RECORDS, ...LEDGER, ...AUTHZEN, ...SDK, ...LITELLM, ...AGENTWARDEN,
  {
    method: 'GET', path: '/.gate/api/openapi.json', summary: 'This document',
    handle: async ({ control }) => json(openApiOf(routesFor(control.compatible))),
  },
]

/** @param {ReadonlySet<string>} compatible */
const routesFor = (compatible) => ROUTES.filter((route) => route.compatible === undefined || compatible.has(route.compatible))

/** What a request may be called by. */
const REQUEST_ID = /^[\x21-\x7e]{1,200}$/

/** @param {ReadonlySet<string>} compatible */
export function createApp(compatible) {
  const app = /** @type {Hono<{ Bindings: Surroundings }>} */ (new Hono())
  const routes = routesFor(compatible)
  for (const route of routes) app.on(route.method, route.path, (c) => answerTo(route, c.req.raw, c.req.param(), c.env))
  const methods = Map.groupBy(routes, ({ path }) => path)
  for (const [path, list] of methods) {
    const allow = list.map(({ method }) => method).join(', ')
    app.all(path, (c) => {
      const response = problemOf(c.req.method, new Trouble(405, 'method_unknown', 'this path has no such method'))
      response.headers.set('allow', allow)
      return response
    })
  }
  app.notFound((c) => problemOf(c.req.method, new Trouble(404, 'path_unknown', 'there is nothing here')))

  /** Paths that are the gate's own, whatever the method. */
  const fixed = new Set([...methods.keys()].filter((path) => !path.includes(':')))
  const pattern = (/** @type {string} */ path) => new RegExp(`^${path.replace(/[.]/g, '\\$&').replace(/:\w+/g, '[^/]+')}$`)
  const open = [...methods.keys()].filter((path) => path.includes(':')).map(pattern)

  return {
    /** @param {string} path as it was sent */
    owns: (path) => path === '/.gate' || path.startsWith('/.gate/') || fixed.has(path) || open.some((one) => one.test(path)),
    /** @param {Request} request @param {Surroundings} surroundings */
    fetch: async (request, surroundings) => app.fetch(request, surroundings),
  }
}

/**
 * @param {Route} route
 * @param {Request} request
 * @param {Record<string, string>} parameters
 * @param {Surroundings} surroundings
 */
async function answerTo(route, request, parameters, { tenantOf, ...surroundings }) {
  const response = await handled().catch((error) => failed(route, request.method, error))
  const id = request.headers.get('x-request-id')
  if (id !== null && REQUEST_ID.test(id)) response.headers.set('x-request-id', id)
  return response

  async function handled() {
    const { right, orRight, handle } = route
    const nobody = /** @type {const} */ ({ subject: 'anybody', tenant: null, by: 'token' })
    const caller = right === undefined ? nobody : await surroundings.door.admit(request, right, orRight)
    const query = new URL(request.url).searchParams
    return handle({
      ...surroundings, request, parameters, query, caller, tenant: tenantOf(caller.tenant),
      body: route.body === undefined ? undefined : await bodyOf(route.body, request),
    })
  }
}

/** @param {import('./schema.js').Schema} schema @param {Request} request */
async function bodyOf(schema, request) {
  const body = await objectOf(request, readDocument)
  const errors = faultsOf(schema, body)
  if (errors.length > 0) throw new Trouble(400, 'body_malformed', `${errors[0].pointer}: ${errors[0].detail}`, { errors })
  return body
}

/**
 * @param {Route} route
 * @param {string} method
 * @param {unknown} error
 */
function failed({ shape = 'problem' }, method, error) {
  const trouble = troubleOf(error)
  const { challenge, ...members } = /** @type {{ challenge?: string }} */ (trouble.members)
  const { status, code, message: detail } = trouble
  const response = shape === 'problem'
    ? problemOf(method, new Trouble(status, code, detail, members))
    : denial(method, { status, code, detail, shape })
  if (challenge !== undefined) response.headers.set('www-authenticate', challenge)
  return response
}

/** @param {unknown} error */
function troubleOf(error) {
  if (error instanceof Trouble) return error
  if (error instanceof JsonFault) return new Trouble(400, 'body_malformed', error.message)
  // The state did not answer, or broke. What it said is in the log of its object.
  return new Trouble(503, 'store_unavailable', 'the state is not available')
}
