// The policy decision point: asks the module, has signatures verified, and survives a trap.
//
// When the module traps, the request it trapped on is denied and never tried again, the instance is
// thrown away, and the next request finds a new one, compiled from the policy kept here. Whoever
// waited for a signature meanwhile is denied as well: what the module knew of them is gone.
import { READ, readVerdict, refusal } from './decision.js'
import * as engine from './engine.js'
import { reportGuardsTo } from './guards.js'
import { createKeySource } from './jwks.js'
import { isLater, look } from './lookup.js'
import { openSession } from './session.js'

/** @typedef {ReturnType<typeof createPdp>} Pdp */
/** @typedef {import('./decision.js').Verdict} Verdict */

/** A newer set of keys may make these another answer. */
export const RENEWABLE = new Set(['token_key_unknown', 'token_keys_unavailable'])

/** @param {Verdict} verdict */
const isRenewable = ({ decision }) => !decision.decision && RENEWABLE.has(decision.context.reason)

/** For the module: what was waited for did not come. */
const FAILED = 2

/** More than this is no header that a server would take. In characters. */
const MAX_CREDENTIALS = 256 * 1024

/**
 * @param {object} options
 * @param {string} options.policy
 * @param {string} options.secrets a JSON object
 * @param {() => number} options.now seconds
 * @param {typeof globalThis.fetch} options.fetch
 * @param {(event: import('./index.d.ts').GateEvent) => void} options.report never throws
 * @param {number} options.maxStaleSeconds
 * @param {import('./index.d.ts').Store | undefined} options.store
 */
