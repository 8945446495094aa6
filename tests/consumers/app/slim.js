import { poison } from './watch.js'
import * as gatewright from 'gatewright/slim'
import core from 'gatewright/gatewright_bg.wasm'
import guards from 'gatewright/gatewright_guards_bg.wasm'
import lint from 'gatewright/gatewright_lint_bg.wasm'
import { cases } from './cases.js'

/** What the import of a module is, differs: it, or where it is. @param {unknown} imported */
const brought = async (imported) =>
  typeof imported === 'string' ? (await fetch(new URL(imported, import.meta.url))).arrayBuffer() : imported

export default async () => {
  await gatewright.init(await brought(core))
  await gatewright.initGuards(await brought(guards))
  await gatewright.initLint(await brought(lint))
  return cases(gatewright, poison)
}
