// The entry of a row, as text: without secrets, and no larger than the ledger takes.
import { isRaw, redacted } from './redact.js'

/** A member is cut away if it has more, in characters. An entry has a dozen members, and the ledger takes 64 Ki. */
const MOST = 4 * 1024

/**
 * @param {object} entry
 * @returns {string} JSON
 */
export function entryText(entry) {
  const members = Object.entries(redacted(entry)).map(([name, member]) => {
    const characters = JSON.stringify(member)?.length ?? 0
    return [name, characters > MOST ? { too_large: characters } : member]
  })
  return JSON.stringify(Object.fromEntries(members))
}

/**
 * The same value as the same text, in whichever order its members stand: sorted, numbers as they were written.
 *
 * @param {unknown} value
 * @returns {string}
 */
export function sortedText(value) {
  return JSON.stringify(value, (_, member) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member) || isRaw(member)) return member
    return Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
  })
}
