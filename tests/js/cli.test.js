// The command, as people and their scripts run it.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { lintPolicy } from '../../pkg/node.js'
import { ISSUER, SECRET, policyWith } from './tokens.js'

const COMMAND = fileURLToPath(new URL('../../pkg/cli/gatewright.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'gatewright-'))
after(() => rmSync(folder, { recursive: true }))

/** @param {string} name @param {string | object} content */
function file(name, content) {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, undefined, 2))
  return path
}

/** @param {string[]} args @param {{ input?: string, env?: Record<string, string> }} [options] */
function gatewright(args, { input = '', env = { KEY: SECRET } } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], { input, env, encoding: 'utf8' })
  return { status, stdout, stderr, all: stdout + stderr }
}

const good = file('good.json', policyWith())
const odd = file('odd.json', policyWith({ leeway_seconds: 90 }))
const wrong = file('wrong.json', policyWith({ audiense: 1 }))
const broken = file('broken.json', '{\n  "version": 1,,\n}')
const minting = ['token', 'mint', '--secret-env', 'KEY', '--sub', 'me', '--claim', `iss=${ISSUER}`, '--claim', 'aud=agents']
const minted = gatewright([...minting, '--scopes', 'agents:x:run'])
const token = minted.stdout.trim()
const RUN = ['--request', 'POST /agents/x/runs']

describe('gatewright', () => {
  it('says how it is used, and what it is', () => {
    for (const args of [['--help'], ['check', '--help'], ['-h']]) {
      const { status, stdout } = gatewright(args)
      assert.equal(status, 0)
      for (const word of ['check POLICY', 'explain POLICY', 'token mint', 'token decode', '64']) assert.ok(stdout.includes(word), word)
    }
    const { version } = JSON.parse(readFileSync(new URL('../../pkg/package.json', import.meta.url), 'utf8'))
    assert.equal(gatewright(['--version']).stdout, `${version}\n`)
  })

  it('says what was wrong with the words', () => {
    for (const [args, said] of /** @type {[string[], RegExp][]} */ ([
      [[], /say what to do/], [['frobnicate'], /no such command/], [['--frob=1'], /no option `--frob`/],
      [['check'], /POLICY is missing/], [['check', good, good], /more words/], [['check', good, '--frob'], /`--frob`/],
      [['check', good, '--json=1'], /takes no value/], [['check', join(folder, 'none.json')], /no such file/], [['check', folder], /folder/],
      [['check', good, '--secrets'], /needs a value/], [['check', good, '--secrets', good, '--env'], /choose one/],
      [['explain', good], /say which request/], [['explain', good, '--request', 'POST'], /a method and a path/],
      [['explain', good, ...RUN, '--token', '--json'], /needs a value/], [['explain', good, ...RUN, ...RUN], /given once/],
      [['explain', good, ...RUN, '--token', 'a', '--key', 'b'], /choose one/], [['explain', good, ...RUN, '--header', 'x'], /a name and a value/],
      [['token'], /mint/], [['token', 'mint'], /--secret-env/], [['token', 'mint', '--secret-env', 'NONE'], /not set/],
      [[...minting, '--alg', 'RS256'], /HS256/], [[...minting, '--expires', 'soon'], /--expires/], [[...minting, '--claim', 'x'], /--claim/],
    ])) {
      const { status, stdout, stderr } = gatewright(args)
      assert.deepEqual([status, stdout], [64, ''], args.join(' '))
      assert.match(stderr, said)
    }
  })

  it('never repeats a token or a secret', () => {
    const secrets = file('secrets.txt', `{ "KEY": "${SECRET}" oops`)
    for (const args of [
      ['explain', good, ...RUN, token], ['explain', good, ...RUN, '--token', token], ['explain', good, ...RUN, '--tokn', token],
      ['explain', good, ...RUN, `--tokn=${token}`], ['explain', good, '--request', token], ['explain', good, ...RUN, '--token-file', token],
      ['explain', good, '--request', `GET /agents?token=${token}`], ['explain', good, ...RUN, '--header', token], ['token', 'decode', token],
      ['token', 'decode', `${token}x.y`], ['token', 'mint', '--secret-env', SECRET], ['check', good, '--secrets', secrets], ['token', token], [token],
    ]) {
      const { all } = gatewright(args)
      assert.ok(!all.includes(token) && !all.includes(SECRET) && !all.includes(token.split('.')[2]), all)
    }
  })
})

