// From words on the command line to a subcommand's options. A word may be a token, so none is repeated but
// for the name of an option that there could be.
import { createReadStream, fstatSync } from 'node:fs'
import { parseArgs } from 'node:util'

/** What was asked for cannot be: the command says so, and how it is meant. */
export class UsageError extends Error {}

/** Help was asked for among the options. */
export class HelpAsked extends Error {}

/** No text is longer, in bytes: the module takes no more. */
const LIMIT = 16 << 20

/**
 * @typedef {Record<string, { type: 'string' | 'boolean', multiple?: boolean }>} Options
 * @typedef {{ flags: Set<string>, values: Map<string, string[]>, words: string[] }} Arguments
 */

/**
 * @param {string[]} args
 * @param {Options} options
 * @param {string[]} names of the words that are expected, in order
 * @returns {Arguments}
 */
export function readArguments(args, options, names) {
  const { tokens } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true })
  const flags = new Set()
  const values = new Map()
  const words = []
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value)
    if (token.kind !== 'option') continue
    if (token.name === 'help' || token.name === 'h') throw new HelpAsked()
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined
    if (option === undefined) throw noOption(token.rawName)
    if (option.type === 'boolean') {
      if (token.value !== undefined) throw new UsageError(`the option \`${token.rawName}\` takes no value`)
      flags.add(token.name)
      continue
    }
    const isForgotten = token.value === undefined || (!token.inlineValue && token.value.startsWith('--'))
    if (isForgotten) throw new UsageError(`the option \`${token.rawName}\` needs a value`)
    const before = values.get(token.name) ?? []
    if (before.length > 0 && !option.multiple) throw new UsageError(`the option \`${token.rawName}\` can be given once`)
    values.set(token.name, [...before, token.value])
  }
  if (words.length < names.length) throw new UsageError(`${names[words.length]} is missing`)
  if (words.length > names.length) throw new UsageError(`there are more words than ${names.join(' ') || 'none'}`)
  return { flags, values, words }
}

/** @param {string} name which may have a token behind it, with the space forgotten */
export const noOption = (name) =>
  new UsageError(/^--?[a-z-]{1,16}$/.test(name) ? `there is no option \`${name}\`` : 'there is no such option')

/** Whether stdin was read. There is nothing in it for a second time. */
let isStdinRead = false

/**
 * The text of a file, or of stdin if it is `-`.
 *
 * @param {string} path which is not repeated: who mistakes the order may have named a token
 * @param {string} what it is, for people
 */
export async function readText(path, what) {
  const isStdin = path === '-'
  if (isStdin && isStdinRead) throw new UsageError('stdin can be read once: `-` can stand in one place')
  isStdinRead ||= isStdin
  const place = isStdin ? `${what} from stdin` : what
  // Node takes a folder for a stdin that is empty.
  if (isStdin && fstatSync(0).isDirectory()) throw new UsageError(`cannot read ${place}: it is a folder`)
  const bytes = await readBytes(isStdin ? process.stdin : createReadStream(path), place)
  if (bytes === undefined) throw new UsageError(`cannot read ${place}: it is larger than ${LIMIT >> 20} MiB`)
  try {
    // A policy is judged as it stands. What editors put before other texts is nothing of theirs.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: what === 'the policy' }).decode(bytes)
  } catch {
    throw new UsageError(`cannot read ${place}: it is not UTF-8`)
  }
}

/**
 * @param {AsyncIterable<Buffer>} stream
 * @param {string} place
 * @returns {Promise<Buffer | undefined>} undefined for what is too large
 */
async function readBytes(stream, place) {
  const chunks = []
  let size = 0
  try {
    for await (const chunk of stream) {
      size += chunk.length
      if (size > LIMIT) return undefined
      chunks.push(chunk)
    }
  } catch (error) {
    throw unreadable(error, place)
  }
  return Buffer.concat(chunks)
}

/**
 * Why a file cannot be read. An error that is not of the file stays as it is.
 *
 * @param {unknown} error
 * @param {string} place what it is, for people
 */
export function unreadable(error, place) {
  const { code, syscall } = /** @type {NodeJS.ErrnoException} */ (error)
  if (syscall === undefined) return error
  const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : code
  return new UsageError(`cannot read ${place}: ${why}`)
}

/**
 * The secrets that a policy may name: of a file, or the environment.
 *
 * @param {Arguments} args
 * @returns {Promise<Record<string, unknown>>}
 */
export async function readSecrets({ flags, values }) {
  const path = values.get('secrets')?.[0]
  if (path === undefined) return process.env
  if (flags.has('env')) throw new UsageError('choose one of `--secrets` and `--env`')
  const text = await readText(path, 'the secrets')
  if (!text.trimStart().startsWith('{')) return (await import('node:util')).parseEnv(text)
  try {
    return JSON.parse(text)
  } catch {
    // What the parser says quotes the text.
    throw new UsageError('the secrets are neither a JSON object nor lines `NAME=value`')
  }
}

export const SECRETS = /** @type {Options} */ ({ secrets: { type: 'string' }, env: { type: 'boolean' } })
