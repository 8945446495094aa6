// Tokens as an identity provider would mint them (RFC 7519, HS256), for the demo and for tests.
import { createHmac } from 'node:crypto'

const DAY = 24 * 60 * 60

const base64url = (/** @type {unknown} */ value) => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * Signs claims. What is undefined is left out.
 *
 * @param {Record<string, unknown>} claims
 * @param {string} secret
 */
export function mint(claims, secret) {
  const signed = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

/** Who may run what, in Agno's example of permissions by agent. */
export const USERS = {
  web_user: ['agents:read', 'agents:web-search-agent:run'],
  finance_user: ['agents:read', 'agents:finance-agent:run'],
  power_user: ['agents:read', 'agents:web-search-agent:run', 'agents:finance-agent:run'],
}

/**
 * A token for each of the users, good for a day.
 *
 * @param {string} secret
 * @param {number} now in seconds
 * @returns {Record<keyof typeof USERS, string>}
 */
export function mintAll(secret, now = Math.floor(Date.now() / 1000)) {
  const tokens = Object.entries(USERS).map(([sub, scopes]) => [sub, mint({ sub, scopes, exp: now + DAY }, secret)])
  return Object.fromEntries(tokens)
}
