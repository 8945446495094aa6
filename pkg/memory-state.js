// What a store remembers of approvals, budgets and switches, in memory: for tests, the preview, and a
// single process that may forget.

/** So many meters and approvals are kept. The oldest go first; a meter that is gone stands at nothing. */
const MAX_RECORDS = 100_000

/**
 * @param {readonly import('./index.d.ts').Switch[]} pulled the switches that are pulled at first
 * @returns {import('./index.d.ts').StateStore}
 */
export function memoryState(pulled) {
  /** @type {Map<string, object>} */
  const meters = new Map()
  /** @type {Map<string, import('./index.d.ts').ApprovalRecord>} by what it is bound to */
  const approvals = new Map()
  /** @type {Map<string, string>} from an id to what it is bound to */
  const bindings = new Map()
  let switches = Object.freeze([...pulled])

  return {
    meter: (key) => meters.get(key),
    approval: (binding) => approvals.get(binding),
    approvalById(id) {
      const binding = bindings.get(id)
      const record = binding === undefined ? undefined : approvals.get(binding)
      return binding === undefined || record?.id !== id ? undefined : { binding, record }
    },
    approvals: () => [...approvals.values()],
    commit(change) {
      for (const [key, meter] of change.meters) keep(meters, key, /** @type {object} */ (meter))
      for (const { binding, record } of change.approvals) {
        keep(approvals, binding, record)
        keep(bindings, record.id, binding)
      }
    },
    get switches() {
      return switches
    },
    set switches(next) {
      switches = Object.freeze([...next])
    },
  }
}

/**
 * @template T
 * @param {Map<string, T>} map
 * @param {string} key
 * @param {T} value
 */
function keep(map, key, value) {
  map.delete(key)
  map.set(key, value)
  for (const oldest of map.keys()) {
    if (map.size <= MAX_RECORDS) break
    map.delete(oldest)
  }
}
