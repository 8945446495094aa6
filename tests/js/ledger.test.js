// Whether a ledger is intact, as the command and the module behind it say.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import '../../pkg/node.js'
import { instance } from '../../pkg/lint.js'
import { GENESIS, hashOf, lineOf, signedOf } from '../../pkg/state/chain.js'
import { readSigner } from '../../pkg/state/signer.js'
import { createVerifier, readCheckpoint } from '../../pkg/verify.js'

const COMMAND = fileURLToPath(new URL('../../pkg/cli/gatewright.js', import.meta.url))
const vector = (/** @type {string} */ name) => fileURLToPath(new URL(`../vectors/ledger/${name}`, import.meta.url))
const [ROWS, CHECKPOINT] = ['rows.jsonl', 'checkpoint.json'].map(vector)
const text = readFileSync(ROWS, 'utf8')
const lines = text.split(/(?<=\n)/)
const checkpoint = JSON.parse(readFileSync(CHECKPOINT, 'utf8'))
const folder = mkdtempSync(join(tmpdir(), 'gatewright-ledger-'))
after(() => rmSync(folder, { recursive: true }))

/** @param {string} name @param {string | object} content */
function file(name, content) {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: checkpoint.key }, format: 'jwk' })
const KEY = file('key.pem', publicKey.export({ format: 'pem', type: 'spki' }).toString())

/** @param {string[]} args @param {string} [input] */
function verify(args, input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, 'ledger', 'verify', ...args], { input, encoding: 'utf8' })
  return { status, stdout, stderr, json: () => JSON.parse(stdout) }
}

