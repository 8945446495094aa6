// What is told to the ledger without anybody waiting for it: decisions, and what agents report.
//
// It is written after the answer, and what cannot be written is counted: see `/.gate/ready`. Changes do not
// come this way; their rows are written with them (see /pkg/state/object.js).
import { ledgerName } from '../state/names.js'
import { within } from '../state/within.js'

/** So many rows may wait. What comes then is lost. */
const WAITING = 1000

/** So often a row is tried. */
const ATTEMPTS = 3

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
  let waiting = 0
  let lost = 0

  /** @param {unknown} error */
  function lose(error) {
    lost += 1
    report({ event: 'store_unavailable', error: `a row of the ledger is lost: ${String(error)}` })
  }

  /**
   * @param {string | null} tenant
   * @param {'decision' | 'log'} kind
   * @param {string} source that no other row has
   * @param {{ context?: unknown, [member: string]: unknown }} entry
   * @param {((work: Promise<unknown>) => void) | undefined} waitUntil
   */
  function write(tenant, kind, source, entry, waitUntil) {
    if (waiting >= WAITING) return lose('too many wait')
    waiting += 1
    const row = { number: 1, at: Date.now(), kind, entry: textOf(entry) }
    const work = append(ledgerName(tenant), source, row).catch(lose).finally(() => { waiting -= 1 })
    waitUntil?.(work)
  }

  /** @param {string} name @param {string} source @param {{ number: number, at: number, kind: string, entry: string }} row */
  async function append(name, source, row) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        // The same row is written once, however often it is sent.
        return await within(env.LEDGER.getByName(name).append(source, [row]))
      } catch (error) {
        if (attempt >= ATTEMPTS) throw error
        await new Promise((resolve) => setTimeout(resolve, 50 * 4 ** attempt))
      }
    }
  }

  return { write, state: () => ({ waiting, lost }) }
}

/** @param {{ context?: unknown, [member: string]: unknown }} entry */
function textOf(entry) {
  const written = (/** @type {object} */ value) =>
    JSON.stringify(value, (name, member) => (SECRET.test(name) ? '[redacted]' : member))
  const text = written(entry)
  return text.length <= MOST ? text : written({ ...entry, context: '[too large]' })
}
