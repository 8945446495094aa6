// Checks of actions: the same question, with more and more permissions in the policy.
import { createGate } from '../../pkg/node.js'
import { race } from './measure.mjs'

export const COUNTS = [10, 1000, 100_000]

/** A policy with so many permissions: for one agent, or ten for each of many. */
function policy(count, perAgent) {
  const permission = (index) => ({ action: `service-${index % 97}.operation-${index}`, max_amount: 100 })
  const own = { action: 'stripe.refund', max_amount: 100 }
  const more = { ...own, max_amount: 500, requires_approval: true }
  const others = Array.from({ length: Math.floor((count - 2) / perAgent) }, (_, agent) => [
    `agent-${agent}`,
    { permissions: Array.from({ length: perAgent }, (_, index) => permission(agent * perAgent + index)) },
  ])
  const mine = perAgent === count ? Array.from({ length: count - 2 }, (_, index) => permission(index)) : []
  return {
    version: 1,
    authentication: {
      issuers: [{ name: 'main', issuer: 'any', audience: 'any', algorithms: ['HS256'], keys: [{ env: 'KEY' }] }],
    },
    routes: { profile: 'agentos' },
    agents: { ...Object.fromEntries(others), support: { permissions: [own, ...mine, more] } },
  }
}

/** The question of the goal: three members, one of them an amount. */
const CONTEXT = { amount: 50, currency: 'EUR', reason: 'the parcel arrived broken' }

/** Microseconds of a check by the number of permissions: all of one agent, and ten each of many. */
export async function checks() {
  const contenders = {}
  for (const [name, perAgentOf] of [['one agent', (count) => count], ['many agents', () => 10]]) {
    for (const count of COUNTS) {
      const gate = await createGate({
        policy: policy(count, perAgentOf(count)),
        secrets: { KEY: 'a-shared-secret-of-at-least-256-bits-0123' },
      })
      contenders[`${name}, ${count}`] = () => {
        const { allowed, code } = gate.check('support', 'stripe.refund', CONTEXT)
        // A benchmark of the wrong path is worse than none.
        if (!allowed) throw new Error(`denied: ${code}`)
      }
    }
  }
  return race(contenders)
}