describe('gatewright ledger verify', () => {
  it('takes what is intact for it, from a file or stdin, and says what it knows', () => {
    const { status, stdout } = verify([ROWS, '--checkpoint', CHECKPOINT, '--key', KEY])
    assert.equal(status, 0, stdout)
    assert.match(stdout, /rows\.jsonl is intact: 10 rows of `tenant:größe "1"\\u\{a\}`\n/)
    assert.match(stdout, new RegExp(`the last hash is ${checkpoint.hash}\nup to row 10 it is what was signed at 2026-`))
    assert.match(verify(['-'], text).stdout, /stdin is intact: 10 rows.*\n.*\nwithout a checkpoint/)
    assert.match(verify([ROWS, '--checkpoint', CHECKPOINT]).stdout, /`--key` compares it/)
    const { file: name, ...said } = verify(['-', '--checkpoint', CHECKPOINT, '--key', KEY, '--json'], text).json()
    const { version: _, signature: __, ...told } = checkpoint
    assert.deepEqual([name, said], ['stdin', {
      intact: true, shard: checkpoint.shard, rows: 10, seq: 10, hash: checkpoint.hash, checkpoint: { ...told, trusted: true }, faults: [], fault_count: 0,
    }])
  })

  it('fails on what is not, and says which row and why', () => {
    for (const [name, changed, codes] of /** @type {[string, string, string[]][]} */ ([
      ['changed', text.replace('agent.create', 'agent.delete'), ['ledger_row_changed 3']],
      ['cut off', lines.slice(0, 7).join(''), ['ledger_truncated undefined']],
      ['cut off within a row', text.slice(0, -20), ['ledger_row_malformed undefined', 'ledger_checkpoint_differs undefined']],
      ['moved', [...lines.slice(0, 2), lines[3], lines[2], ...lines.slice(4)].join(''), ['ledger_row_missing 4', 'ledger_row_misplaced 3']],
      ['empty', '', ['ledger_truncated undefined']],
    ])) {
      const { status, json } = verify(['-', '--checkpoint', CHECKPOINT, '--key', KEY, '--json'], changed)
      assert.deepEqual([status, json().intact, json().faults.map((/** @type {any} */ { code, seq }) => `${code} ${seq}`)], [1, false, codes], name)
    }
    assert.match(verify(['-'], lines.slice(1).join('')).stdout, /^fault line 1, row 2: rows before it are missing: row 1 was to come \(ledger_row_missing\)\nstdin is not intact: 9 rows/)
    assert.match(verify(['-'], '').stdout, /ledger_empty/)
  })

  it('believes the key that it was given, and no signature of another', () => {
    const other = generateKeyPairSync('ed25519')
    const otherKey = file('other.pem', other.publicKey.export({ format: 'pem', type: 'spki' }).toString())
    const key = other.publicKey.export({ format: 'jwk' }).x ?? ''
    const short = { ...checkpoint, seq: 7, hash: JSON.parse(lines[6]).hash }
    const signed = (/** @type {any} */ said) => ({ ...said, signature: sign(null, signedOf(said), other.privateKey).toString('base64url') })
    const cut = file('cut.jsonl', lines.slice(0, 7).join(''))
    for (const [name, made, keyFile, codes] of /** @type {[string, object, string | undefined, string[]][]} */ ([
      ['the cut one, signed by somebody else', signed({ ...short, key }), KEY, ['ledger_key_other']],
      ['the same under the name of the key', signed(short), KEY, ['ledger_signature_invalid']],
      ['the old signature for less', short, KEY, ['ledger_signature_invalid']],
      ['the old signature for less, without a key', short, undefined, ['ledger_signature_invalid']],
      ['a key of small order', { ...short, key: 'AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }, undefined, ['ledger_signature_invalid']],
      ['the key that was given', signed({ ...short, key }), otherKey, []],
    ])) {
      const args = [cut, '--checkpoint', file('made.json', made), ...(keyFile === undefined ? [] : ['--key', keyFile]), '--json']
      const { status, json } = verify(args)
      assert.deepEqual([status, json().faults.map((/** @type {any} */ { code }) => code)], [codes.length === 0 ? 0 : 1, codes], name)
    }
  })

  it('cannot read what is no ledger, no checkpoint, no key', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'pem', type: 'spki' }).toString()
    const { privateKey } = generateKeyPairSync('ed25519')
    const own = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
    const jwk = privateKey.export({ format: 'jwk' })
    const by = (/** @type {string} */ content) => [ROWS, '--checkpoint', CHECKPOINT, '--key', file('a-key', content)]
    for (const [args, code] of /** @type {[string[], string][]} */ ([
      [[file('page.html', '<html>\n</html>\n')], 'ledger_unreadable'],
      [[ROWS, '--checkpoint', ROWS], 'ledger_checkpoint_malformed'],
      [[ROWS, '--checkpoint', file('none.json', '')], 'ledger_checkpoint_malformed'],
      [[ROWS, '--checkpoint', file('more.json', { ...checkpoint, more: 1 })], 'ledger_checkpoint_malformed'],
      [by(rsa), 'ledger_key_unreadable'], [by('x'), 'ledger_key_unreadable'], [by('{'), 'ledger_key_unreadable'],
      [by(own), 'ledger_key_unreadable'], [by(JSON.stringify(jwk)), 'ledger_key_unreadable'],
    ])) {
      const { status, stdout, stderr } = verify(args)
      assert.deepEqual([status, stderr], [2, ''], args.join(' '))
      assert.match(stdout, new RegExp(`^error .*\\(${code}\\)\n$`))
      assert.equal(verify([...args, '--json']).json().error.code, code)
      assert.ok(!stdout.includes(jwk.d ?? '?'), 'nothing of a key')
    }
    assert.equal(verify(by(JSON.stringify(publicKey.export({ format: 'jwk' })))).status, 0, 'a JWK is a key')
    for (const args of [[], [ROWS, ROWS], [ROWS, '--key', KEY], ['none'], [folder], ['-', '--checkpoint', '-'], [ROWS, '--frob']]) {
      assert.deepEqual([verify(args).status, verify(args).stdout], [64, ''], args.join(' '))
    }
    assert.equal(spawnSync(process.execPath, [COMMAND, 'ledger']).status, 64)
  })

  it('says how far it has come when it takes long', async () => {
    const child = spawn(process.execPath, [COMMAND, 'ledger', 'verify', '-'])
    let said = ''
    child.stderr.on('data', (piece) => { said += piece })
    child.stdin.write(lines.slice(0, 5).join(''))
    await new Promise((resolve) => setTimeout(resolve, 1500))
    child.stdin.end(lines.slice(5).join(''))
    const status = await new Promise((resolve) => child.on('close', resolve))
    assert.equal(status, 0)
    assert.match(said, /^gatewright: 0 MB read\n$/)
    assert.equal(verify([ROWS]).stderr, '')
  })
})

