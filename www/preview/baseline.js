// What is compared with: the policy as it was when somebody began to edit it, asked the same questions of the
// same caller. What only one of the two speaks of is asked about both.
import { change } from './cells.js'

/** @typedef {import('./sheet.js').Sheet} Sheet */
/** @typedef {import('./sheet.js').Extent} Extent */
/** @typedef {'widened' | 'narrowed' | 'changed' | undefined} Change */

/** @type {Extent} */
const NOTHING = { agents: [], actions: [], routes: [] }

export function createBaseline() {
  /** @type {{ policy: object, extent: Extent } | undefined} */
  let start

  return {
    /** What the start speaks of, and has to be shown though it may be gone. */
    extent: () => start?.extent ?? NOTHING,
    /** From now on the next policy is the one to compare with. */
    forget() {
      start = undefined
    },
    /**
     * How every cell of a sheet differs from the start.
     *
     * @param {Sheet} sheet
     * @param {(policy: object, also: Extent) => Promise<Sheet>} make a sheet of another policy
     * @returns {Promise<Change[][] | undefined>} undefined if there is nothing to compare with
     */
    async changesOf(sheet, make) {
      if (start === undefined || start.policy === sheet.policy) {
        start ??= { policy: sheet.policy, extent: extentOf(sheet) }
        return undefined
      }
      const before = await make(start.policy, extentOf(sheet))
      before.gate.close()
      const cells = new Map(before.agents.map((agent, row) => [agent, new Map(before.columns.map(({ key }, column) => [key, before.cells[row][column]]))]))
      return sheet.agents.map((agent, row) => sheet.columns.map(({ key }, column) => change(cells.get(agent)?.get(key), sheet.cells[row][column])))
    },
  }
}

/** All that a sheet speaks of. @param {Sheet} sheet @returns {Extent} */
const extentOf = ({ agents, columns }) => ({
  agents: agents.slice(0, -1),
  actions: columns.flatMap(({ action }) => action ?? []),
  routes: columns.flatMap(({ route }) => route ?? []),
})
