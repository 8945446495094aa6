// The command lines in the documents run, and print what stands below them.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { blocks, commandsOf, policiesOf, tableOf, textOf } from './documents.js'

/** What is not run, and why. */
const NOT_RUN = {
  'npm start': 'serves until it is ended; tests/e2e and tests/workerd serve the same gateway',
  'npm run example:litellm': 'serves likewise; tests/examples serves it',
  'npm run example:agentwarden': 'serves likewise; tests/examples serves it',
  'npm test': 'runs this',
  'npm run build': 'was run before this, or nothing would be here to test',
  'npx wrangler secret put JWT_VERIFICATION_KEY': 'needs an account',
  'npx wrangler secret put GATEWRIGHT_MASTER_KEY': 'needs an account',
  'npx wrangler deploy': 'needs an account',
}

const folder = mkdtempSync(join(tmpdir(), 'gatewright-docs-'))
after(() => rmSync(folder, { recursive: true }))
const command = fileURLToPath(new URL('../../pkg/cli/gatewright.js', import.meta.url))
const scripts = { gatewright: `exec "${process.execPath}" "${command}" "$@"`, npx: 'exec "$@"' }
for (const [name, script] of Object.entries(scripts)) {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(folder, name), 0o755)
}
const env = { PATH: `${folder}${delimiter}${process.env.PATH}`, JWT_VERIFICATION_KEY: 'a-shared-secret-of-at-least-256-bits-0123' }

/** @param {string} line of a shell, in the folder */
function shell(line) {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', line], { cwd: folder, env, encoding: 'utf8' })
  return { status, stdout, stderr }
}

/** Those that need a Worker with its state, or what it wrote, are run in tests/workerd/documents.test.js. */
const needsWorker = (/** @type {typeof blocks[number]} */ { file, text }) =>
  file === 'docs/ledger.md' || (file === 'docs/state.md' && text.includes('curl')) || text.includes('ledger verify')

const commands = blocks.flatMap((block, index) => {
  if (block.language !== 'sh' || needsWorker(block)) return []
  const next = blocks[index + 1]
  const printed = next?.language === 'text' && next.file === block.file ? next.text : undefined
  const lines = commandsOf(block.text)
  return lines.map((line, place) => ({ ...block, command: line, printed: place === lines.length - 1 ? printed : undefined }))
})
const ours = commands.filter(({ command }) => /^(npx )?gatewright /.test(command))

/** The policy of the README, with the line that docs/cli.md says it has besides. */
const [policy] = policiesOf('README.md')
const [, added] = /`(, "leeway_seconds": \d+)`/.exec(textOf('docs/cli.md')) ?? assert.fail('docs/cli.md says what the policy has besides')
writeFileSync(join(folder, 'policy.json'), policy.replace('"JWT_VERIFICATION_KEY" }]', (end) => `${end}${added}`))

describe('the command lines in the documents', () => {
  it('are all run, but for those that say why not', () => {
    const others = commands.filter((one) => !ours.includes(one)).map(({ command }) => command)
    assert.deepEqual(others.sort(), Object.keys(NOT_RUN).sort())
    // What `ledger verify` prints stands behind such a block; docs/ledger.md has texts that nothing prints.
    const texts = blocks.filter((block, index) => block.language === 'text' && block.file !== 'docs/ledger.md' && !needsWorker(blocks[index - 1]))
    assert.equal(texts.length, commands.filter(({ printed }) => printed !== undefined).length)
  })

  // The token is minted first, since the others read it.
  const [mint, ...others] = ours.sort((one, other) => Number(/ mint /.test(other.command)) - Number(/ mint /.test(one.command)))
  it(`${mint.file}: ${mint.command}`, () => {
    const { status, stdout, stderr } = shell(mint.command)
    assert.deepEqual([status, stdout], [0, ''])
    assert.match(stderr, /development only/)
    assert.match(readFileSync(join(folder, 'token.txt'), 'utf8'), /^[\w-]+\.[\w-]+\.[\w-]+\n$/)
  })

  for (const { file, line, command, printed } of others) {
    it(`${file}:${line}: ${command}`, () => {
      const { status, stdout, stderr } = shell(command)
      assert.equal(status, / explain /.test(command) ? 1 : 0, stderr)
      assert.equal(stderr, '')
      if (printed !== undefined) assert.equal(stdout, printed)
    })
  }
})

describe('the exit codes in docs/cli.md', () => {
  const POLICY = 'gatewright check policy.json'
  /** What ends with each. @type {Record<string, string[]>} */
  const examples = {
    0: [POLICY, 'gatewright --version', 'gatewright --help', 'gatewright help', 'gatewright token decode - < token.txt', "gatewright explain policy.json --token-file token.txt --request 'POST /agents/x/runs'"],
    1: [`${POLICY} --strict`, 'gatewright explain policy.json --request "GET /agents"', 'gatewright token decode nonsense'],
    2: ['gatewright check - < token.txt', 'gatewright explain - --request "GET /agents" < token.txt', 'JWT_VERIFICATION_KEY= gatewright check policy.json'],
    64: ['gatewright', 'gatewright check', 'gatewright check none.json', 'gatewright check policy.json --frob', 'gatewright frob', `${POLICY} --secrets none`],
    70: [],
  }
  const rows = tableOf('docs/cli.md', 'exit code | means |')

  it('are those of the command', () => {
    assert.deepEqual(rows.map(([code]) => code), Object.keys(examples))
    const { stdout } = shell('gatewright --help')
    const helped = [...stdout.split('exit codes\n')[1].matchAll(/^ +(\d+) /gm)].map(([, code]) => code)
    assert.deepEqual(helped, Object.keys(examples))
  })
  for (const [code, lines] of Object.entries(examples)) {
    for (const line of lines) it(`${code}: ${line}`, () => assert.equal(shell(line).status, Number(code), shell(line).stderr))
  }

  it('70: the package is broken', () => {
    const { status, stderr } = shell(`"${process.execPath}" --import "data:text/javascript,delete globalThis.WebAssembly.Instance" "${command}" check policy.json`)
    assert.equal(status, 70, stderr)
  })
})
