// The Authorization API of AuthZEN 1.0, for those who enforce elsewhere.
//
// A decision is answered with 200, whatever it is; other statuses are about the call. What is said of the
// subject is the caller's to answer for, but its tenant is that of the caller.
import { readJson } from '../state/json.js'
import { Trouble, json, objectOf } from './http.js'
import { newId } from './sdk.js'

/** @typedef {import('./app.js').Call} Call */

const ENDPOINTS = /** @type {const} */ ({
  access_evaluation_endpoint: '/access/v1/evaluation',
  access_evaluations_endpoint: '/access/v1/evaluations',
  search_subject_endpoint: '/access/v1/search/subject',
  search_resource_endpoint: '/access/v1/search/resource',
  search_action_endpoint: '/access/v1/search/action',
})

/** @type {import('./app.js').Route[]} */
export const AUTHZEN = [
  { method: 'GET', path: '/.well-known/authzen-configuration', summary: 'Where the Authorization API is', handle: configuration },
  { method: 'POST', path: ENDPOINTS.access_evaluation_endpoint, right: 'evaluate', summary: 'Decide one request', handle: evaluation },
  { method: 'POST', path: ENDPOINTS.access_evaluations_endpoint, right: 'evaluate', summary: 'Decide several requests', handle: evaluations },
  ...(/** @type {const} */ (['subject', 'resource', 'action'])).map((wanted) => ({
    method: /** @type {const} */ ('POST'), path: `/access/v1/search/${wanted}`, right: /** @type {const} */ ('evaluate'),
    summary: `Search for a ${wanted}`, handle: search(wanted),
  })),
]

/** @param {Call} call */
async function configuration({ request }) {
  const { origin } = new URL(request.url)
  const addresses = Object.entries(ENDPOINTS).map(([name, path]) => [name, origin + path])
  return json({ policy_decision_point: origin, ...Object.fromEntries(addresses) })
}

/** @param {Call} call */
async function evaluation(call) {
  const request = JSON.stringify(await asked(call))
  const { asker, failure } = await call.tenant.current()
  const decision = await refused(() => asker.ask({ kind: 'evaluation', request, isExplained: false }, { failure }))
  const { reason, subject, action, resource } = decision.context
  const entry = { subject, action, resource, by: call.caller.subject, allowed: decision.decision, code: reason }
  call.audit.write(call.caller.tenant, 'decision', newId('dec'), entry, call.waitUntil)
  return json(decision)
}

/** What needs the state of a budget or an approval is denied in a batch: it is asked for one by one. @param {Call} call */
async function evaluations(call) {
  const request = await asked(call)
  const { gate } = await call.tenant.current()
  return json(await refused(async () => gate.evaluations(request)))
}

/** @param {'subject' | 'resource' | 'action'} wanted */
function search(wanted) {
  return async (/** @type {Call} */ call) => {
    const request = await asked(call)
    const { gate } = await call.tenant.current()
    return json(await refused(async () => gate.search(wanted, request)))
  }
}

/** @param {Call} call */
async function asked({ request, caller }) {
  const body = await objectOf(request, readJson)
  const items = Array.isArray(body.evaluations) ? { evaluations: body.evaluations.map((item) => ofTenant(item, caller.tenant)) } : {}
  return { ...ofTenant(body, caller.tenant), ...items }
}

/**
 * The request with the tenant of the caller as that of its subject. What is no subject is the core's to refuse.
 *
 * @param {any} request
 * @param {string | null} tenant
 */
function ofTenant(request, tenant) {
  const subject = request?.subject
  const { properties = {} } = subject ?? {}
  if (!isObject(subject) || !isObject(properties)) return request
  const { tenant: _, ...others } = properties
  return { ...request, subject: { ...subject, properties: { ...others, ...(tenant !== null && { tenant }) } } }
}

/** @param {unknown} value */
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * @template T
 * @param {() => Promise<T>} work
 */
async function refused(work) {
  try {
    return await work()
  } catch (error) {
    throw error instanceof TypeError ? new Trouble(400, 'question_malformed', error.message) : error
  }
}
