// Looking virtual keys up in their shards, and remembering them for as long as that is allowed.
import { shardOf } from './names.js'
import { within } from './within.js'

/** @typedef {import('./key-shard.js').Key} Key */

/** So many keys are remembered. The oldest go first. */
const MOST = 10_000

/**
 * @param {object} options
 * @param {import('./platform.d.ts').StateEnv} options.env
 * @param {() => number} options.now
 * @param {number} options.maxStaleSeconds
 * @param {number} options.hardStaleSeconds
 */
export function createKeys({ env, now, maxStaleSeconds, hardStaleSeconds }) {
  /** @type {Map<string, { key: Key, readAt: number }>} */
  const known = new Map()

  /**
   * @param {string} hash
   * @param {{ isFresh?: boolean }} [how] whether nothing may be remembered
   * @returns {Promise<Key | undefined>}
   * @throws if the shard does not answer, and what is remembered is too old
   */
  async function look(hash, { isFresh = false } = {}) {
    const asked = now()
    const remembered = known.get(hash)
    if (!isFresh && remembered && asked - remembered.readAt < maxStaleSeconds) return remembered.key
    try {
      const key = await within(env.KEYS.getByName(shardOf(hash)).look(hash))
      known.delete(hash)
      if (key !== undefined) remember(hash, { key, readAt: asked })
      return key
    } catch (error) {
      const mayBeOld = !isFresh && maxStaleSeconds > 0
      if (mayBeOld && remembered && now() - remembered.readAt <= hardStaleSeconds) return remembered.key
      throw error
    }
  }

  /** @param {string} hash @param {{ key: Key, readAt: number }} entry */
  function remember(hash, entry) {
    known.set(hash, entry)
    for (const oldest of known.keys()) {
      if (known.size <= MOST) break
      known.delete(oldest)
    }
  }

  /**
   * The record of a key as the core reads it, of this tenant alone.
   *
   * @param {string} hash
   * @param {string | null} tenant
   * @returns {Promise<import('../index.d.ts').KeyRecord | undefined>}
   */
  async function record(hash, tenant) {
    const key = await look(hash)
    if (key?.kind !== 'virtual') return undefined
    // Whosever it is: the core refuses it, and says why.
    const isOver = key.body.blocked === true || key.body.expires <= now()
    return key.tenant === tenant || isOver ? recordOf(key) : undefined
  }

  return { look, record }
}

/** @param {Key} key @returns {import('../index.d.ts').KeyRecord} */
export const recordOf = ({ body, tenant }) => ({ ...body, ...(tenant !== null && { tenant }) })
