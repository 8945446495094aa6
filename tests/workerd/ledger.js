// What the verifier says of a ledger that was exported.
import '../../pkg/node.js'
import { createVerifier } from '../../pkg/verify.js'

/** @param {string} text @param {object} [checkpoint] */
export function verified(text, checkpoint) {
  const verifier = createVerifier(checkpoint && JSON.stringify(checkpoint))
  verifier.push(new TextEncoder().encode(text))
  return verifier.finish()
}

/** All rows of a ledger as lines. @param {{ call: (...given: any[]) => Promise<any> }} state @param {string} name */
export async function exported(state, name) {
  let all = ''
  for (let after = 0; ;) {
    const { text, next } = await state.call('LEDGER', name, 'lines', { after, limit: 1000 })
    all += text
    if (next === null) return all
    after = next
  }
}