describe('gatewright check', () => {
  it('says that a policy is one', () => {
    const { status, stdout } = gatewright(['check', good])
    assert.deepEqual([status, stdout.trim()], [0, `${good} is a policy: 0 warnings, 0 infos`])
  })

  it('finds what is hardly meant, and fails when it shall', () => {
    const { status, stdout } = gatewright(['check', odd])
    assert.equal(status, 0)
    assert.match(stdout, /^warning .*odd\.json:\d+:\d+ \/authentication\/issuers\/0\/leeway_seconds lint_leeway_large .+\n.* is a policy: 1 warning, 0 infos\n$/)
    assert.equal(gatewright(['check', odd, '--strict']).status, 1)
    assert.equal(gatewright(['check', good, '--strict']).status, 0)
    const { file: name, valid, error, findings } = JSON.parse(gatewright(['check', odd, '--json']).stdout)
    assert.deepEqual([name, valid, error], [odd, true, null])
    assert.deepEqual(findings, lintPolicy(readFileSync(odd, 'utf8')).findings)
  })

  it('says why a text is no policy, and where', () => {
    for (const [path, place] of /** @type {[string, RegExp][]} */ ([
      [wrong, /^error .*wrong\.json:\d\d:\d+ \/authentication\/issuers\/0\/audiense policy_/], [broken, /^error .*broken\.json:2:\d+ \/ policy_syntax/],
    ])) {
      const { status, stdout } = gatewright(['check', path])
      assert.equal(status, 2)
      assert.match(stdout, place)
      const { valid, error } = JSON.parse(gatewright(['check', path, '--json']).stdout)
      assert.deepEqual([valid, typeof error.code, typeof error.line, typeof error.column], [false, 'string', 'number', 'number'])
    }
  })

  it('takes secrets from the environment or a file', () => {
    const { status, stdout } = gatewright(['check', good], { env: {} })
    assert.equal(status, 2)
    assert.match(stdout, /policy_secret_missing .*`KEY`/)
    for (const content of [{ KEY: SECRET }, `KEY=${SECRET}\n`]) {
      assert.equal(gatewright(['check', good, '--secrets', file('secrets', content)], { env: {} }).status, 0)
    }
  })

  it('reads stdin', () => {
    assert.equal(gatewright(['check', '-'], { input: readFileSync(good, 'utf8') }).stdout, 'stdin is a policy: 0 warnings, 0 infos\n')
    assert.equal(gatewright(['check', '-']).status, 2)
  })
})

describe('gatewright explain', () => {
  it('shows every layer of an allowed request', () => {
    const { status, stdout } = gatewright(['explain', good, ...RUN, '--token', token])
    assert.equal(status, 0)
    assert.match(stdout, /^allowed: POST \/agents\/x\/runs\n/)
    assert.match(stdout, /\nlayer +outcome +because\nauthenticate +allow +/)
  })

  it('shows which layer denied', () => {
    const { status, stdout } = gatewright(['explain', good, '--request', 'POST /agents/y/runs', '--token-file', file('token', `${token}\n`)])
    assert.equal(status, 1)
    assert.match(stdout, /^denied: .*\n +reason +scope_missing: /)
    assert.match(stdout, /\nscope +deny +/)
    assert.equal(gatewright(['explain', good, ...RUN]).status, 1)
    assert.equal(gatewright(['explain', good, ...RUN, '--key', 'sk-1']).status, 1)
  })

  it('answers machines, and takes headers', () => {
    const { decision, context } = JSON.parse(gatewright(['explain', good, ...RUN, '--header', `Authorization: Bearer ${token}`, '--json']).stdout)
    assert.deepEqual([decision, context.reason, context.subject, Array.isArray(context.trace)], [true, 'allowed', 'me', true])
  })

  it('says when the policy is none', () => {
    assert.equal(gatewright(['explain', wrong, ...RUN]).status, 2)
    const { error } = JSON.parse(gatewright(['explain', wrong, ...RUN, '--json']).stdout)
    assert.equal(error.pointer, '/authentication/issuers/0/audiense')
  })
})

describe('gatewright token', () => {
  it('mints what the gate takes, and says for what', () => {
    assert.equal(minted.status, 0)
    assert.match(minted.stderr, /development only/)
    const { header, claims, signature } = JSON.parse(gatewright([...['token', 'decode', '--json'], token]).stdout)
    assert.deepEqual([header, signature], [{ alg: 'HS256', typ: 'JWT' }, 'not checked'])
    assert.deepEqual([claims.sub, claims.scopes, claims.exp - claims.iat], ['me', ['agents:x:run'], 3600])
    const longer = gatewright([...minting, '--alg', 'HS512', '--expires', '2d', '--claim', 'n=7']).stdout
    const { claims: others } = JSON.parse(gatewright(['token', 'decode', '-', '--json'], { input: longer }).stdout)
    assert.deepEqual([others.n, others.exp - others.iat], [7, 172_800])
    assert.equal(gatewright(minting, { env: { KEY: 'short' } }).status, 64)
  })

  it('decodes, and says that it checks nothing', () => {
    const { status, stdout } = gatewright(['token', 'decode', token])
    assert.equal(status, 0)
    assert.match(stdout, /"sub": "me"[^]*the signature was not checked\n$/)
    for (const text of ['x', 'a.b.c', 'e30.W10.x']) assert.equal(gatewright(['token', 'decode', text]).status, 1)
  })
})
