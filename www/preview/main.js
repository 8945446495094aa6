// The page: what was entered, what the gate says to it, and what changed.
import { createGate } from '../../pkg/index.js'
import { createBaseline } from './baseline.js'
import { createCallerForm } from './caller-form.js'
import { compile } from './compile.js'
import { byId, h, settled } from './dom.js'
import { createEditor } from './editor.js'
import { createExamples } from './example-bar.js'
import { questionOfCell, questionOfRoute } from './explain.js'
import { listenToFiles } from './files.js'
import { showFindings } from './findings.js'
import { written } from './json-text.js'
import { createLink } from './link.js'
import { createMatrixView } from './matrix-view.js'
import { loadGate, loadGuards } from './modules.js'
import { createRequest } from './request.js'
import { createSheet } from './sheet.js'
import { looked } from './signature.js'
import { summarize } from './summary.js'
import { routesTable, toolsTable } from './tables.js'
import { listenToTabs, showPane } from './tabs.js'
import { createTrace } from './trace.js'

/** @typedef {import('./sheet.js').Sheet} Sheet */
/** @typedef {import('./sheet.js').Extent} Extent */

/** @type {import('./compile.js').Compiled} */
const NOTHING = { hash: '', findings: [], needsGuards: false }
let compiled = NOTHING
/** @type {Sheet | undefined} */
let sheet
/** Count the readings and drawings, so that one that was overtaken is not shown. */
let [reading, turn] = [0, 0]
let hasGuards = false

const current = () => sheet
const baseline = createBaseline()
const draw = () => guarded(drawn)
const read = () => guarded(readAndDrawn)
const soon = settled(120, () => void draw())
const anew = () => {
  baseline.forget()
  soon()
}
/** Somebody else than the callers of the example. */
const ofOwn = () => {
  examples.chooseNobody()
  anew()
}

const editor = createEditor(byId('editor'), { label: 'The policy, as JSON', onInput: settled(150, () => void read()), onReplaced: baseline.forget })
const form = createCallerForm(byId('caller'), { onChange: ofOwn, onKeys: soon })
const request = createRequest(byId('view-request'))
const trace = createTrace({ policy: () => compiled.hash })
const openCell = (/** @type {number} */ row, /** @type {number} */ column) => void trace.open(questionOfCell(current, row, column))
const openRoute = (/** @type {number} */ index) => void trace.open(questionOfRoute(current, index))
const view = createMatrixView({ onCell: openCell, onContext: anew, onAgents: soon })
const examples = createExamples({ onExample: leaveFor, onCaller: openCaller })
const link = createLink({
  current: () => (compiled.policy && { policy: editor.text(), caller: form.caller(), request: request.text() }),
  onOpen: ({ policy, caller, request: line = '' }) => show({ policy, caller, request: line }),
})

/** Reads the policy in the editor, and draws what comes of it. */
async function readAndDrawn() {
  const mine = ++reading
  const found = await compile(editor.text()).catch((error) => {
    compiled = NOTHING
    throw error
  })
  if (mine !== reading) return
  compiled = found
  const { findings, policy } = compiled
  editor.mark(findings.map(({ severity, line, column, code, message }) => ({ severity, line, column, text: `${code}: ${message}` })))
  showFindings(findings, policy !== undefined, editor.go)
  if (policy !== undefined) form.setPolicy(policy)
  await drawn()
}

