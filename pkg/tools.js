// The gateway between a model and its tools, as AgentPatterns draws it: the model proposes, the policy
// decides, and every call leaves two lines of history, `requested` and how it ended.

/** @type {typeof import('./index.d.ts').createToolGateway} */
export function createToolGateway({ gate, agent, tools, options }) {
  /** @type {import('./index.d.ts').ToolGateway} */
  return async function execute(call, history = []) {
    const action = actionOf(call)
    const parameters = parametersOf(call)
    const verdict = judge(action, parameters)
    const note = (/** @type {'requested' | 'allowed' | 'blocked'} */ status) =>
      history.push({ action, level: verdict.level, status })
    const answer = (/** @type {Omit<import('./index.d.ts').ToolOutcome, 'history' | 'action'>} */ outcome) =>
      ({ ...outcome, action, history: [...history] })

    note('requested')
    note(verdict.status)
    if (verdict.status === 'blocked') {
      return answer({ ok: false, error: verdict.error, reason: verdict.code })
    }
    if (verdict.dry_run) return answer({ ok: true, result: { dry_run: true } })
    try {
      return answer({ ok: true, result: await tools[action](parameters) })
    } catch (cause) {
      return answer({ ok: false, error: `action '${action}' failed`, reason: 'tool_failed', cause })
    }
  }

  /**
   * @param {string} action
   * @param {unknown} parameters
   * @returns {import('./index.d.ts').ToolVerdict & { code: string }}
   */
  function judge(action, parameters) {
    // A tool that is not there is unknown, whatever the policy says of it.
    const isThere = Object.hasOwn(tools, action) && typeof tools[action] === 'function'
    const verdict = gate.checkTool(agent, action, parameters, options)
    if (isThere || verdict.status === 'blocked') return verdict
    const error = `action '${action}' is not found`
    return { level: 'unknown', status: 'blocked', error, dry_run: false, code: 'tool_unknown' }
  }
}

/**
 * The name of an action as a gateway reads it: nothing for what is no name.
 *
 * @param {{ readonly action?: unknown }} call
 */
function actionOf(call) {
  try {
    const action = call?.action
    return typeof action === 'string' || (typeof action === 'number' && action) ? String(action) : ''
  } catch {
    return ''
  }
}

/**
 * The arguments, taken once: the tool gets what was judged, and not what the call says when it is
 * asked again. Undefined, which is refused, for what is no JSON.
 *
 * @param {{ readonly parameters?: unknown }} call
 */
function parametersOf(call) {
  try {
    const parameters = JSON.parse(JSON.stringify(call?.parameters || {}))
    return Array.isArray(parameters) && parameters.length === 0 ? {} : parameters
  } catch {
    return undefined
  }
}
