// A store for one question at a time: it knows what is known of that question, and keeps what is to be written.
//
// The core is asked in one turn, and asks its store in the same turn. So whoever found everything out before,
// or has a database that answers at once, puts the question here, and takes what follows from it.

/** @typedef {import('../index.d.ts').ApprovalRecord} ApprovalRecord */
/** @typedef {import('../index.d.ts').Change} Change */

/**
 * @typedef {object} Known
 * @property {readonly import('../index.d.ts').Switch[]} [switches] those of the store, if not given
 * @property {ApprovalRecord} [approval] that belongs to the question
 * @property {{ id: string, binding: string, record: ApprovalRecord }} [held] an approval that is to be decided
 * @property {(key: string) => object | undefined} [meter]
 * @property {unknown} [failure] why nothing can be told
 * @property {boolean} [isBlind] whether the switches cannot be told either
 */

/**
 * What a question needed, and what is to be written.
 *
 * @template T
 * @typedef {object} Taken
 * @property {T} answer
 * @property {string[]} keys of meters
 * @property {string | undefined} binding of an approval
 * @property {Change['meters'][number][]} meters
 * @property {Change['approvals'][number][]} approvals
 */

/** @typedef {ReturnType<typeof createScratch>} Scratch */

/** @type {Known} */
const NOTHING = {}

/**
 * @param {object} [lookups]
 * @param {import('../index.d.ts').Store['key']} [lookups.key]
 * @param {import('../index.d.ts').Store['team']} [lookups.team]
 * @param {() => readonly import('../index.d.ts').Switch[]} [lookups.switches] throws if they are not known
 */
export function createScratch({ key, team, switches } = {}) {
  let known = NOTHING
  /** @type {Taken<any>} */
  let taken = { answer: undefined, keys: [], binding: undefined, meters: [], approvals: [] }

  const fail = () => {
    if (known.failure !== undefined) throw known.failure
  }

  /** @type {import('../index.d.ts').Store & import('../index.d.ts').StateStore} */
  const store = {
    key, team,
    meter(of) {
      taken.keys.push(of)
      fail()
      return known.meter?.(of)
    },
    approval(of) {
      taken.binding = of
      fail()
      return known.approval
    },
    approvalById(id) {
      fail()
      return known.held?.id === id ? known.held : undefined
    },
    approvals: () => [],
    commit(change) {
      fail()
      taken.meters.push(...change.meters)
      taken.approvals.push(...change.approvals)
    },
    get switches() {
      if (known.isBlind) throw known.failure
      return known.switches ?? switches?.() ?? []
    },
  }

  /**
   * @template T
   * @param {Known} what
   * @param {() => T} work that asks the gate of this store, in one turn
   * @returns {Taken<T>}
   */
  function put(what, work) {
    known = what
    taken = { answer: undefined, keys: [], binding: undefined, meters: [], approvals: [] }
    try {
      const answer = work()
      return { ...taken, answer }
    } finally {
      known = NOTHING
    }
  }

  return { store, put }
}
