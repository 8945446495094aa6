// A policy in which every layer has something to say, and tokens for it.

export const NOW = 1_790_000_000

const SECRET = 'a-shared-secret-of-at-least-256-bits-0123'
export const SECRETS = { KEY: SECRET }

export const POLICY = {
  version: 1,
  authentication: {
    issuers: [{
      name: 'main', issuer: 'https://id.example/', audience: ['agents'], algorithms: ['HS256'], keys: [{ env: 'KEY' }],
      claims: { team: 'team' },
    }],
  },
  routes: { profile: 'agentos' },
  agents: {
    research: {
      permissions: [
        { action: 'get' },
        { action: 'mail' },
        { action: 'refund', max_amount: 100 },
        { action: 'refund', max_amount: 500, requires_approval: true },
      ],
    },
    finance: {},
    retired: { active: false },
    stopped: {},
  },
  teams: { science: { agents: ['research', 'retired', 'stopped'] } },
  tools: {
    get: { level: 'read', guards: [{ at: '/url', hosts: ['api.example.com'] }] },
    mail: { level: 'write' },
    refund: { level: 'write' },
  },
  switches: [{ stop: 'agent', id: 'stopped' }],
  budgets: [{ name: 'mails', actions: ['mail'], calls: 1 }],
}

/** One that its author can hardly mean. */
export const LAX = {
  version: 1,
  authentication: { issuers: [{ ...POLICY.authentication.issuers[0], audience: 'any', claims: {} }] },
  routes: { profile: 'agentos' },
}

/** @param {Uint8Array} bytes */
const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')

const encoder = new TextEncoder()

/** A token, good for an hour. @param {string[]} scopes */
export async function tokenOf(scopes) {
  const claims = { iss: 'https://id.example/', aud: 'agents', sub: 'alice', team: 'science', exp: NOW + 3600, scopes }
  const signed = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) => base64url(encoder.encode(JSON.stringify(part)))).join('.')
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', encoder.encode(SECRET), algorithm, false, ['sign'])
  return `${signed}.${base64url(new Uint8Array(await crypto.subtle.sign(algorithm.name, key, encoder.encode(signed))))}`
}
