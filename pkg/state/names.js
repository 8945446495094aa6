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
 * Meters. What one question may count must be in one place, so the budget with the widest scope says how far
 * meters can be apart. A policy that changes this begins to count anew.
 *
 * @param {readonly { per?: string }[]} budgets of the policy
 * @param {{ tenant?: string, subject?: string, agent?: string }} asked
 */
export function meterName(budgets, { tenant, subject, agent }) {
  const scopes = new Set(budgets.map(({ per }) => per ?? 'all'))
  if (scopes.has('all')) return 'meters'
  const place = `meters:${placeOf(tenant)}`
  if (scopes.has('tenant') || scopes.size > 1) return place
  return JSON.stringify([place, scopes.has('agent') ? ['agent', agent] : ['subject', subject]])
}
