// What every consumer asks of the package: the same cases, whatever it was imported by.
import { LAX, NOW, POLICY, SECRETS, tokenOf } from './policy.js'

/** What every entry exports. */
const NAMES = ['PolicyError', 'createGate', 'createToolGateway', 'init', 'initGuards', 'initLint', 'lintPolicy', 'memoryStore']

/**
 * @param {any} gatewright the package, as it was imported
 * @param {(name: string) => boolean} poison breaks the instance that exports this
 * @returns {Promise<{ name: string, expected: unknown, got: unknown }[]>}
 */
export async function cases(gatewright, poison) {
  const { createGate, memoryStore, PolicyError } = gatewright
  /** @type {string[]} */
  const events = []
  const options = { secrets: SECRETS, now: () => NOW, report: (/** @type {any} */ { event }) => events.push(event) }
  await gatewright.init()
  const gate = await createGate({ ...options, policy: POLICY, store: memoryStore() })

  const token = await tokenOf(['agents:research:run', 'agents:finance:run', 'agents:retired:run', 'agents:stopped:run'])
  const asks = async (/** @type {string} */ url, /** @type {string | undefined} */ bearer = token, method = 'POST') => {
    const headers = bearer === '' ? {} : { authorization: `Bearer ${bearer}` }
    return (await gate.decide({ method, url, headers })).context.reason
  }
  const may = (/** @type {string} */ action, /** @type {object} */ context) => gate.check('research', action, context).code
  const metadata = { url: 'https://169.254.169.254/latest' }

  /** @type {[name: string, expected: unknown, got: unknown][]} */
  const rows = []
  const row = (/** @type {string} */ name, /** @type {unknown} */ expected, /** @type {unknown} */ got) => rows.push([name, expected, got])

  row('the entry exports what all do', NAMES, NAMES.filter((name) => typeof gatewright[name] === 'function'))
  row('allow', 'allowed', await asks('/agents/research/runs'))
  row('deny by a switch', 'switch_agent', await asks('/agents/stopped/runs'))
  row('deny without a token', 'credentials_missing', await asks('/agents/research/runs', ''))
  row('deny a malformed token', 'token_malformed', await asks('/agents/research/runs', 'not.a-token'))
  row('deny a forged token', 'token_signature', await asks('/agents/research/runs', `${token.slice(0, -4)}AAAA`))
  row('deny by the route', 'route_unmatched', await asks('/nowhere', token, 'GET'))
  row('deny by scopes', 'scope_missing', await asks('/agents/research/runs', await tokenOf(['agents:finance:run'])))
  row('deny by access', 'access_restricted', await asks('/agents/finance/runs'))
  row('deny by the agent', 'agent_inactive', await asks('/agents/retired/runs'))
  row('deny by the action', ['allowed', 'amount_exceeded'], [50, 501].map((amount) => may('refund', { amount })))
  row('deny by a guard', ['allowed', 'guard_host'], [{ url: 'https://api.example.com/' }, metadata].map((context) => may('get', context)))
  row('deny by a budget', ['allowed', 'budget_calls'], [may('mail', {}), may('mail', {})])
  row('deny until a person approves', 'approval_required', may('refund', { amount: 300 }))
  row('refuse a bad policy', ['policy_unknown_member', '/rotues'], await refusal(createGate({ policy: { ...POLICY, rotues: {} } }), PolicyError))

  await gatewright.initLint()
  row('look a policy over', ['lint_audience_any'], gatewright.lintPolicy(LAX).findings.map((/** @type {any} */ { code }) => code))

  const core = poison('begin')
  const trapped = await asks('/agents/research/runs')
  row('deny when the module traps', [true, 'engine_fault', ['engine_fault']], [core, trapped, events.splice(0)])
  row('recover from that', ['allowed', 'scope_missing'], [await asks('/agents/research/runs'), await asks('/agents/research/runs', await tokenOf([]))])
  const guards = poison('judge')
  const blind = may('get', { url: 'https://api.example.com/' })
  row('deny when the guards trap', [true, 'guard_unavailable', ['guards_fault']], [guards, blind, events.splice(0)])
  row('recover from that, too', ['allowed', 'guard_host'], [{ url: 'https://api.example.com/' }, metadata].map((context) => may('get', context)))
  return rows.map(([name, expected, got]) => ({ name, expected, got }))
}

/** @param {Promise<unknown>} work @param {any} PolicyError */
async function refusal(work, PolicyError) {
  try {
    await work
    return 'none'
  } catch (error) {
    return error instanceof PolicyError ? [/** @type {any} */ (error).code, /** @type {any} */ (error).pointer] : String(error)
  }
}
