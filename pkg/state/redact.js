// What must not get into the ledger, taken out of what is about to be written: nothing can be taken out later.
//
// A member whose name says that its value is nobody's business loses the value; a text that looks like a
// credential, or says one, loses that part of it. JSON within a text is looked through as well. This is a net
// and no proof: what looks like any other word stays, so whoever writes a row leaves out what it need not say.

/** Stands where something was. */
export const REDACTED = '[redacted]'

/** Names of members whose values are secret, whatever they are. */
const NAME = /pass|pwd|secret|token|credential|authori[sz]ation|api[-_ ]?key|private[-_ ]?key|cookie|bearer|jwt|signature|session[-_ ]?id|(?:^|[-_ .])(?:keys?|pin|otp|cvv|cvc)$/i
const CAMEL_NAME = /[a-z](?:Keys?|Pin|Otp)$/

const WORD = String.raw`(?:pass(?:word|wd|phrase|code)?|pwd|secret|token|credentials?|authori[sz]ation|api[-_ ]?key|private[-_ ]?key|cookie)`
const QUOTE = String.raw`["'\\]`
const REST = String.raw`[^\s"'\\,;&})\]]`

/**
 * What looks like a credential, or stands behind a word for one. What the first group matches is kept. Texts are of
 * strangers: where a search could begin anew at every letter, it has a bound.
 */
const TEXTS = [
  /()-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  // A JWT or what begins like one: its header is a JSON object.
  /()(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*){0,4}/g,
  /()(?<![A-Za-z0-9])sk[-_][A-Za-z0-9_-]{8,}/g,
  /()(?<![A-Za-z0-9])(?:ak|pk|rk|whsec|gh[opsur]|github_pat|glpat|xox[abeprs])[-_][A-Za-z0-9_-]{16,}/g,
  /()(?<![A-Za-z0-9])A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9])/g,
  /\b((?:bearer|basic|digest|negotiate)\s+)[A-Za-z0-9+/=_.~-]{6,}/gi,
  // The user and password of a URL.
  /\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/?#@]{1,1000}(?=@)/gi,
  new RegExp(`(${WORD}${QUOTE}*\\s*(?:=|:(?=\\s|${QUOTE}))\\s*${QUOTE}*)(?!\\[redacted\\])${REST}+`, 'gi'),
  // Without a space it may be a scope, such as `secret:read`.
  new RegExp(`(${WORD}:)(?=${REST}{0,100}\\d)${REST}{6,}`, 'gi'),
]

/** Deeper than this nothing is looked at, and nothing kept. */
const DEPTH = 32

/**
 * The same, without what must not be written.
 *
 * @param {unknown} value as JSON has it
 * @param {number} [depth]
 * @returns {any}
 */
export function redacted(value, depth = DEPTH) {
  if (typeof value === 'string') return redactedText(value, depth)
  if (typeof value !== 'object' || value === null || isRaw(value)) return value
  if (depth === 0) return REDACTED
  if (Array.isArray(value)) return value.map((item) => redacted(item, depth - 1))
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [
    redactedText(name, depth),
    isSecret(name) && member !== null && typeof member !== 'boolean' ? REDACTED : redacted(member, depth - 1),
  ]))
}

/** Whether it is a number as it was written: what `JSON.rawJSON` makes. @param {object} value */
export const isRaw = (value) => Object.getPrototypeOf(value) === null && typeof Reflect.get(value, 'rawJSON') === 'string' && Object.isFrozen(value)

/** @param {string} name */
function isSecret(name) {
  const seen = plain(name)
  return NAME.test(seen) || CAMEL_NAME.test(seen)
}

/** Letters as they look: those that are wide or narrow like others, and without those that are not seen. @param {string} text */
const plain = (text) => text.normalize('NFKC').replace(/\p{Cf}/gu, '')

/** @param {string} text @param {number} depth */
function redactedText(text, depth) {
  const seen = plain(text)
  const within = /^\s*[[{]/.test(seen) ? redactedJson(seen, depth) : undefined
  const clean = TEXTS.reduce((one, pattern) => one.replace(pattern, `$1${REDACTED}`), within ?? seen)
  return clean === seen ? text : clean
}

/** @param {string} text @param {number} depth @returns {string | undefined} undefined if it is no JSON */
function redactedJson(text, depth) {
  if (depth === 0) return REDACTED
  let value
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const clean = JSON.stringify(redacted(value, depth - 1))
  return clean === JSON.stringify(value) ? text : clean
}
