// Who takes part: who sets up what agents may do and approves, and the agent that wants money paid back.
import { mint } from '../agentos/tokens.mjs'

const DAY = 24 * 60 * 60

/** What each may. The agent's checks are made with a key of the gate, which the operator makes. */
const SCOPES = {
  operator: ['gate:read', 'gate:write', 'approvals:write'],
  'support-bot': ['refunds:write'],
}

/**
 * A token for each, good for a day.
 *
 * @param {string} secret
 * @param {number} now in seconds
 * @returns {Record<keyof typeof SCOPES, string>}
 */
export function mintAll(secret, now = Math.floor(Date.now() / 1000)) {
  const claims = { iss: 'https://id.example/', aud: 'shop', exp: now + DAY }
  const tokens = Object.entries(SCOPES).map(([sub, scopes]) => [sub, mint({ ...claims, sub, scopes }, secret)])
  return Object.fromEntries(tokens)
}
