// A store for one question at a time: it knows what it was primed with, and keeps what is to be written.
//
// The core is asked in one turn, and asks its store in the same turn. So whoever knows everything before, or
// has a database that answers at once, primes this, puts the question, and takes what follows from it.

/** @typedef {import('../index.d.ts').ApprovalRecord} ApprovalRecord */

/**
 * @typedef {object} Known
 * @property {readonly import('../index.d.ts').Switch[]} [switches] those of the store, if not given
 * @property {ApprovalRecord} [approval] that belongs to the question
 * @property {(key: string) => object | undefined} [meter]
 * @property {unknown} [failure] why nothing can be told
 * @property {boolean} [isReadOnly] whether nothing can be written
 */

/** @typedef {ReturnType<typeof createScratch>} Scratch */

/**
 * @param {object} [lookups]
 * @param {import('../index.d.ts').Store['key']} [lookups.key]
 * @param {import('../index.d.ts').Store['team']} [lookups.team]
 * @param {() => readonly import('../index.d.ts').Switch[]} [lookups.switches] throws if they are not known
 */
export function createScratch({ key, team, switches } = {}) {
  /** @type {Known} */
  let known = {}
  /** @type {import('../index.d.ts').Change['meters'][number][]} */
  let meters = []
  /** @type {import('../index.d.ts').Change['approvals'][number][]} */
  let approvals = []
  /** @type {string[]} */
  let keys = []
  /** @type {string | undefined} */
  let binding

  const fail = () => {
    if (known.failure !== undefined) throw known.failure
  }

  /** @type {import('../index.d.ts').Store & import('../index.d.ts').StateStore} */
  const store = {
    key, team,
    meter(of) {
      keys.push(of)
      fail()
      return known.meter?.(of)
    },
    approval(of) {
      binding = of
      fail()
      return known.approval
    },
    approvalById: () => undefined,
    approvals: () => [],
    commit(change) {
      fail()
      if (known.isReadOnly) throw new Error('somebody else was there before')
      meters.push(...change.meters)
      approvals.push(...change.approvals)
    },
    get switches() {
      return known.switches ?? switches?.() ?? []
    },
  }

  return {
    store,
    /** @param {Known} what */
    prime(what) {
      known = what
      meters = []
      approvals = []
      keys = []
      binding = undefined
    },
    /** What the last question needed, and what is to be written. */
    taken: () => ({ keys, binding, meters, approvals }),
  }
}
