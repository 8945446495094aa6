// The names of the objects that hold the state: what is together in one, and what is apart.
//
// Who is of no tenant has a place of its own, which no tenant can be called by.

/** @param {string | null | undefined} tenant */
const placeOf = (tenant) => (tenant === undefined || tenant === null ? 'none' : `tenant:${tenant}`)

/** Agents, permissions, teams and switches: one for each tenant. */
export const registryName = placeOf

/** Approvals likewise: who decides them wants to see all of them. */
export const approvalsName = placeOf

/** The ledger likewise. */
export const ledgerName = placeOf

/** Answers under an idempotency key of the control API. */
export const creationsName = placeOf

/** The shards of virtual keys, in the order of the hashes in them. */
export const SHARDS = [...'0123456789abcdef']

/** Keys are apart by the first digit of their hash, which nobody can choose. @param {string} hash */
export const shardOf = (hash) => hash.slice(0, 1)

/**
 * Meters. What the budgets of a policy count must be in one place for any question that two of them may speak of,
 * so the widest scope among them says how far meters can be apart. A policy that changes this counts anew.
 *
 * @param {readonly { per?: string }[]} budgets of the policy
 * @param {string | null} tenant
 * @param {string} key of one of the meters of the question
 */
export function meterName(budgets, tenant, key) {
  const scopes = new Set(budgets.map(({ per }) => per ?? 'all'))
  if (scopes.has('all')) return 'all'
  const place = placeOf(tenant)
  return scopes.size > 1 || scopes.has('tenant') ? place : `${place} ${behindName(key)}`
}

/**
 * The key of a meter, as the core makes it: each part behind its length in bytes.
 *
 * @param {string} name of the budget
 * @param {string} per
 * @param {string} id of what is counted
 */
export const meterKey = (name, per, id) =>
  [name, per, id].map((part) => `${new TextEncoder().encode(part).length}:${part}`).join('')

/**
 * What a meter counts by: its key without the name of the budget.
 *
 * @param {string} key
 */
function behindName(key) {
  const colon = key.indexOf(':')
  const bytes = new TextEncoder().encode(key.slice(colon + 1))
  return new TextDecoder().decode(bytes.subarray(Number(key.slice(0, colon))))
}
