// What is told to the ledger without anybody waiting for it: decisions, and what agents report.
//
// It is written after the answer, and what cannot be written is counted: see `/.gate/ready`. Rows are numbered
// before they are written, so that those that are lost are missing in the ledger, too. Changes do not come this
// way; their rows are written with them (see /pkg/state/object.js).
import * as engine from '../engine.js'
import { entryText, sortedText } from '../state/entry.js'
import { ledgerName } from '../state/names.js'
import { redacted } from '../state/redact.js'
import { within } from '../state/within.js'

/** So many rows may wait. What comes then is lost. */
const WAITING = 1000

/** So many go in one call. */
const BATCH = 100

/** For so long others are waited for, to go in the same call. In milliseconds. */
const GATHER = 10

/** So often a call is tried. */
const ATTEMPTS = 3

/** So many ledgers are known. One that comes back has a new source. */
const MOST = 1000

/** @typedef {ReturnType<typeof createAudit>} Audit */
/** @typedef {{ number: number, at: number, kind: string, entry: string }} Row */
/** @typedef {{ name: string, source: string, last: number, rows: Row[] }} Queue */

/**
 * @param {object} options
 * @param {import('../state/platform.d.ts').StateEnv} options.env
 * @param {(event: import('../index.d.ts').GateEvent) => void} options.report
 */
export function createAudit({ env, report }) {
  /** @type {Map<string, Queue>} */
  const queues = new Map()
  let waiting = 0
  let lost = 0
  /** How many were lost since there was room the last time. */
  let turnedAway = 0

  /** @param {number} count @param {unknown} why */
  const complain = (count, why) => report({ event: 'store_unavailable', error: `rows of the ledger are lost: ${count}: ${String(why)}` })

  /** @param {number} count @param {unknown} error */
  function lose(count, error) {
    lost += count
    complain(count, error)
  }

  /** Of many that are turned away one after the other it is said once, and how many they were when there is room. */
  function turnAway() {
    lost += 1
    turnedAway += 1
    if (turnedAway === 1) complain(1, 'too many wait')
  }

  /** @param {number} count */
  function makeRoom(count) {
    waiting -= count
    if (turnedAway > 1) complain(turnedAway - 1, 'too many waited')
    turnedAway = 0
  }

  /**
   * Of the context only a hash is written: what an action was done with is its owner's business.
   *
   * @param {string | null} tenant
   * @param {'decision' | 'log'} kind
   * @param {string} id of the entry
   * @param {{ context?: unknown, [member: string]: unknown }} entry
   * @param {((work: Promise<unknown>) => void) | undefined} waitUntil
   */
  function write(tenant, kind, id, { context, ...members }, waitUntil) {
    const queue = queueOf(ledgerName(tenant))
    queue.last += 1
    if (waiting >= WAITING) return turnAway()
    try {
      const digest = context === undefined ? {} : { context_sha256: engine.hashKey(sortedText(redacted(context))) }
      queue.rows.push({ number: queue.last, at: Date.now(), kind, entry: entryText({ id, ...members, ...digest }) })
    } catch (error) {
      return lose(1, error)
    }
    waiting += 1
    const work = flush(queue)
    waitUntil?.(work)
  }

  /** @param {string} name */
  function queueOf(name) {
    const known = queues.get(name)
    const queue = known ?? { name, source: `edge_${crypto.randomUUID()}`, last: 0, rows: [] }
    queues.delete(name)
    queues.set(name, queue)
    for (const oldest of queues.keys()) {
      if (queues.size <= MOST) break
      queues.delete(oldest)
    }
    return queue
  }

  /**
   * Each request takes along what waits when its turn comes: nobody waits for the work of another request, which
   * ends with that one.
   *
   * @param {Queue} queue
   */
  async function flush({ name, source, rows }) {
    await pause(GATHER)
    const taken = rows.splice(0, BATCH)
    if (taken.length === 0) return
    try {
      await append(name, source, taken)
    } catch (error) {
      lose(taken.length, error)
    } finally {
      makeRoom(taken.length)
    }
  }

  /** @param {string} name @param {string} source @param {Row[]} rows */
  async function append(name, source, rows) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        // The same row is written once, however often it is sent.
        return await within(env.LEDGER.getByName(name).append(source, rows))
      } catch (error) {
        if (attempt >= ATTEMPTS) throw error
        await pause(50 * 4 ** attempt)
      }
    }
  }

  return { write, state: () => ({ waiting, lost }) }
}

/** @param {number} milliseconds */
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))
