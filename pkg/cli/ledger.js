// `gatewright ledger`: whether an exported ledger is what was written.
import { createPublicKey, verify as isSignature } from 'node:crypto'
import { createReadStream, fstatSync, openSync } from 'node:fs'
import '../node.js'
import { createVerifier, readCheckpoint } from '../verify.js'
import { UsageError, readArguments, readText, unreadable } from './arguments.js'
import { green, plain, print, printJson, red, warn } from './report.js'

/** So often it is said how far it has come, in milliseconds. */
const PROGRESS = 1000

/** So much is read at once, in bytes. */
const PIECE = 1 << 20

/** What was given cannot be verified, whatever the rows say. */
class Unreadable extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(message)
    this.code = code
  }
}

/** @param {string[]} args */
export async function ledger([what, ...args]) {
  if (what === 'verify') return verify(args)
  throw new UsageError('say `ledger verify`')
}

/** @param {string[]} args */
async function verify(args) {
  const text = /** @type {const} */ ({ type: 'string' })
  const { flags, values, words } = readArguments(args, { checkpoint: text, key: text, json: { type: 'boolean' } }, ['FILE'])
  const [file, checkpointFile, keyFile] = [words[0], values.get('checkpoint')?.[0], values.get('key')?.[0]]
  if (keyFile !== undefined && checkpointFile === undefined) throw new UsageError('`--key` is for the signature of a `--checkpoint`')
  if ([file, checkpointFile, keyFile].filter((name) => name === '-').length > 1) throw new UsageError('only one of the files can be stdin')
  const name = file === '-' ? 'stdin' : file
  try {
    const signed = checkpointFile === undefined ? undefined : await signedBy(checkpointFile, keyFile)
    const report = await read(file, signed?.text)
    const faults = [...(signed?.faults ?? []), ...report.faults]
    const count = report.fault_count + (signed?.faults.length ?? 0)
    const { shard, rows, seq, hash } = report
    const said = { file: name, intact: count === 0, shard, rows, seq, hash, checkpoint: signed?.told ?? null, faults, fault_count: count }
    if (flags.has('json')) printJson(said)
    else tell(said)
    return count === 0 ? 0 : 1
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    const { code, message } = error
    if (flags.has('json')) printJson({ file: name, intact: false, error: { code, message } })
    else print(`${red('error')} ${plain(message)} (${code})`)
    return 2
  }
}

/**
 * A checkpoint, and what is wrong with its signature. With a key it must be of that one; without, only that it
 * is one of the key it names itself can be told.
 *
 * @param {string} file
 * @param {string | undefined} keyFile
 */
async function signedBy(file, keyFile) {
  const text = await readText(file, 'the checkpoint')
  const checkpoint = readCheckpoint(text)
  if (checkpoint === undefined) throw new Unreadable('ledger_checkpoint_malformed', `${file} is no checkpoint`)
  const { shard, seq, hash, at, key } = checkpoint
  const trusted = keyFile === undefined ? undefined : await publicKey(keyFile)
  const told = { shard, seq, hash, at, key, trusted: trusted !== undefined }
  if (trusted !== undefined && trusted.export({ format: 'jwk' }).x !== key) {
    return { text, told, faults: [{ code: 'ledger_key_other', message: 'the checkpoint is signed with another key' }] }
  }
  const isSigned = isSignedBy(trusted, checkpoint)
  return { text, told, faults: isSigned ? [] : [{ code: 'ledger_signature_invalid', message: 'the signature of the checkpoint is not one of its key' }] }
}

/**
 * @param {import('node:crypto').KeyObject | undefined} trusted
 * @param {import('../verify.js').Checkpoint} checkpoint
 */
function isSignedBy(trusted, { key, signature, signed }) {
  try {
    const by = trusted ?? createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key }, format: 'jwk' })
    return isSignature(null, Buffer.from(signed), by, Buffer.from(signature, 'base64url'))
  } catch {
    return false
  }
}

/** @param {string} file with a public key: PEM, or a JWK */
async function publicKey(file) {
  const text = await readText(file, 'the key')
  const unfit = (/** @type {string} */ why) => new Unreadable('ledger_key_unreadable', `${file} ${why}`)
  let isPrivate = text.includes('PRIVATE KEY')
  let key
  try {
    const jwk = text.trimStart().startsWith('{') ? JSON.parse(text) : undefined
    isPrivate ||= jwk?.d !== undefined
    if (!isPrivate) key = createPublicKey(jwk === undefined ? text : { key: jwk, format: 'jwk' })
  } catch {
    // What was wrong may quote it.
  }
  if (isPrivate) throw unfit('holds a private key: who verifies needs the public one, and nobody else needs this one')
  if (key?.asymmetricKeyType !== 'ed25519') throw unfit('is no public key for Ed25519, in PEM or as a JWK')
  return key
}

/** @param {string} file @param {string | undefined} checkpoint its text */
async function read(file, checkpoint) {
  const verifier = createVerifier(checkpoint)
  const begun = Date.now()
  let told = begun
  let bytes = 0
  let isFound = false
  try {
    const descriptor = file === '-' ? 0 : openSync(file, 'r')
    const { size } = fstatSync(descriptor)
    for await (const piece of createReadStream('', { fd: descriptor, highWaterMark: PIECE })) {
      isFound = true
      verifier.push(piece)
      bytes += piece.length
      if (Date.now() - told < PROGRESS) continue
      told = Date.now()
      warn(`${(bytes / 1e6).toFixed(0)} MB read${size > 0 ? `, ${Math.floor((bytes / size) * 100)} %` : ''}`)
    }
  } catch (error) {
    throw unreadable(error, file === '-' ? 'the ledger from stdin' : 'the ledger')
  }
  const report = verifier.finish()
  if (isFound && report.rows === 0 && report.faults.some(({ code }) => code === 'ledger_row_malformed')) {
    throw new Unreadable('ledger_unreadable', `${file === '-' ? 'stdin' : file} is no ledger: no line of it is a row`)
  }
  return report
}

/**
 * @param {object} said
 * @param {string} said.file
 * @param {boolean} said.intact
 * @param {string | null} said.shard
 * @param {number} said.rows
 * @param {string} said.hash
 * @param {{ seq: number, at: number, key: string, trusted: boolean } | null} said.checkpoint
 * @param {readonly import('../verify.js').Fault[]} said.faults
 * @param {number} said.fault_count
 */
function tell({ file, intact, shard, rows, hash, checkpoint, faults, fault_count: count }) {
  for (const { code, message, line, seq, expected } of faults) {
    const place = [line === undefined ? [] : `line ${line}`, seq === undefined ? [] : `row ${seq}`].flat().join(', ')
    const other = expected === undefined ? '' : `: row ${expected} was to come`
    print(`${red('fault')} ${place === '' ? '' : `${place}: `}${message}${other} (${code})`)
  }
  if (count > faults.length) print(`and ${count - faults.length} more`)
  const whose = shard === null ? '' : ` of \`${plain(shard)}\``
  print(`${plain(file)} is ${intact ? green('intact') : red('not intact')}: ${rows} row${rows === 1 ? '' : 's'}${whose}`)
  if (!intact) return
  print(`the last hash is ${hash}`)
  if (checkpoint === null) print('without a checkpoint nobody can tell whether rows are missing at the end, or whether all were made anew')
  else {
    print(`up to row ${checkpoint.seq} it is what was signed at ${new Date(checkpoint.at).toISOString()}`)
    if (!checkpoint.trusted) print(`whose key signed it was not looked at: it is ${checkpoint.key}, and \`--key\` compares it with the one you trust`)
  }
}
