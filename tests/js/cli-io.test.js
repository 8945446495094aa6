// What goes into the command and comes out of it, where it is odd: files, stdin, the terminal, exit codes.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { SECRET, hs256, policyWith } from './tokens.js'

const PACKAGE = fileURLToPath(new URL('../../pkg/', import.meta.url))
const COMMAND = join(PACKAGE, 'cli', 'gatewright.js')
const folder = mkdtempSync(join(tmpdir(), 'gatewright-io-'))
after(() => rmSync(folder, { recursive: true }))

/** @param {string} name @param {string | Uint8Array} content */
function file(name, content) {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** @param {string[]} args @param {import('node:child_process').SpawnSyncOptions} [options] */
function gatewright(args, options) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], { env: { KEY: SECRET }, input: '', ...options, encoding: 'utf8' })
  return { status, stdout, stderr, all: stdout + stderr }
}

/** @param {string} line of a shell in which `$G` is the command */
const shell = (line) => spawnSync('bash', ['--norc', '-c', `set -o pipefail; ${line}`], { encoding: 'utf8', env: { KEY: SECRET, PATH: process.env.PATH, G: `${process.execPath} ${COMMAND}`, P: good, D: folder } })

const good = file('good.json', JSON.stringify(policyWith()))
const token = hs256()
const RUN = ['--request', 'POST /agents/x/runs']
const MIB = 1 << 20

describe('what the command reads', () => {
  it('is UTF-8, and a policy without anything before it', () => {
    for (const [name, bytes, status, said] of /** @type {[string, Uint8Array, number, RegExp][]} */ ([
      ['latin1.json', Buffer.from('{"version": 1, "ä": 1}', 'latin1'), 64, /the policy: it is not UTF-8/],
      ['utf16.json', Buffer.from('\uFEFF{"version": 1}', 'utf16le'), 64, /it is not UTF-8/],
      ['bom.json', Buffer.from(`\uFEFF${readFileSync(good, 'utf8')}`), 2, /bom\.json:1:1 \/ policy_syntax/],
    ])) {
      const { status: found, all } = gatewright(['check', file(name, bytes)])
      assert.equal(found, status, name)
      assert.match(all, said)
    }
  })

  it('is no longer than what the module takes, and need not end', () => {
    const most = file('most.json', ' '.repeat(16 * MIB - 1000) + readFileSync(good, 'utf8'))
    assert.equal(gatewright(['check', most]).status, 0)
    for (const path of [file('more.json', ' '.repeat(16 * MIB + 1)), '/dev/zero']) {
      const { status, stderr } = gatewright(['check', path], { timeout: 30_000 })
      assert.equal(status, 64)
      assert.match(stderr, /cannot read the policy: it is larger than 16 MiB/)
    }
    assert.match(gatewright(['check', '-'], { input: ' '.repeat(17 * MIB) }).stderr, /the policy from stdin: it is larger/)
  })

  it('comes from stdin once', () => {
    for (const args of [['check', '-', '--secrets', '-'], ['explain', '-', ...RUN, '--token-file', '-']]) {
      const { status, stderr } = gatewright(args, { input: readFileSync(good) })
      assert.equal(status, 64)
      assert.match(stderr, /stdin can be read once/)
    }
  })

  it('comes from a stdin that is slow, closed, or a folder', () => {
    assert.equal(shell('(sleep 0.3; cat "$P") | $G check -').status, 0)
    // Somebody else may have made it a pipe that does not block.
    assert.equal(spawnSync(process.execPath, ['-e', `
      const { spawn } = require('node:child_process')
      const child = spawn(process.execPath, [${JSON.stringify(COMMAND)}, 'check', '-'], { stdio: ['overlapped', 'inherit', 'inherit'] })
      setTimeout(() => child.stdin.end(require('node:fs').readFileSync(${JSON.stringify(good)})), 300)
      child.on('exit', (code) => process.exit(code))`], { env: { KEY: SECRET }, encoding: 'utf8' }).status, 0)
    assert.equal(shell('$G check - <&-').status, 2)
    const { status, stderr } = shell('$G check - < "$D"')
    assert.deepEqual([status, /from stdin: it is a folder/.test(stderr)], [64, true])
  })

  it('are secrets with the line ends of Windows, and with what its editors put before them', () => {
    for (const [name, content] of Object.entries({
      windows: `# a comment\r\nOTHER="x"\r\nKEY=${SECRET}\r\n`, marked: `\uFEFFKEY=${SECRET}\r\nOTHER=x\r\n`,
      quoted: `export KEY="${SECRET}"\r\n`, json: `\uFEFF{\r\n "KEY": "${SECRET}"\r\n}\r\n`,
    })) {
      const secrets = file(`secrets-${name}`, content)
      const given = gatewright(['explain', good, ...RUN, '--secrets', secrets, '--token-file', file('token', `\uFEFF${token}\r\n`)], { env: {} })
      assert.equal(given.status, 1, name)
      // Were the secret another one, the signature would not fit. It does, and the token has expired.
      assert.match(given.stdout, /reason +(token_expired|scope_missing)/, name)
    }
    const { status, stdout } = gatewright(['check', good, '--secrets', file('secrets-number', '{"KEY": 5}')])
    assert.equal(status, 2)
    assert.match(stdout, /policy_secret_type the secret `KEY` is not a string/)
  })
})

