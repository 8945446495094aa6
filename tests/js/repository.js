// The four tools of the AgentPatterns repository (foundations/allowed-actions), and a gate for them.
import { createGate, createToolGateway } from '../../pkg/node.js'
import { NOW, policyWith, secrets } from './tokens.js'

/** @param {object} members of the policy @param {Partial<import('../../pkg/index.d.ts').GateOptions>} [options] */
export const gateOf = (members, options) =>
  createGate({ policy: policyWith({}, members), secrets, now: () => NOW, report: () => {}, ...options })

/** `TOOL_LEVEL` */
export const TOOL_LEVEL = {
  read_user: { level: 'read' }, update_user_status: { level: 'write' },
  send_webhook: { level: 'execute' }, delete_user: { level: 'delete' },
}

/** `MODEL_CALLS` */
export const MODEL_CALLS = [
  { action: 'read_user', parameters: { user_id: 42 } },
  { action: 'send_webhook', parameters: { event: 'user-reviewed' } },
  { action: 'update_user_status', parameters: { user_id: 42, status: 'paused' } },
  { action: 'delete_user', parameters: { user_id: 42 } },
]

/** The arguments of a call as Python takes them: all of them, and no other. @param {any} given @param {string[]} names */
function taken(given, names) {
  const is = Object.keys(given).length === names.length && names.every((name) => Object.hasOwn(given, name))
  if (!is) throw new TypeError(`takes ${names.join(', ')}`)
  return given
}

/** `tools.py`: the tools, and the users they work on. */
export function repository() {
  const users = new Map([[42, { id: 42, name: 'Anna', status: 'active' }]])
  const missing = (/** @type {unknown} */ id) => ({ ok: false, error: `user ${id} not found` })
  return {
    users,
    tools: {
      read_user: (/** @type {any} */ given) => {
        const { user_id } = taken(given, ['user_id'])
        const user = users.get(user_id)
        return user ? { ok: true, user: { ...user } } : missing(user_id)
      },
      update_user_status: (/** @type {any} */ given) => {
        const { user_id, status } = taken(given, ['user_id', 'status'])
        const user = users.get(user_id)
        if (!user) return missing(user_id)
        user.status = status
        return { ok: true, user: { ...user } }
      },
      send_webhook: (/** @type {any} */ given) => ({ ok: true, sent: taken(given, ['event']).event }),
      delete_user: (/** @type {any} */ given) => {
        const { user_id } = taken(given, ['user_id'])
        return users.delete(user_id) ? { ok: true, deleted: user_id } : missing(user_id)
      },
    },
  }
}

/**
 * A gateway in front of the tools, for an agent with these members of the policy.
 *
 * @param {object} agent
 * @param {object} [tools] what the policy says of the tools
 * @param {Partial<import('../../pkg/index.d.ts').GateOptions>} [options]
 */
export async function gatewayOf(agent, tools = TOOL_LEVEL, options = {}) {
  const { users, tools: callable } = repository()
  const gate = await gateOf({ agents: { model: agent }, tools }, options)
  return { gate, users, execute: createToolGateway({ gate, agent: 'model', tools: callable }) }
}
