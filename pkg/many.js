// Many questions at once, for whoever draws a matrix of them: one crossing into the module, and the
// answers that one question after the other would get. Nothing is spent.
import { READ } from './decision.js'
import * as engine from './engine.js'
import * as batches from './engine-many.js'
import { look } from './lookup.js'
import { RENEWABLE } from './pdp.js'
import { askedOf } from './question.js'
import { readRequest } from './request.js'

/** @typedef {import('./index.d.ts').Verdict} Verdict */
/** @typedef {import('./request.js').Facts} Facts */
/** @typedef {import('./lookup.js').Found} Found */

/** In place of the number of a reason: the signature has to be verified, or the key to be looked up, first. */
const WAITING = 0xff

/** For the module: what was waited for did not come. */
const FAILED = 2

/**
 * @param {object} options
 * @param {import('./pdp.js').Pdp} options.pdp
 * @param {import('./index.d.ts').Store | undefined} options.store
 * @param {() => number} options.now
 * @param {(event: import('./index.d.ts').GateEvent) => void} options.report
 */
export function createBatches({ pdp, store, now, report }) {
  const { tables } = pdp
  const methods = new Map(tables.methods.map((name, number) => [name, number]))

  /** @param {string} code @returns {Verdict} */
  const denied = (code) => ({ decision: false, reason: code })

  /** @param {number | undefined} word undefined if the module trapped @returns {Verdict} */
  function verdictOf(word) {
    const reason = word === undefined ? undefined : tables.reasons[word & 0xff]
    if (word === undefined || reason === undefined) return denied(pdp.fault())
    const shadowed = tables.reasons[(word >>> 16) - 1]?.code
    return { decision: reason.allows, reason: reason.code, ...(shadowed !== undefined && { shadowed }) }
  }

  /** @type {import('./index.d.ts').Gate['decideAll']} */
  async function decideAll({ headers }, requests) {
    const facts = requests.map(({ method, url }) => readRequest({ method, url, headers }, tables.credential))
    const refused = facts.map(pdp.unreadable)
    const asked = facts.filter((_, index) => refused[index] === undefined)
    let words = begin(asked)
    const first = words.findIndex((word) => word === WAITING || RENEWABLE.has(verdictOf(word).reason))
    let waited = 'verification_failed'
    if (first >= 0) {
      const found = await lookUp(asked[first])
      // A token is verified, and remembered, by being asked about alone.
      if (found?.isKnown === undefined) waited = (await pdp.evaluate(asked[first], READ.DECISION, undefined)).decision.context.reason
      words = begin(asked, found)
    }
    let next = 0
    return refused.map((code) => {
      if (code !== undefined) return denied(code)
      const word = words[next++]
      if (word !== WAITING) return verdictOf(word)
      // What gets as far as to wait for the same credential gets the same denial.
      const isDenial = tables.reasons.some((reason) => reason.code === waited && !reason.allows)
      return denied(isDenial ? waited : 'verification_failed')
    })
  }

  /**
   * @param {Facts[]} asked all with the same headers
   * @param {Found} [found] the record of their virtual key
   */
  function begin(asked, found) {
    if (asked.length === 0) return []
    const paths = asked.map(({ method, path }) => ({ method: methods.get(method) ?? 0, path }))
    return pdp.run((handle) => batches.beginAll(handle, now(), asked[0], paths, found), undefined) ?? []
  }

  /**
   * The record of the virtual key that a request waits for. Undefined if it waits for none.
   *
   * @param {Facts} facts
   * @returns {Promise<Found | undefined>}
   */
  async function lookUp(facts) {
    const hash = pdp.run((handle) => {
      if (engine.begin(handle, now(), methods.get(facts.method) ?? 0, facts, false) !== engine.NEEDS_KEY) return undefined
      const text = engine.textAt(engine.WORD.SIGNED)
      engine.finish(handle, engine.record()[engine.WORD.SLOT], FAILED, now())
      return text
    }, undefined)
    return hash === undefined ? undefined : look(store, hash, report)
  }

  /** @type {import('./index.d.ts').Gate['checkAll']} */
  function checkAll(questions, { subject, tenant } = {}) {
    const asked = questions.map(({ agent, action, context = {} }) => askedOf(agent, action, context, { subject, tenant }, tables))
    const good = asked.filter((one) => typeof one !== 'string')
    const words = pdp.run((handle) => batches.checkAll(handle, now(), good, subject ?? '', tenant ?? ''), undefined) ?? []
    let next = 0
    return asked.map((one) => (typeof one === 'string' ? denied(one) : verdictOf(words[next++])))
  }

  return { decideAll, checkAll }
}
