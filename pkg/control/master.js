// The master key: a secret of the Worker for the first steps, when nobody has a credential yet.
import * as engine from '../engine.js'

/** A master key that is shorter can be guessed. */
const LEAST = 12

/** A credential that is longer is none, in characters. */
const MOST = 1024

/** @typedef {ReturnType<typeof createMaster>} Master */

/**
 * @param {unknown} secret
 * @param {(event: import('../index.d.ts').GateEvent) => void} report
 */
export function createMaster(secret, report) {
  const isSound = typeof secret === 'string' && secret.length >= LEAST && secret.length <= MOST
  if (secret !== undefined && !isSound) report({ event: 'key_unusable', error: `a master key has ${LEAST} to ${MOST} characters` })
  const own = isSound ? engine.hashKey(secret) : undefined

  /** Compares hashes, in a time that says nothing of where they differ. @param {string} hash */
  function isHash(hash) {
    if (own === undefined) return false
    let difference = hash.length ^ own.length
    for (let at = 0; at < own.length; at += 1) difference |= hash.charCodeAt(at) ^ own.charCodeAt(at)
    return difference === 0
  }

  /** Whether a request brings it. @param {Request} request */
  function isSent({ headers }) {
    const [, sent = ''] = /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '') ?? []
    return sent.length <= MOST && isHash(engine.hashKey(sent))
  }

  return { isHash, isSent }
}
