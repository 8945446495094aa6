// The JWK Set that an issuer publishes: when it is fetched, how long it is believed.
//
// Fresh       Cache-Control says for how long, between 5 minutes and 1 hour; 10 minutes if it says
//             nothing. When 80 % of that have passed, a request has it fetched again, without waiting.
// Not fresh   The keys are taken out of the module. The next token that needs one waits for a fetch.
// Stale       If that fails, the keys are put back until `maxStaleSeconds` after they were fetched.
//             After that there are none, and the issuer's tokens are denied.
//
// A token can make the gate fetch, and anybody can send one. So there is one fetch at a time, one in
// 30 seconds for keys that are not in the set, and after a failure none for 1, 2, 4 … 60 seconds.
//
// In a Worker a request must not wait for the promise of another one, which may be cancelled with it.
// So only results are shared. A request that needs keys while another one fetches them looks again
// and again whether they have come; should the other never finish, it fetches them itself.

const USUAL_SECONDS = 600
const [SHORTEST_SECONDS, LONGEST_SECONDS] = [300, 3600]
const REFRESH_AT = 0.8
const COOL_DOWN_SECONDS = 30
const LONGEST_BACKOFF_SECONDS = 60
const TIMEOUT_MS = 3000
const POLL_MS = 20
const MAX_BYTES = 64 * 1024

import { readBody } from './body.js'

/**
 * @typedef {object} KeySource
 * @property {(time: number) => Promise<unknown> | undefined} tend drops keys that are too old, and
 *   starts a refresh if it is time for one
 * @property {() => Promise<boolean>} renew tries to get newer keys; true if it is worth asking again
 * @property {() => Promise<boolean>} isReady whether there are keys, after trying to get them
 * @property {() => void} reinstall puts the keys into a new instance of the module
 *
 * @param {object} options
 * @param {string} options.url
 * @param {typeof globalThis.fetch} options.fetch
 * @param {() => number} options.now seconds
 * @param {number} options.maxStaleSeconds
 * @param {(jwkSet: Uint8Array) => string | undefined} options.install returns what is wrong with it
 * @param {() => void} options.drop
 * @param {(error: string) => void} options.complain
 * @returns {KeySource}
 */
export function createKeySource({ url, fetch, now, maxStaleSeconds, install, drop, complain }) {
  /** @type {Uint8Array | undefined} the set that was fetched last */
  let held
  let isInstalled = false
  let refreshAt = 0
  let freshUntil = 0
  let staleUntil = 0
  /** Before this nothing is fetched for the sake of an unknown key. */
  let coolUntil = 0
  /** Before this nothing is fetched, since it has just failed. */
  let retryAt = 0
  let failures = 0
  /** The fetch that runs. It counts as lost after its time. */
  let running = 0
  let runningUntil = 0

  function tend(/** @type {number} */ time) {
    if (!isInstalled) return undefined
    if (time >= freshUntil) {
      isInstalled = false
      drop()
      return undefined
    }
    return time >= refreshAt && time >= runningUntil ? load(time) : undefined
  }

  async function renew() {
    const time = now()
    if (isInstalled) return time >= coolUntil && time >= runningUntil && load(time)
    for (let waited = 0; waited < TIMEOUT_MS && now() < runningUntil; waited += POLL_MS) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
      if (isInstalled) return true
    }
    return (now() >= retryAt && (await load(now()))) || restore()
  }

  /** @param {number} time */
  async function load(time) {
    const mine = (running += 1)
    runningUntil = time + TIMEOUT_MS / 1000
    coolUntil = time + COOL_DOWN_SECONDS
    let error
    try {
      const { jwkSet, seconds } = await fetchSet(url, fetch)
      // Somebody thought this fetch was lost, and theirs is newer.
      if (mine !== running) return isInstalled
      error = install(jwkSet)
      if (error === undefined) {
        keep(jwkSet, time, seconds)
        return true
      }
    } catch (thrown) {
      if (mine !== running) return isInstalled
      error = thrown instanceof Error ? thrown.message : String(thrown)
    }
    failures += 1
    runningUntil = 0
    retryAt = now() + Math.min(LONGEST_BACKOFF_SECONDS, 2 ** (failures - 1))
    refreshAt = Math.max(refreshAt, retryAt)
    complain(error)
    return false
  }

  /**
   * @param {Uint8Array} jwkSet
   * @param {number} time when it was asked for
   * @param {number} seconds
   */
  function keep(jwkSet, time, seconds) {
    held = jwkSet
    isInstalled = true
    refreshAt = time + seconds * REFRESH_AT
    freshUntil = time + seconds
    staleUntil = freshUntil + maxStaleSeconds
    failures = 0
    retryAt = 0
    runningUntil = 0
  }

  /** Puts the keys back that are not fresh any more, if they are not too old. */
  function restore() {
    if (held === undefined || now() >= staleUntil || install(held) !== undefined) return false
    isInstalled = true
    freshUntil = staleUntil
    refreshAt = retryAt
    return true
  }

  function reinstall() {
    if (isInstalled && held !== undefined) isInstalled = install(held) === undefined
  }

  return { tend, renew, isReady: async () => isInstalled || renew(), reinstall }
}

/**
 * @param {string} url
 * @param {typeof globalThis.fetch} fetch
 */
async function fetchSet(url, fetch) {
  const response = await fetch(url, {
    headers: { accept: 'application/jwk-set+json, application/json' },
    // Not followed: the policy names the place, and nobody else does.
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (response.status !== 200) throw new Error(`the JWK Set was answered with status ${response.status}`)
  const jwkSet = await readBody(response.body, MAX_BYTES)
  if (jwkSet === undefined) throw new Error(`the JWK Set is larger than ${MAX_BYTES} bytes`)
  return { jwkSet, seconds: lifetime(response.headers.get('cache-control') ?? '') }
}

/** @param {string} cacheControl */
function lifetime(cacheControl) {
  if (/\bno-(store|cache)\b/i.test(cacheControl)) return SHORTEST_SECONDS
  const seconds = /\bmax-age="?(\d+)/i.exec(cacheControl)?.[1]
  if (seconds === undefined) return USUAL_SECONDS
  return Math.min(LONGEST_SECONDS, Math.max(SHORTEST_SECONDS, Number(seconds)))
}
