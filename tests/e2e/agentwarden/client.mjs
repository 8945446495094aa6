// AgentWarden's client in a process of its own, asked line by line.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Trouble } from '../../../scripts/run.mjs'

const SCRIPT = fileURLToPath(new URL('client.py', import.meta.url))

/** @typedef {{ call: 'check' | 'log' | 'execute', agent: string, action: string, context?: object, status?: string }} Asked */

/** @param {{ python: string, env: NodeJS.ProcessEnv }} python */
export function startClient({ python, env }) {
  const child = spawn(python, [SCRIPT], { env, stdio: ['pipe', 'pipe', 'inherit'] })
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()

  /**
   * @param {string} url of the gate
   * @param {string} key
   * @param {Asked} asked
   * @returns {Promise<any>} what the client returned or raised, and in `ran` how often what it guards was run
   */
  async function ask(url, key, asked) {
    child.stdin.write(`${JSON.stringify({ url, key, ...asked })}\n`)
    const { value, done } = await answers.next()
    if (done) throw new Trouble('the client has ended')
    return JSON.parse(value)
  }

  return { ask, close: () => { child.stdin.end() } }
}