/** Asks the gate, and draws its answers. */
async function drawn() {
  const mine = ++turn
  const { policy } = compiled
  if (policy === undefined) return instead(h('p', {}, 'This policy does not compile. A gate with it lets nothing through, and answers 503.'), h('p', {}, 'What is wrong with it stands below the editor.'))
  if (compiled.needsGuards && !hasGuards) return instead(...guardsOffer())
  const [caller, context, agents] = [form.caller(), view.context(), view.agents()]
  const also = baseline.extent()
  const make = (/** @type {object} */ of, /** @type {Extent} */ extent, /** @type {import('./signature.js').Given | undefined} */ keys) =>
    createSheet({ createGate, policy: of, caller, context, also: extent, keys })
  const first = (/** @type {import('./signature.js').Given | undefined} */ keys) => make(policy, { ...also, agents: [...also.agents, ...agents] }, keys)
  const { sheet: next, note = undefined, keys = undefined } = caller.kind === 'token' ? await looked(caller.token, form.keys(), first) : { sheet: await first(undefined) }
  const changes = mine === turn ? await baseline.changesOf(next, (of, extent) => make(of, extent, keys)) : undefined
  if (mine !== turn) return next.gate.close()
  sheet?.gate.close()
  sheet = next
  form.sayOfSignature(note)
  summarize(sheet, changes, rebase)
  view.show(sheet, changes)
  byId('view-routes').replaceChildren(routesTable(sheet, openRoute))
  byId('view-tools').replaceChildren(toolsTable(sheet, openCell))
  request.show(sheet, compiled.hash)
  trace.refresh()
}

function rebase() {
  baseline.forget()
  void draw()
}

/** Whatever goes wrong in the page itself is said in it. @param {() => Promise<void>} work */
async function guarded(work) {
  try {
    await work()
  } catch (error) {
    instead(h('p', {}, `This cannot be shown: ${error instanceof Error ? error.message : error}.`))
  }
}

/** Shows something else than results. @param {HTMLElement[]} what */
function instead(...what) {
  sheet?.gate.close()
  sheet = undefined
  byId('summary').replaceChildren('\u00a0')
  view.hide(true, what)
  for (const id of ['view-routes', 'view-tools']) byId(id).replaceChildren(h('div', { class: 'empty' }, h('p', {}, what[0].textContent)))
  request.show(undefined, compiled.hash)
  trace.refresh()
}

/** The module that parses URLs, SQL and patterns is large, and most policies need none of it. */
function guardsOffer() {
  const load = h('button', { type: 'button', class: 'main', click: () => guarded(async () => {
    load.disabled = true
    load.textContent = 'Loading …'
    await loadGuards().catch(() => { throw new Error('the module for guards did not load. Is the network there? Edit the policy to try again') })
    hasGuards = true
    await readAndDrawn()
  }) }, 'Load the module for guards (350 kB)')
  return [h('p', {}, 'This policy judges URLs, SQL or patterns. A module of its own does that.'), h('p', {}, 'It comes from where this page came from, and nothing is sent for it.'), load]
}

/** @param {{ policy: string, caller: import('./caller.js').Caller, request: string, context?: object }} what */
async function show({ policy, caller, request: line, context = {} }) {
  if (!byId('trace').hidden) trace.close()
  baseline.forget()
  examples.choose(undefined)
  editor.set(policy)
  view.reset(context)
  request.set(line)
  form.set(caller)
  await read()
}

/** @param {import('./examples.js').Example} example */
function leaveFor(example) {
  link.forget()
  void openExample(example)
}

/** @param {import('./examples.js').Example} example */
async function openExample(example) {
  await show({ policy: `${written(example.policy)}\n`, caller: example.callers[0].caller, request: example.request, context: example.context })
  examples.choose(example)
}

/** @param {import('./caller.js').Caller} caller */
function openCaller(caller) {
  baseline.forget()
  form.set(caller)
  void draw()
}

async function start() {
  listenToTabs()
  listenToFiles({
    onPolicy: (policy) => { showPane('policy'); void show({ policy, caller: form.caller(), request: request.text() }) },
    onToken: (token) => { showPane('caller'); openCaller({ kind: 'token', token }) },
    onRefused: (why) => { byId('shared').textContent = why },
  })
  try {
    await loadGate()
  } catch {
    const again = h('button', { type: 'button', class: 'main', click: () => location.reload() }, 'Try again')
    return instead(h('p', {}, 'The gate did not load, so nothing can be decided here.'), h('p', {}, 'Is the network there? If it is, whoever runs this page has to serve gatewright_preview_bg.wasm beside it.'), again)
  }
  if (!(await link.open())) await openExample(examples.first)
  document.documentElement.dataset.ready = String(performance.now())
}

void start()
