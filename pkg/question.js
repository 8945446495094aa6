// From what a caller hands over to the texts that the module takes.

/**
 * A check as the module takes it: texts.
 *
 * @typedef {object} Asked
 * @property {string} agent
 * @property {string} action
 * @property {string} context JSON
 * @property {string} [subject]
 * @property {string} [tenant]
 * @property {string} [key] for idempotency
 */

/**
 * What is asked, as texts, or the code of why it is not. Whatever the caller's objects do is caught,
 * and what the module would refuse for its size does not get there: it would have to be held.
 *
 * @param {unknown} agent
 * @param {unknown} action
 * @param {unknown} context
 * @param {import('./index.d.ts').CheckOptions} options
 * @param {import('./session.js').Tables} bounds
 * @returns {Asked | string}
 */
export function askedOf(agent, action, context, options, { max_context_bytes: most, max_name_bytes: longest }) {
  /** @param {unknown} text */
  const isText = (text) => typeof text === 'string' && text.length <= longest
  try {
    const { subject, tenant, idempotencyKey: key } = options
    const text = jsonOf(context)
    if (text === undefined) return 'context_malformed'
    if (text.length > most) return 'context_too_large'
    if (!isText(agent) || !isText(action)) return 'name_malformed'
    if ((subject !== undefined && !isText(subject)) || (tenant !== undefined && !isText(tenant))) return 'name_malformed'
    if (key !== undefined && !isText(key)) return 'question_malformed'
    return { agent: /** @type {string} */ (agent), action: /** @type {string} */ (action), context: text, subject, tenant, key }
  } catch {
    return 'question_malformed'
  }
}

/**
 * As JSON. Undefined for what has none: functions, cycles, big integers.
 *
 * @param {unknown} value
 */
export function jsonOf(value) {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}
