// The command lines of docs/state.md, which need a Worker with its state.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, describe, it } from 'node:test'
import { blocks, commandsOf } from '../js/documents.js'
import { MASTER, startEdge } from './edge.js'

const block = blocks.find(({ file, text }) => file === 'docs/state.md' && text.includes('curl'))
const [address, ...commands] = commandsOf(block?.text ?? '')

describe('the first steps of docs/state.md', async () => {
  const { worker, dispose } = startEdge()
  after(dispose)
  const GATE = String(await worker.ready).replace(/\/$/, '')
  const env = { PATH: process.env.PATH, GATE, MASTER, KEY: '' }

  it('begin with the address of the gate', () => assert.match(address, /^GATE=https:/))

  /** What is answered to each, in order. @type {((answer: any) => void)[]} */
  const answers = [
    ({ id }) => assert.equal(id, 'support'),
    ({ action, max_amount: most }) => assert.deepEqual([action, most], ['stripe.refund', 100]),
    ({ key }) => {
      assert.match(key, /^\S{20,}$/)
      env.KEY = key
    },
    ({ allowed, requires_approval: waits }) => assert.deepEqual([allowed, waits], [true, false]),
  ]
  it('are as many as are looked at', () => assert.equal(commands.length, answers.length))
  for (const [index, command] of commands.entries()) {
    it(command, async () => {
      const { status, stdout, stderr } = await run(command)
      assert.equal(status, 0, stderr)
      answers[index](JSON.parse(stdout))
    })
  }

  /** @param {string} command */
  async function run(command) {
    return spawnSync('sh', ['-c', `${command} --silent --show-error`], { env, encoding: 'utf8', timeout: 20_000 })
  }
})
