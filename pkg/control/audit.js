// What is told to the ledger without anybody waiting for it: decisions, and what agents report.
//
// It is written after the answer, and what cannot be written is counted: see `/.gate/ready`. Changes do not
// come this way; their rows are written with them (see /pkg/state/object.js).
import { ledgerName } from '../state/names.js'
import { within } from '../state/within.js'

/** So many rows may wait. What comes then is lost. */
const WAITING = 1000

/** So often rows are tried. */
const ATTEMPTS = 3

/** So many go in one call. */
const BATCH = 100

/** Who sends rows and is not heard of for so long is gone, in milliseconds: all attempts take less. */
const BUSY = 10_000

/** Names of arguments whose values are nobody's business. */
const SECRET = /pass|secret|token|credential|authorization|api[-_]?key|cookie/i

/** @typedef {ReturnType<typeof createAudit>} Audit */

/** An entry with more is cut down to what it is about, in characters. */
const MOST = 16 * 1024

/**
 * @param {object} options
 * @param {import('../state/platform.d.ts').StateEnv} options.env
 * @param {(event: import('../index.d.ts').GateEvent) => void} options.report
 */
export function createAudit({ env, report }) {
  /** @type {{ name: string, row: import('../state/ledger.js').Sent }[]} */
  let queue = []
  /** How many are on their way. */
  let sending = 0
  let lost = 0
  let busyUntil = 0

  /** @param {unknown} error @param {number} count */
  function lose(error, count) {
    lost += count
    report({ event: 'store_unavailable', error: `${count} rows of the ledger are lost: ${String(error)}` })
  }

  /**
   * @param {string | null} tenant
   * @param {'decision' | 'log'} kind
   * @param {string} source that no other row has
   * @param {{ context?: unknown, [member: string]: unknown }} entry
   * @param {((work: Promise<unknown>) => void) | undefined} waitUntil
   */
  function write(tenant, kind, source, entry, waitUntil) {
    if (queue.length + sending >= WAITING) return lose('too many wait', 1)
    queue.push({ name: ledgerName(tenant), row: { source, number: 1, at: Date.now(), kind, entry: textOf(entry) } })
    // Who comes while somebody is at it leaves the row to them; it is gone with them only if they are.
    if (Date.now() >= busyUntil) waitUntil?.(flush())
  }

  async function flush() {
    while (queue.length > 0) {
      busyUntil = Date.now() + BUSY
      const { name } = queue[0]
      const rows = queue.filter((one) => one.name === name).slice(0, BATCH).map(({ row }) => row)
      queue = queue.filter(({ row }) => !rows.includes(row))
      sending += rows.length
      try {
        await append(name, rows)
      } catch (error) {
        lose(error, rows.length)
      } finally {
        sending -= rows.length
      }
    }
    busyUntil = 0
  }

  /** @param {string} name @param {import('../state/ledger.js').Sent[]} rows */
  async function append(name, rows) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        // The same row is written once, however often it is sent.
        return await within(env.LEDGER.getByName(name).append(rows))
      } catch (error) {
        if (attempt >= ATTEMPTS) throw error
        await new Promise((resolve) => setTimeout(resolve, 50 * 4 ** attempt))
      }
    }
  }

  return { write, state: () => ({ waiting: queue.length + sending, lost }) }
}

/** @param {{ context?: unknown, [member: string]: unknown }} entry */
function textOf(entry) {
  const written = (/** @type {object} */ value) =>
    JSON.stringify(value, (name, member) => (SECRET.test(name) ? '[redacted]' : member))
  const text = written(entry)
  return text.length <= MOST ? text : written({ ...entry, context: '[too large]' })
}
