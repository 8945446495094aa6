// `gatewright token`: tokens to try a policy with, and what one says.
import { createHmac } from 'node:crypto'
import { HelpAsked, UsageError, readArguments, readText } from './arguments.js'
import { plain, print, printJson, warn } from './report.js'

const TEXT = /** @type {const} */ ({ type: 'string' })

/** The algorithms with a shared secret, and how many bytes that must have. */
const SECRET_BYTES = /** @type {Record<string, number>} */ ({ HS256: 32, HS384: 48, HS512: 64 })
const SECONDS = /** @type {Record<string, number>} */ ({ s: 1, m: 60, h: 3600, d: 86400 })

/** @param {string[]} args */
export async function token([what, ...args]) {
  if (what === 'mint') return mint(args)
  if (what === 'decode') return decode(args)
  if (what === '--help' || what === '-h') throw new HelpAsked()
  throw new UsageError('say `token mint` or `token decode`')
}

/** @param {string[]} args */
function mint(args) {
  const options = {
    'secret-env': TEXT, alg: TEXT, sub: TEXT, scopes: TEXT, expires: TEXT,
    claim: /** @type {const} */ ({ type: 'string', multiple: true }),
  }
  const { values } = readArguments(args, options, [])
  const one = (/** @type {string} */ name) => values.get(name)?.[0]
  const name = one('secret-env')
  if (name === undefined) throw new UsageError('say which variable holds the secret: `--secret-env NAME`')
  const alg = one('alg') ?? 'HS256'
  if (!Object.hasOwn(SECRET_BYTES, alg)) throw new UsageError('`--alg` is HS256, HS384 or HS512: others sign with a private key')
  const secret = process.env[name]
  // The name is not repeated: it may be the secret itself.
  if (secret === undefined) throw new UsageError('the variable that `--secret-env` names is not set')
  const least = SECRET_BYTES[alg]
  if (Buffer.byteLength(secret) < least) throw new UsageError(`the secret is too short for ${alg}, which needs ${least} bytes`)
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    sub: one('sub'),
    scopes: one('scopes')?.split(/\s+/).filter((scope) => scope !== ''),
    iat: now,
    exp: now + secondsOf(one('expires') ?? '1h'),
    ...Object.fromEntries((values.get('claim') ?? []).map(claimOf)),
  }
  const signed = [{ alg, typ: 'JWT' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  warn('for development only: whoever holds the secret can make such tokens')
  print(`${signed}.${createHmac(`sha${alg.slice(2)}`, secret).update(signed).digest('base64url')}`)
  return 0
}

/** @param {string} text */
function secondsOf(text) {
  const [, number, unit = 's'] = /^(\d{1,9})([smhd]?)$/.exec(text) ?? []
  if (number === undefined) throw new UsageError('`--expires` is a number of seconds, or such as 30m, 1h, 7d')
  return Number(number) * SECONDS[unit || 's']
}

/** `name=value`, where a value that is JSON is taken for it. @param {string} text */
function claimOf(text) {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError('a claim is a name and a value: `--claim name=value`')
  const value = valueOf(text.slice(at + 1))
  if (typeof value === 'number' && !Number.isSafeInteger(value) && Number.isInteger(value)) {
    throw new UsageError('a claim is a number that cannot be held exactly: put it into quotes, `--claim name=\'"…"\'`')
  }
  return [text.slice(0, at), value]
}

/** @param {string} text @returns {unknown} */
function valueOf(text) {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** @param {string[]} args */
async function decode(args) {
  const { flags, words } = readArguments(args, { json: { type: 'boolean' } }, ['TOKEN'])
  const text = words[0] === '-' ? (await readText('-', 'the token')).trim() : words[0]
  const parts = text.replace(/^bearer +/i, '').split('.')
  const [header, claims] = parts.length === 3 ? parts.slice(0, 2).map(objectOf) : []
  if (header === undefined || claims === undefined) {
    warn('this is no JWT: three parts with dots between, of which two are JSON objects in base64url')
    return 1
  }
  if (flags.has('json')) printJson({ header, claims, signature: 'not checked' })
  else {
    for (const [name, part] of Object.entries({ header, claims })) print(`${name} ${readable(part)}`)
    print('the signature was not checked')
  }
  return 0
}

/** JSON as people read it. Line breaks in strings are escaped by JSON itself. @param {object} part */
const readable = (part) => JSON.stringify(part, undefined, 2).split('\n').map(plain).join('\n')

/** @param {string} part */
function objectOf(part) {
  if (!/^[\w-]+$/.test(part)) return undefined
  try {
    const value = JSON.parse(Buffer.from(part, 'base64url').toString())
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? /** @type {object} */ (value) : undefined
  } catch {
    return undefined
  }
}
