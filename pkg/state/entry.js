// The entry of a row, as text: without secrets, and no larger than the ledger takes.
import { isRaw, redacted } from './redact.js'

/** A member of a change is cut away if it has more, in characters: what is before and after fits in, with room to spare. */
export const MOST_OF_CHANGE = 400_000

/**
 * @param {object} entry
 * @param {number} most how many characters a member may have
 * @returns {string} JSON
 */
export function entryText(entry, most) {
  const members = Object.entries(redacted(entry)).map(([name, member]) => {
    const characters = JSON.stringify(member)?.length ?? 0
    return [name, characters > most ? { too_large: characters } : member]
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
