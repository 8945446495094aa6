// A policy compiled in the module, for as long as the instance of the module lives.
import * as engine from './engine.js'
import { createKeyring } from './keys.js'
import { PolicyError } from './policy.js'

/**
 * What the numbers in the record stand for.
 *
 * @typedef {object} Tables
 * @property {string} policy its hash
 * @property {'strict' | 'agno-3.1'} flavour
 * @property {{ code: string, status: number, message: string, allows: boolean }[]} reasons
 * @property {{ action: string, type: string }[]} routes
 * @property {{ name: string, jwks_uri?: string }[]} issuers
 * @property {{ header: string | null, cookie: string | null, keys: string[] | null, dropped: string[] }} credential
 * @property {import('./respond.js').Shape} shape of denials, where nothing more is known than the reason
 * @property {'id' | 'agent_id'} list_id the member of the items of a list that is their id
 * @property {{ user: string[], session: string[], max_body_bytes: number } | null} isolation
 * @property {number} max_path_bytes
 * @property {number} max_context_bytes
 * @property {number} max_name_bytes
 * @property {string[]} methods
 */

/** @typedef {{ subject?: string, session?: string, tenant?: string }} Who */
/** @typedef {ReturnType<typeof openSession>} Session */

/** So many principals are kept by name. A name is read again when it is needed. */
const MAX_PRINCIPALS = 1024

/**
 * @param {string} policy
 * @param {string} secrets a JSON object
 * @param {(event: import('./index.d.ts').GateEvent) => void} report
 */
export function openSession(policy, secrets, report) {
  const { handle, error } = engine.open(policy, secrets)
  if (handle === 0) throw new PolicyError(error)

  const generation = engine.currentGeneration()
  const tables = engine.describe(handle)
  const methods = new Map(tables.methods.map((name, number) => [name, number]))
  const keys = createKeyring(tables.issuers, report)
  keys.hold(engine.platformKeys(handle))
  /** @type {Map<number, Who>} */
  const principals = new Map()
  let isClosed = false
  let isSeeded = false

  /** Whether the handle still names this session: not after a trap, nor after `close`. */
  const isLive = () => !isClosed && generation === engine.currentGeneration()

  /**
   * Asks for a decision. Verifications are remembered under a key that nobody can guess, taken
   * now and not earlier: at the global scope of a Worker there is no randomness.
   *
   * @param {number} now
   * @param {import('./request.js').Facts} facts
   * @param {boolean} isExplained
   */
  function begin(now, facts, isExplained) {
    if (!isSeeded) {
      const [a, b, c, d] = crypto.getRandomValues(new Uint32Array(4))
      engine.seed(handle, a, b, c, d)
      isSeeded = true
    }
    const method = facts.headAsGet && facts.method === 'HEAD' ? 'GET' : facts.method
    return engine.begin(handle, now, methods.get(method) ?? 0, facts, isExplained)
  }

  /** Has the platform verify what the module waits for. */
  function verify() {
    const { SLOT, KEY, SIGNED, SIGNATURE } = engine.WORD
    const record = engine.record()
    const [slot, key] = [record[SLOT], record[KEY]]
    const verdict = keys.verify(key, engine.bytesAt(SIGNED), engine.bytesAt(SIGNATURE))
    return { slot, verdict }
  }

  /**
   * Who the last decision is about.
   *
   * @returns {Who}
   */
  function who() {
    const { FLAGS, PRINCIPAL, SUBJECT, SESSION, TENANT } = engine.WORD
    const record = engine.record()
    const [number, flags] = [record[PRINCIPAL], record[FLAGS]]
    const known = principals.get(number)
    if (known) return known
    const found = {
      subject: flags & engine.FLAG.SUBJECT ? engine.textAt(SUBJECT) : undefined,
      session: flags & engine.FLAG.SESSION ? engine.textAt(SESSION) : undefined,
      tenant: flags & engine.FLAG.TENANT ? engine.textAt(TENANT) : undefined,
    }
    if (number === 0) return found
    if (principals.size >= MAX_PRINCIPALS) principals.clear()
    principals.set(number, found)
    return found
  }

  /**
   * Takes the JWK Set of an issuer.
   *
   * @param {number} issuer
   * @param {Uint8Array} jwkSet
   * @returns {string | undefined} what is wrong with it, if it was not taken
   */
  function setKeys(issuer, jwkSet) {
    const { rejected, error } = engine.setKeys(handle, issuer, jwkSet)
    keys.hold(engine.platformKeys(handle))
    for (const { index, reason } of rejected) {
      report({ event: 'key_rejected', issuer: tables.issuers[issuer]?.name, index, error: reason })
    }
    return error
  }

  /** @param {number} issuer */
  function dropKeys(issuer) {
    engine.dropKeys(handle, issuer)
    keys.hold(engine.platformKeys(handle))
  }

  function close() {
    if (isLive()) engine.close(handle)
    isClosed = true
  }

  return { handle, generation, tables, isLive, begin, verify, who, setKeys, dropKeys, close }
}
