// What is found out about a request not when it is decided, but when it is enforced: where the platform is told
// whose a request is, somebody has to be known. A virtual key may have no subject, and a token of agno-3.1.

/** @typedef {import('../../pkg/index.d.ts').Gate} Gate */
/** @typedef {import('../../pkg/index.d.ts').Verdict} Verdict */
/** @typedef {{ method: string, url: string }} Asked */

const NO_USER = 'isolation_user'

/**
 * @param {Gate} gate
 * @param {Record<string, string>} headers
 * @param {Asked[]} requests
 * @param {Verdict[]} verdicts as they were decided
 * @returns {Promise<Verdict[]>} as they are enforced
 */
export async function enforced(gate, headers, requests, verdicts) {
  const first = verdicts.findIndex(isGranted)
  if (first < 0 || (await gate.decide({ ...requests[first], headers })).context.subject !== undefined) return verdicts
  const found = []
  for (const [index, verdict] of verdicts.entries()) {
    const passes = !isGranted(verdict) || (await isForwarded(gate, headers, requests[index]))
    found.push(passes ? verdict : { decision: false, reason: NO_USER })
  }
  return found
}

/** Let through for what the caller is. What is public is so for everybody. @param {Verdict} verdict */
const isGranted = ({ decision, reason }) => decision && reason !== 'public'

/**
 * A decision in full, with what enforcing it adds.
 *
 * @param {Gate} gate
 * @param {Asked & { headers: Record<string, string> }} request
 */
export async function explained(gate, request) {
  const told = await gate.decide(request, { explain: true })
  const { reason, subject, trace = [] } = told.context
  const passes = !isGranted({ decision: told.decision, reason }) || subject !== undefined || (await isForwarded(gate, request.headers, request))
  if (passes) return told
  const message = 'nobody is named whose this could be'
  const step = { layer: 'isolate', outcome: 'deny', because: message }
  return { decision: false, context: { ...told.context, reason: NO_USER, message, trace: [...trace, step] } }
}

/**
 * @param {Gate} gate
 * @param {Record<string, string>} headers
 * @param {Asked} request
 */
async function isForwarded(gate, headers, { method, url }) {
  let wasSent = false
  await gate.enforce(asSent({ method, url, headers }), () => {
    wasSent = true
    return Response.json([])
  })
  return wasSent
}

/**
 * A request as a server would get it. `Request` tidies paths up, which a server does not.
 *
 * @param {Asked & { headers: Record<string, string> }} asked
 */
export function asSent({ method, url, headers }) {
  const request = new Request('http://gate.example/', { method: method === 'GET' || method === 'HEAD' ? method : 'POST' })
  return Object.defineProperties(request, {
    method: { value: method }, url: { value: `http://gate.example${url}` }, headers: { value: new Headers(headers) },
  })
}
