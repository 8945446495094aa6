// The command lines of docs/state.md and docs/ledger.md, which need a Worker with its state.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
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

describe('the ledger of docs/ledger.md', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatewright-ledger-'))
  after(() => rmSync(folder, { recursive: true }))
  const [exporting, verifying, keys, ...more] = blocks.filter(({ file, language }) => file === 'docs/ledger.md' && language === 'sh')
  const [pair, publish, put] = commandsOf(keys.text)
  const ROWS = 120

  it('is told of in three blocks', () => assert.deepEqual(more, []))
  it('has a key of its own', async () => {
    await shell(`${pair}; ${publish}`)
    // It needs an account.
    assert.equal(put, 'npx wrangler secret put GATEWRIGHT_LEDGER_KEY < ledger.key')
  })

  it('is exported and verified, and what is missing is found', async () => {
    const { worker, call, dispose } = startEdge({}, { bindings: { GATEWRIGHT_LEDGER_KEY: readFileSync(join(folder, 'ledger.key'), 'utf8') } })
    after(dispose)
    for (let n = 0; n < ROWS; n += 1) {
      const { status } = await call('POST /.gate/api/agents', { id: `agent-${n}` }, { headers: { 'x-gatewright-tenant': 'acme' } })
      assert.equal(status, 201)
    }
    const GATE = String(await worker.ready).replace(/\/$/, '')
    // The holder of the master key says whose ledger it is; a token would.
    const asAcme = exporting.text.replaceAll('"authorization: Bearer $TOKEN"', '"authorization: Bearer $TOKEN" -H "x-gatewright-tenant: acme"')
    await shell(asAcme, { GATE, TOKEN: MASTER })
    const rows = readFileSync(join(folder, 'ledger.jsonl'), 'utf8').split('\n')
    assert.equal(rows.length, ROWS + 1)
    assert.match((await shell(verifying.text)).stdout, /^ledger\.jsonl is intact: 120 rows of `tenant:acme`$/m)

    const told = blocks.findIndex(({ file, text }) => file === 'docs/cli.md' && text.includes('ledger verify'))
    writeFileSync(join(folder, 'ledger.jsonl'), rows.toSpliced(3, 1).join('\n'))
    const { status, stdout } = await shell(blocks[told].text)
    assert.deepEqual([status, stdout], [1, blocks[told + 1].text])
  })

  /** @param {string} script @param {Record<string, string>} [given] */
  async function shell(script, given = {}) {
    const command = fileURLToPath(new URL('../../pkg/cli/gatewright.js', import.meta.url))
    const ours = `gatewright() { "${process.execPath}" "${command}" "$@"; }\n${script}`
    const child = spawn('sh', ['-c', ours], { cwd: folder, env: { PATH: process.env.PATH, ...given }, timeout: 60_000 })
    const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    if (status > 1) assert.fail(stderr)
    return { status, stdout }
  }
})
