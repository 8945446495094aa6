// The two sides of the race: the gate, and `jose` with the shortest honest check of scopes.
import { SignJWT, exportJWK, generateKeyPair, importJWK, jwtVerify } from 'jose'

export const ISSUER = 'https://id.example/'
export const AUDIENCE = 'agents'
const SECRET = 'a-shared-secret-of-at-least-256-bits-0123'
const AGENT = 'web-search-agent'

/** A key, a policy that knows it, and tokens signed with it. */
export async function subject(alg, extra = {}) {
  const shared = alg.startsWith('HS')
  const pair = shared ? undefined : await generateKeyPair(alg, { extractable: true })
  const signer = shared ? new TextEncoder().encode(SECRET) : pair.privateKey
  const jwk = shared ? undefined : { ...(await exportJWK(pair.publicKey)), alg, kid: 'k1' }
  const policy = {
    version: 1,
    authentication: {
      issuers: [{
        name: 'main', issuer: ISSUER, audience: [AUDIENCE], algorithms: [alg],
        keys: [shared ? { env: 'KEY' } : { jwk }],
        ...extra.issuer,
      }],
    },
    routes: { profile: 'agentos' },
    ...extra.policy,
  }
  const claims = {
    name: 'A. Person', email: 'person@example.com', org: 'o-1234', ...extra.claims,
    scopes: ['agents:read', `agents:${AGENT}:run`, 'sessions:read', 'memories:read'],
  }
  const token = (id) => new SignJWT({ ...claims, jti: `${id}` })
    .setProtectedHeader({ alg, typ: 'JWT', ...(shared ? {} : { kid: 'k1' }) })
    .setIssuer(ISSUER).setAudience(AUDIENCE).setSubject('web_user')
    .setIssuedAt().setExpirationTime('2h').sign(signer)
  const verifier = shared ? signer : await importJWK(jwk, alg)
  return { alg, policy, secrets: { KEY: SECRET }, token, verifier, jwk }
}

/** The request, as both sides get it. */
export const requestOf = (token) => ({
  method: 'POST', url: `/agents/${AGENT}/runs`, headers: { authorization: `Bearer ${token}` },
})

/** `jose` and a scope check: what somebody would write instead of the gate. */
export const byJose = ({ alg, verifier }) => async ({ url, headers }) => {
  const token = headers.authorization.slice('Bearer '.length)
  const options = { algorithms: [alg], issuer: ISSUER, audience: AUDIENCE, requiredClaims: ['exp'] }
  const { payload } = await jwtVerify(token, verifier, options)
  const id = /^\/agents\/([^/]+)\/runs$/.exec(url)?.[1]
  return payload.scopes.some((scope) => [`agents:${id}:run`, 'agents:*:run', 'agents:run', 'agent_os:admin'].includes(scope))
}

/** The gate, and that it really allows: a benchmark of the wrong path is worse than none. */
export const byGate = (gate) => async (request) => {
  const { decision, context } = await gate.decide(request)
  if (!decision) throw new Error(`denied: ${context.reason}`)
  return decision
}