describe('the verifier', () => {
  const bytes = new TextEncoder().encode(text)

  it('reads in pieces of any size, and several ledgers at a time', () => {
    const wanted = JSON.stringify(checkpoint)
    const sizes = [1, 2, 7, 64, 1000, bytes.length, bytes.length + 1]
    const verifiers = sizes.map((size) => ({ size, verifier: createVerifier(wanted) }))
    for (const { size, verifier } of verifiers) {
      for (let at = 0; at < bytes.length; at += size) verifier.push(bytes.subarray(at, at + size))
    }
    for (const { size, verifier } of verifiers) {
      const { fault_count, rows } = verifier.finish()
      assert.deepEqual([fault_count, rows], [0, 10], String(size))
      assert.throws(() => verifier.finish(), /begin anew/, 'it is finished')
    }
  })

  it('is lost with its module, and says so', () => {
    const verifier = createVerifier()
    verifier.push(bytes.subarray(0, 100))
    instance.discard()
    assert.throws(() => verifier.push(bytes.subarray(100)), /begin anew/)
    const another = createVerifier()
    assert.throws(() => verifier.push(bytes.subarray(100)), /begin anew/, 'and is not taken for another')
    another.push(bytes)
    assert.equal(another.finish().fault_count, 0)
    assert.throws(() => createVerifier('{}'), TypeError)
  })

  it('says what was signed as the signer does', async () => {
    const { signed, ...told } = readCheckpoint(JSON.stringify(checkpoint)) ?? {}
    assert.equal(signed, new TextDecoder().decode(signedOf(checkpoint)))
    const { version: _, ...others } = checkpoint
    assert.deepEqual(told, others)
    assert.equal(readCheckpoint('{}'), undefined)
  })

  it('finds a change of any member of any row, in rows that the Worker would write', async () => {
    const rows = []
    let previous = GENESIS
    for (const seq of [1, 2, 3]) {
      const row = { seq, at: seq, kind: 'log', source: 'edge', number: seq, entry: `{"n":${seq}}`, previous }
      previous = await hashOf('none', row)
      rows.push({ ...row, hash: previous })
    }
    const found = (/** @type {any[]} */ written) => {
      const verifier = createVerifier()
      verifier.push(new TextEncoder().encode(written.join('')))
      return verifier.finish().faults.map(({ line }) => line)[0]
    }
    const written = rows.map((row) => lineOf('none', row))
    assert.equal(found(written), undefined)
    for (const [at, row] of rows.entries()) {
      for (const [member, value] of Object.entries(row)) {
        const other = typeof value === 'number' ? value + 1 : member === 'hash' || member === 'previous' ? 'f'.repeat(64) : `${value} `
        assert.equal(found(written.with(at, lineOf('none', { ...row, [member]: other }))), at + 1, `${member} of row ${at + 1}`)
      }
    }
  })
})

describe('the key that signs', () => {
  const { privateKey, publicKey: half } = generateKeyPairSync('ed25519')
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  const jwk = privateKey.export({ format: 'jwk' })

  it('is PKCS#8 in PEM, as it ends up in variables too, or a JWK', async () => {
    for (const secret of [pem, pem.replaceAll('\n', '\\n'), pem.replaceAll('\n', ''), JSON.stringify(jwk), JSON.stringify({ ...jwk, kid: 'x', alg: 'EdDSA' })]) {
      assert.equal((await readSigner(secret)).key, half.export({ format: 'jwk' }).x)
    }
  })

  it('is nothing else, and nothing of it is told', async () => {
    const other = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    for (const secret of [
      'hush', '{}', 'null', half.export({ format: 'pem', type: 'spki' }).toString(), ec.export({ format: 'pem', type: 'pkcs8' }).toString(),
      JSON.stringify(ec.export({ format: 'jwk' })), JSON.stringify({ ...jwk, x: other.x }), JSON.stringify({ ...jwk, d: undefined }), pem.slice(0, -40),
    ]) {
      await assert.rejects(readSigner(secret), /^Error: GATEWRIGHT_LEDGER_KEY is no private key for Ed25519: expected PKCS#8 in PEM, or a JWK$/)
    }
    assert.ok(createPrivateKey(pem))
  })
})