describe('what the command says', () => {
  it('holds no token, wherever that was put by mistake', () => {
    for (const args of [
      ['check', token], ['check', good, '--secrets', token], ['explain', token, ...RUN], ['check', `--${token}`], [`--${token}`],
      ['explain', good, ...RUN, `--token${token}`], ['token', 'mint', `--secret-env${token}`], ['token', 'decode', token, token],
      ['check', good, '--secrets', join(folder, token)], [`-${token}`], ['check', `-${token}`, good], ['help', token],
    ]) {
      const { all } = gatewright(args)
      for (const part of token.split('.')) assert.ok(!all.includes(part), `${args[0]}: ${all}`)
    }
  })

  it('moves no cursor, as lines and as JSON', () => {
    const odd = '\x1b[2J\u009b2J\u202e\x7f\u2028'
    const policy = file('odd.json', JSON.stringify(policyWith({ [odd]: 1 })))
    const jwt = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ sub: `${odd}\u{e0041}`, [odd]: odd })).toString('base64url')}.x`
    for (const args of [['check', policy], ['check', policy, '--json'], ['explain', policy, ...RUN, '--json'], ['explain', good, '--request', `POST /${odd}`], ['token', 'decode', jwt], ['token', 'decode', jwt, '--json'], ['check', join(folder, odd)]]) {
      const { all } = gatewright(args)
      assert.doesNotMatch(all.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u, args.join(' '))
      if (args.includes('--json')) assert.doesNotThrow(() => JSON.parse(all))
    }
    const { claims } = JSON.parse(gatewright(['token', 'decode', jwt, '--json']).stdout)
    assert.deepEqual(claims, { sub: `${odd}\u{e0041}`, [odd]: odd })
  })

  it('is help where an option asks for it, and not where a value reads like it', () => {
    for (const args of [['help'], ['token', '--help'], ['token', 'mint', '-h'], ['explain', '--help'], ['check', good, '--help']]) {
      const { status, stdout } = gatewright(args)
      assert.deepEqual([status, stdout.startsWith('gatewright: policies')], [0, true], args.join(' '))
    }
    // A script that puts a stranger's text here must not be told that all is well.
    for (const [args, status] of /** @type {[string[], number][]} */ ([
      [['explain', good, '--request', '--help'], 64], [['explain', good, '--request', '-h'], 64], [['explain', good, ...RUN, '--token', '-h'], 1],
      [['explain', good, ...RUN, '--token=--help'], 1], [['token', 'decode', '--', '--help'], 1],
    ])) assert.equal(gatewright(args).status, status, args.join(' '))
  })

  it('is not needed for the exit code, and is not lost in silence', () => {
    for (const [line, status] of [
      ['$G check "$P" | true', 0], ['$G explain "$P" --request "POST /agents/x/runs" | true', 1], ['$G --help > /dev/full', 70],
      ['$G check "$P" > /dev/full', 70], ['$G frob 2> /dev/full', 70],
    ]) {
      const { status: found, stderr } = shell(String(line))
      assert.equal(found, status, `${line}: ${stderr}`)
      assert.equal(stderr, '')
    }
  })

  it('is that it failed, where the package is broken, and not where it lies', () => {
    const broken = join(folder, 'broken')
    cpSync(PACKAGE, broken, { recursive: true, filter: (path) => !/glue/.test(path) })
    const command = join(broken, 'cli', 'gatewright.js')
    const policy = file('policy.json', readFileSync(good))
    for (const [part, content] of [['wasm/gatewright_bg.wasm', 'no module'], ['engine.js', 'export const open = ('], ['wasm/gatewright_lint_bg.wasm', 'none']]) {
      const whole = readFileSync(join(broken, part))
      writeFileSync(join(broken, part), content)
      const { status, stdout, stderr } = spawnSync(process.execPath, [command, 'check', policy], { env: { KEY: SECRET }, encoding: 'utf8' })
      assert.deepEqual([status, stdout], [70, ''], part)
      assert.match(stderr, /^gatewright: the command failed, which is a fault of its own: \w+/)
      assert.ok(!stderr.includes(folder), stderr)
      writeFileSync(join(broken, part), whole)
    }
  })
})

describe('the claims of a minted token', () => {
  it('are what was given, or refused', () => {
    const mint = (/** @type {string[]} */ ...claims) => gatewright(['token', 'mint', '--secret-env', 'KEY', ...claims.flatMap((claim) => ['--claim', claim])])
    const { stdout } = mint('small=7', 'float=1.5', 'list=["a"]', 'text=007', 'quoted="12345678901234567890"', '__proto__=1', 'empty=')
    const { small, float, list, text, quoted, empty } = JSON.parse(Buffer.from(stdout.split('.')[1], 'base64url').toString())
    assert.deepEqual([small, float, list, text, quoted, empty], [7, 1.5, ['a'], '007', '12345678901234567890', ''])
    const { status, stderr } = mint('id=12345678901234567890')
    assert.equal(status, 64)
    assert.match(stderr, /cannot be held exactly/)
  })
})
