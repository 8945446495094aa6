// From words on the command line to a subcommand's options. A word may be a token, so what was not
// expected is never repeated, except for the name of an option.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

/** What was asked for cannot be: the command says so, and how it is meant. */
export class UsageError extends Error {}

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
    const option = options[token.name]
    if (option === undefined) throw new UsageError(`there is no option \`${token.rawName}\``)
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

/**
 * The text of a file, or of stdin if it is `-`.
 *
 * @param {string} path
 * @param {string} what it is, for people
 */
export function readText(path, what) {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8')
  } catch (error) {
    throw unreadable(error, path, what)
  }
}

/**
 * Why a file cannot be read. An error that is not of the file stays as it is.
 *
 * @param {unknown} error
 * @param {string} path
 * @param {string} what it is, for people
 */
export function unreadable(error, path, what) {
  const { code, syscall } = /** @type {NodeJS.ErrnoException} */ (error)
  if (syscall === undefined) return error
  const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : code
  // Who mistakes the options may have named a token where a file is meant.
  const place = path === '-' ? ' from stdin' : what === 'the token' ? '' : ` \`${path}\``
  return new UsageError(`cannot read ${what}${place}: ${why}`)
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
  const text = readText(path, 'the secrets')
  if (!text.trimStart().startsWith('{')) return (await import('node:util')).parseEnv(text)
  try {
    return JSON.parse(text)
  } catch {
    // What the parser says quotes the text.
    throw new UsageError(`the secrets in \`${path}\` are neither a JSON object nor lines \`NAME=value\``)
  }
}

export const SECRETS = /** @type {Options} */ ({ secrets: { type: 'string' }, env: { type: 'boolean' } })
