// What a ledger is made of: how its rows are hashed, written as lines, and what is signed of it.
//
// The same is in src/audit/ for those who verify. Parts are put together each behind its length in bytes, so
// that no two lists of parts are one text; the first names what it is, and its version.

/** The version of rows and checkpoints. */
export const VERSION = 1

/** The hash before the first row. */
export const GENESIS = '0'.repeat(64)

const ROW = 'gatewright ledger row 1'
const CHECKPOINT = 'gatewright ledger checkpoint 1'

/**
 * @typedef {object} Row
 * @property {number} seq from 1, without a gap
 * @property {number} at milliseconds, when it happened
 * @property {string} kind `control`, `approval`, `decision` or `log`
 * @property {string} source
 * @property {number} number of the row at its source
 * @property {string} entry JSON
 * @property {string} previous the hash of the row before
 * @property {string} hash
 */

/**
 * @typedef {object} Checkpoint
 * @property {number} version
 * @property {string} shard
 * @property {number} seq how many rows there are
 * @property {string} hash of the last one
 * @property {number} at milliseconds, when it was taken
 * @property {string} signature Ed25519, in base64url
 * @property {string} key the public key of it, in base64url
 */

const encoder = new TextEncoder()

/** @param {readonly (string | number)[]} parts */
const joined = (parts) =>
  encoder.encode(parts.map((part) => `${encoder.encode(String(part)).length}:${part}`).join(''))

/**
 * The hash of a row of a shard: SHA-256 of all that it says, and of the hash before it.
 *
 * @param {string} shard
 * @param {Omit<Row, 'hash'>} row
 */
export async function hashOf(shard, { seq, at, kind, source, number, entry, previous }) {
  const digest = await crypto.subtle.digest('SHA-256', joined([ROW, shard, seq, at, kind, source, number, entry, previous]))
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** A row as a line of an export, as the verifier reads it. @param {string} shard @param {Row} row */
export const lineOf = (shard, { seq, at, kind, source, number, entry, previous, hash }) =>
  `${JSON.stringify({ version: VERSION, shard, seq, at, kind, source, number, entry, previous, hash })}\n`

/** What is signed. @param {Omit<Checkpoint, 'version' | 'signature'>} checkpoint */
export const signedOf = ({ shard, seq, hash, at, key }) => joined([CHECKPOINT, shard, seq, hash, at, key])
