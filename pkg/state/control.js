// What a policy says about its own management, and about budgets: read once a core has taken the policy.

/**
 * @typedef {object} Control
 * @property {ReadonlySet<string>} compatible
 * @property {number} maxStaleSeconds
 * @property {number} hardStaleSeconds
 * @property {{ url: string, hosts: string[], secret: string } | undefined} webhook
 * @property {readonly { name: string, per?: string }[]} budgets
 * @property {string} approverScope
 * @property {boolean} hasTenants whether a credential may name a tenant
 * @property {any} authentication
 * @property {Record<string, object>} teams
 * @property {Record<string, object> | undefined} agents
 * @property {object} groups
 */

/** @param {string} policy @returns {Control} */
export function readControl(policy) {
  const { control = {}, budgets = [], approvals = {}, teams = {}, groups = {}, agents, authentication } = JSON.parse(policy)
  const { max_stale_seconds: most = 2, hard_stale_seconds: hard = 30 } = control
  const issuers = authentication.issuers ?? []
  return {
    compatible: new Set(control.compatible),
    maxStaleSeconds: most,
    hardStaleSeconds: hard,
    webhook: control.webhook ?? undefined,
    budgets,
    approverScope: approvals.approver_scope ?? 'approvals:write',
    hasTenants: authentication.virtual_keys !== undefined || issuers.some((/** @type {any} */ { claims }) => typeof claims?.tenant === 'string'),
    authentication, agents, teams, groups,
  }
}
