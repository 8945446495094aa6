// Where a gate does not do what LiteLLM 1.109 did, and why. Each says what the gate does instead.

/**
 * @typedef {object} Recording
 * @property {string} name
 * @property {string} method
 * @property {string} path
 * @property {Record<string, string>} headers
 * @property {any} [body]
 * @property {string} [raw]
 * @property {Record<string, unknown>} [settings]
 * @property {number} status
 * @property {string} content_type
 * @property {any} response
 *
 * @typedef {object} Difference
 * @property {string} why
 * @property {(recording: Recording) => boolean} applies
 * @property {('forwards' | number)[]} gate the statuses of its answer
 */

/** @type {Difference[]} */
export const differences = [
  {
    why: 'a path has one spelling: escapes that nobody needs, encoded slashes and empty segments are refused',
    applies: ({ path }) => path.includes('%') || path.includes('//'),
    gate: [400],
  },
  {
    why: 'what is not of the agents is no route; LiteLLM behind the gate has more of them',
    applies: ({ path }) => path === '/chat/completions',
    gate: [404],
  },
  {
    why: 'no path is public unless the policy says so',
    applies: ({ path }) => path.startsWith('/public/'),
    gate: [401],
  },
  {
    why: 'the card of old has no route for keys in LiteLLM, and none for anybody here',
    applies: ({ path }) => path.endsWith('/.well-known/agent.json'),
    gate: [404],
  },
  {
    why: 'the gate decides by the request line: what is wrong with a body, LiteLLM says to those it lets through',
    applies: ({ status }) => status === 400 || status === 500,
    gate: ['forwards', 403, 404],
  },
]

/**
 * What the gate leaves out of LiteLLM's words, since it is a part of a key, or a time of the clock.
 *
 * @type {[why: string, said: RegExp, instead: string][]}
 */
const WORDS = [
  ['the ends of what was sent', /^LiteLLM Virtual Key expected\. Received=.*$/s, "LiteLLM Virtual Key expected, to start with 'sk-'."],
  ['when the key ended, and the time', / Key Expiry time .*$/, ''],
  ['the last letters of the key', / \(sk-\.\.\.\w+\)/, ''],
]

/**
 * LiteLLM's answer without them.
 *
 * @param {any} body
 */
export function without(body) {
  const text = JSON.stringify(body, (name, value) => {
    if (name === 'param' && /^sk-\.\.\./.test(value)) return null
    if (name !== 'message') return value
    return WORDS.reduce((/** @type {string} */ words, [, said, instead]) => words.replace(said, instead), value)
  })
  return JSON.parse(text)
}
