// JSON of callers, in which nothing gets lost: a number stays as it was written, and a member that stands
// there twice is an error, since others may read the other one.

/** Why a text is not taken. Its message holds nothing of the text. */
export class JsonFault extends Error {}

const STRINGS = /"(?:[^"\\]|\\.)*"/g

/** So many digits every double holds. */
const DIGITS = 15

/**
 * Numbers are kept as they are written: they can be written again, and not be counted with.
 *
 * @param {string} text
 * @returns {any}
 */
export const readJson = (text) => read(text, (_, source) => rawJson(source))

/**
 * Numbers are numbers. One that a double might not hold is an error.
 *
 * @param {string} text
 * @returns {any}
 */
export function readDocument(text) {
  return read(text, (number, source) => {
    const digits = source.replace(/e.*$/i, '').replace(/[-.]/g, '').replace(/^0+/, '')
    if (digits.length > DIGITS || !Number.isFinite(number)) throw new JsonFault('a number has too many digits')
    return number
  })
}

/**
 * @param {string} text
 * @param {(number: number, source: string) => unknown} readNumber
 */
function read(text, readNumber) {
  // The document itself is visited as a member, too.
  let members = -1
  /** @this {any} @param {string} _ @param {any} value @param {{ source: string }} context */
  function revive(_, value, context) {
    if (!Array.isArray(this)) members += 1
    return typeof value === 'number' ? readNumber(value, context.source) : value
  }
  let value
  try {
    value = JSON.parse(text, /** @type {any} */ (revive))
  } catch (error) {
    throw error instanceof JsonFault ? error : new JsonFault('this is not JSON')
  }
  // Every member has a colon behind its name, and outside of strings there is no other.
  const written = text.replace(STRINGS, '').split(':').length - 1
  if (written !== members) throw new JsonFault('a member stands here twice')
  return value
}

/** @type {(source: string) => unknown} */
const rawJson = (source) => /** @type {any} */ (JSON).rawJSON(source)
