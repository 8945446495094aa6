// The LiteLLM that was recorded, as the policy and the store of a gate before it.
import { memoryStore } from '../../pkg/node.js'

/** The agents of the recorded LiteLLM. */
export const AGENTS = { 'agent-123': { name: 'support' }, 'agent-456': { name: 'sales' } }

/** What each key of the recordings was made with. */
const KEYS = {
  'sk-open-0000000000000001': {},
  'sk-k1-00000000000000001': { agents: ['agent-123'] },
  'sk-empty-000000000000001': { agents: [] },
  'sk-byname-00000000000001': { agents: ['support'] },
  'sk-team-0000000000000001': { team: 'team-1' },
  'sk-disj-0000000000000001': { agents: ['agent-456'], team: 'team-1' },
  'sk-teamblk-0000000000001': { team: 'team-blocked' },
  'sk-teambudget-0000000001': { team: 'team-budget' },
  'sk-noteam-00000000000001': { team: 'team-missing' },
  'sk-expired-0000000000001': { expires: '2026-11-21T20:01:40.428450Z' },
  'sk-blocked-0000000000001': { blocked: true },
  'sk-budget-00000000000001': { spend: 2, max_budget: 1 },
  'sk-routes-00000000000001': { routes: ['/chat/completions'] },
  'sk-agroutes-000000000001': { routes: ['agent_routes'] },
  'sk-llmroutes-00000000001': { routes: ['llm_api_routes'] },
  'sk-mgmt-0000000000000001': { routes: ['management_routes'] },
  'sk-info-0000000000000001': { routes: ['info_routes'] },
  'sk-adminrole-00000000001': { admin: true, agents: ['agent-123'] },
  'sk-agentkey-000000000001': {},
  'sk-master-1234567890abcd': { admin: true },
}

const TEAMS = {
  'team-1': { agents: ['agent-123'] },
  'team-blocked': { blocked: true },
  'team-budget': { spend: 5, max_budget: 1 },
}

/** Keys that LiteLLM did not know either. */
const UNKNOWN = ['sk-doesnotexist1234567']

/** Settings that are not here have a meaning that nobody has thought about. */
const SETTINGS = ['agent_access_default_deny']

/** @param {Record<string, unknown>} [settings] */
export function policyOf(settings = {}) {
  const unknown = Object.keys(settings).filter((name) => !SETTINGS.includes(name))
  if (unknown.length > 0) throw new Error(`settings are not translated: ${unknown.join(', ')}`)
  // What cannot be read, LiteLLM takes for true.
  const isShut = ![undefined, false].includes(/** @type {any} */ (settings.agent_access_default_deny))
  return {
    version: 1,
    authentication: { virtual_keys: { default_agents: isShut ? 'none' : 'all' } },
    routes: { profile: 'litellm', flavour: 'litellm-1.109' },
    agents: AGENTS,
  }
}

export const store = () =>
  memoryStore({ keys: Object.entries(KEYS).map(([key, record]) => ({ key, ...record })), teams: TEAMS })

/**
 * Whether every key of a request is one that is spoken about here.
 *
 * @param {Record<string, string>} headers
 */
export function areKnown(headers) {
  const keys = Object.values(headers).flatMap((value) => value.match(/sk-[\w-]+/g) ?? [])
  return keys.every((key) => key in KEYS || UNKNOWN.includes(key))
}