export function createPdp({ policy, secrets, now, fetch, report, maxStaleSeconds, store }) {
  reportGuardsTo(report)
  let session = openSession(policy, secrets, report)
  let isClosed = false
  /** @type {unknown} the switches that the module has */
  let pulled
  const { tables } = session
  const sources = tables.issuers.map(sourceOf)
  const isFetching = sources.some((source) => source !== undefined)

  /** @param {{ name: string, jwks_uri?: string }} issuer @param {number} number */
  function sourceOf({ name, jwks_uri: url }, number) {
    if (url === undefined) return undefined
    return createKeySource({
      url, fetch, now, maxStaleSeconds,
      install: (jwkSet) => guarded(() => current().setKeys(number, jwkSet), 'the module trapped'),
      drop: () => guarded(() => current().dropKeys(number), undefined),
      complain: (error) => report({ event: 'keys_unavailable', issuer: name, error }),
    })
  }

  /** The session. After a trap it is a new one, with the keys that were held. */
  function current() {
    reportGuardsTo(report)
    if (!isClosed && !session.isLive()) {
      session = openSession(policy, secrets, report)
      for (const source of sources) source?.reinstall()
      pulled = undefined
    }
    if (store !== undefined) tendSwitches()
    return session
  }

  /** Hands the switches of the store over, when they are other ones. Those that cannot be had stop everything. */
  function tendSwitches() {
    const { switches } = switchesOf(store)
    if (switches === pulled && pulled !== undefined) return
    pulled = switches
    if (!engine.setSwitches(session.handle, switchesText(switches))) {
      report({ event: 'store_unavailable', error: 'the switches cannot be read' })
    }
  }

  /**
   * @param {number} generation of the instance that was called
   * @param {unknown} error
   */
  function recover(generation, error) {
    // Who comes late to a fault that was dealt with must not throw the next instance away.
    if (generation === engine.currentGeneration()) engine.reset()
    report({ event: 'engine_fault', error: String(error) })
  }

  /**
   * @template T
   * @param {() => T} work
   * @param {T} otherwise what to go on with after a fault
   */
  function guarded(work, otherwise) {
    const generation = engine.currentGeneration()
    try {
      return work()
    } catch (error) {
      recover(generation, error)
      return otherwise
    }
  }

  /**
   * Never throws, whatever the module does: what cannot be decided is denied.
   *
   * A token that was seen before is answered at once. A promise that need not be waited for would
   * take as long as the decision.
   *
   * @param {import('./request.js').Facts} facts
   * @param {number} reading what the verdict is for, one of `READ`
   * @param {((work: Promise<unknown>) => void) | undefined} waitUntil
   * @returns {Verdict | Promise<Verdict>}
   */
  function evaluate(facts, reading, waitUntil) {
    if (isFetching && !guarded(() => tend(waitUntil), false)) return refusal(tables, 'engine_fault')
    const verdict = attempt(facts, reading)
    return verdict instanceof Promise || isRenewable(verdict) ? settle(verdict, facts, reading) : verdict
  }

  /** @param {((work: Promise<unknown>) => void) | undefined} waitUntil */
  function tend(waitUntil) {
    for (const source of sources) {
      const refresh = source?.tend(now())
      if (refresh) waitUntil?.(refresh)
    }
    return true
  }

  /**
   * Waits for a verdict, and for keys that might change it.
   *
   * @param {Verdict | Promise<Verdict>} attempted
   * @param {import('./request.js').Facts} facts
   * @param {number} reading
   */
  async function settle(attempted, facts, reading) {
    const verdict = await attempted
    const renewing = isRenewable(verdict) && sources[verdict.issuer]?.renew()
    return renewing && (await renewing) ? attempt(facts, reading) : verdict
  }

  /**
   * @param {import('./request.js').Facts} facts
   * @param {number} reading
   * @returns {Verdict | Promise<Verdict>}
   */
  function attempt(facts, reading) {
    const refused = unreadable(facts)
    if (refused) return refusal(tables, refused)
    const generation = engine.currentGeneration()
    try {
      const mine = current()
      const outcome = mine.begin(now(), facts, reading === READ.EXPLANATION)
      if (outcome === engine.NEEDS_KEY) return lookUp(mine, facts, reading)
      return outcome === engine.PENDING ? verify(mine, facts, reading) : readVerdict(mine, facts, outcome, reading)
    } catch (error) {
      recover(generation, error)
      return refusal(tables, 'engine_fault')
    }
  }

  /**
   * Has the platform verify what the last answer waits for, with one key after the other. Faults are
   * the caller's to catch as long as nothing had to be waited for.
   *
   * @param {import('./session.js').Session} mine
   * @param {import('./request.js').Facts} facts
   * @param {number} reading
   * @returns {Verdict | Promise<Verdict>}
   */
  function verify(mine, facts, reading) {
    for (;;) {
      const { slot, verdict } = mine.verify()
      if (typeof verdict !== 'number') return verifyLater(mine, facts, reading, slot, verdict)
      const outcome = engine.finish(mine.handle, slot, verdict, now())
      if (outcome !== engine.PENDING) return readVerdict(mine, facts, outcome, reading)
    }
  }

  /**
   * @param {import('./session.js').Session} mine
   * @param {import('./request.js').Facts} facts
   * @param {number} reading
   * @param {number} slot
   * @param {Promise<number>} verdict
   * @returns {Promise<Verdict>}
   */
  async function verifyLater(mine, facts, reading, slot, verdict) {
    const generation = engine.currentGeneration()
    try {
      const fits = await verdict
      if (!mine.isLive()) return refusal(tables, isClosed ? 'policy_invalid' : 'engine_fault')
      const outcome = engine.finish(mine.handle, slot, fits, now())
      if (outcome !== engine.PENDING) return readVerdict(mine, facts, outcome, reading)
      return await verify(mine, facts, reading)
    } catch (error) {
      recover(generation, error)
      return refusal(tables, 'engine_fault')
    }
  }

  /**
   * Has the store look up the virtual key that the last answer waits for. A store that answers at
   * once is answered at once. Faults are the caller's to catch likewise.
   *
   * @param {import('./session.js').Session} mine
   * @param {import('./request.js').Facts} facts
   * @param {number} reading
   * @returns {Verdict | Promise<Verdict>}
   */
  function lookUp(mine, facts, reading) {
    const slot = engine.record()[engine.WORD.SLOT]
    const found = look(store, engine.textAt(engine.WORD.SIGNED), report)
    if (!isLater(found)) return lookedUp(mine, facts, reading, slot, found)
    return found.then((late) => lookedUpLate(mine, facts, reading, slot, late))
  }

  /**
   * @param {import('./session.js').Session} mine
   * @param {import('./request.js').Facts} facts
   * @param {number} reading
   * @param {number} slot
   * @param {import('./lookup.js').Found} found
   */
  function lookedUp(mine, facts, reading, slot, found) {
    // The store is code of others: it may have asked this gate something meanwhile, or closed it.
    if (!mine.isLive()) return refusal(tables, isClosed ? 'policy_invalid' : 'engine_fault')
    const outcome = found.isKnown === undefined
      ? engine.finish(mine.handle, slot, FAILED, now())
      : engine.finishKey(mine.handle, slot, found.isKnown ? found.record : undefined, now())
    return readVerdict(mine, facts, outcome, reading)
  }

  /** @type {typeof lookedUp} */
  function lookedUpLate(mine, facts, reading, slot, found) {
    const generation = engine.currentGeneration()
    try {
      return lookedUp(mine, facts, reading, slot, found)
    } catch (error) {
      recover(generation, error)
      return refusal(tables, 'engine_fault')
    }
  }

  /**
   * Why the module is not to be bothered with a request.
   *
   * @param {import('./request.js').Facts} facts
   * @returns {string | undefined}
   */
  function unreadable({ path, credential, cookie, keys }) {
    if (isClosed) return 'policy_invalid'
    if (path.length > tables.max_path_bytes) return 'path_too_long'
    const length = (credential?.length ?? 0) + (cookie?.length ?? 0) + (keys?.length ?? 0)
    return length > MAX_CREDENTIALS ? 'token_too_large' : undefined
  }

  /**
   * What a subject that somebody else has verified may do something to. Nothing, if that cannot
   * be told.
   *
   * @param {import('./index.d.ts').Principal} principal
   * @param {string} kind
   * @param {string} action
   * @returns {import('./index.d.ts').Listing}
   */
  function accessible(principal, kind, action) {
    if (isClosed) return []
    return guarded(() => engine.accessible(current().handle, { principal, kind, action }), undefined) ?? []
  }

  /**
   * Compares the user and session that a JSON body names with the verified ones.
   *
   * @param {Uint8Array} body
   * @param {import('./session.js').Who} who
   * @returns {number} see /src/wasm.rs; the number of `engine_fault` after one
   */
  function isolate(body, { subject, session: id }) {
    const fault = tables.reasons.findIndex(({ code }) => code === 'engine_fault')
    if (isClosed) return fault
    return guarded(() => engine.isolate(current().handle, body, subject, id), fault)
  }

  /** Whether every issuer has keys. Fetches those that are missing, as a request would. */
  async function isReady() {
    if (isClosed) return false
    for (const source of sources) source?.tend(now())
    const ready = await Promise.all(sources.map((source) => source === undefined || source.isReady()))
    return ready.every(Boolean)
  }

  function close() {
    isClosed = true
    session.close()
  }

  /**
   * Works with the module, at once. After a fault, or when the gate is closed, goes on without.
   *
   * @template T
   * @param {(handle: number) => T} work
   * @param {T} otherwise
   * @returns {T}
   */
  function run(work, otherwise) {
    return isClosed ? otherwise : guarded(() => work(current().handle), otherwise)
  }

  /** Why there is no answer, where there is none. */
  const fault = () => (isClosed ? 'policy_invalid' : 'engine_fault')

  return { tables, run, fault, unreadable, evaluate, accessible, isolate, isReady, close }
}

/**
 * The switches of a store: none where it knows of none. `null`, which stops everything, where it fails.
 *
 * @param {import('./index.d.ts').Store | undefined} store
 * @returns {{ switches: readonly import('./index.d.ts').Switch[] | null }}
 */
function switchesOf(store) {
  try {
    const switches = store?.switches
    return { switches: switches === undefined ? NO_SWITCHES : switches }
  } catch {
    return { switches: null }
  }
}

/** As JSON. Nothing, which stops everything, for what has none. @param {unknown} switches */
function switchesText(switches) {
  try {
    return JSON.stringify(switches) ?? ''
  } catch {
    return ''
  }
}

/** @type {readonly import('./index.d.ts').Switch[]} */
const NO_SWITCHES = Object.freeze([])
