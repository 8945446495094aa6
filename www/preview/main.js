// The page: what was entered, what the gate says to it, and what changed.
import { createGate } from '../../pkg/index.js'
import { memoryStore } from '../../pkg/store.js'
import { init, initGuards } from '../../pkg/browser.js'
import { carrying } from './caller.js'
import { createCallerForm } from './caller-form.js'
import { change } from './cells.js'
import { STRANGER, requestFor, sampleOf } from './columns.js'
import { compile } from './compile.js'
import { byId, field, h, settled } from './dom.js'
import { createEditor } from './editor.js'
import { EXAMPLES } from './examples.js'
import { createMatrix, legend } from './matrix.js'
import { createRequest } from './request.js'
import { packed, secretIn, unpacked } from './share.js'
import { createSheet, questions } from './sheet.js'
import { routesTable, toolsTable } from './tables.js'
import { createTrace, parsed } from './trace.js'

/** @typedef {{ [name: string]: any }} Json */
/** @typedef {import('./sheet.js').Sheet} Sheet */
/** @typedef {import('./caller.js').Caller} Caller */
/** @typedef {import('./examples.js').Example} Example */

const MISTAKES = { error: 'error', warning: 'warning', info: 'note' }

/** @type {Awaited<ReturnType<typeof compile>>} */
let compiled = { hash: '', names: [], findings: [], needsGuards: false }
/** @type {Sheet | undefined} */
let sheet
/** The cells to compare with, by agent and column. @type {Map<string, import('./cells.js').Cell> | undefined} */
let baseline
/** @type {Json} */
let context = {}
/** @type {string[]} */
let added = []
/** Counts the drawings, so that one that was overtaken is not shown. */
let turn = 0
let hasGuards = false

const editor = createEditor(byId('editor'), { label: 'The policy, as JSON', onInput: settled(150, () => void read()) })
const form = createCallerForm(byId('caller'), { onChange: soon(() => { baseline = undefined }), onSecrets: soon(() => {}) })
const view = matrixView()
const request = createRequest(byId('view-request'))
const trace = createTrace({ onClose: () => matrix.focusCell() })
const matrix = createMatrix(view.place, { onCell: explainCell })

/** @param {() => void} first */
function soon(first) {
  const later = settled(120, () => void draw())
  return () => {
    first()
    later()
  }
}

/** Reads the policy in the editor, and draws what comes of it. */
async function read() {
  compiled = await compile(editor.text())
  const { findings, policy, names } = compiled
  editor.mark(findings.map(({ severity, line, column, code, message }) => ({ severity, line, column, text: `${code}: ${message}` })))
  showFindings()
  if (policy !== undefined) form.setPolicy(policy, names)
  await draw()
}

/** Asks the gate, and draws its answers. */
async function draw() {
  const mine = ++turn
  const { policy } = compiled
  if (policy === undefined) return empty('This is no policy yet. What is wrong with it stands below the editor.')
  if (compiled.needsGuards && !hasGuards) return offerGuards()
  const given = form.caller().kind === 'token' ? form.secrets() : undefined
  const caller = form.caller()
  const asked = { gatewright: { createGate, memoryStore }, policy, caller, added, context }
  let next = await createSheet(asked)
  /** @type {string | undefined} */
  let checked
  if (given !== undefined && caller.kind === 'token') {
    try {
      const headers = carrying(policy, caller.token.trim())
      const real = await createSheet({ ...asked, secrets: given.secrets, headers, fetch: async () => new Response(given.jwks ?? '', { status: given.jwks ? 200 : 404 }) })
      const { decision, context: told } = await real.gate.decide({ method: 'GET', url: '/', headers })
      checked = !decision && /^(token|key|verification|credentials)_/.test(told.reason) ? told.message : ''
      next.gate.close()
      next = real
    } catch (error) {
      checked = error instanceof Error ? error.message : 'the key is none'
    }
  }
  if (mine !== turn) return next.gate.close()
  sheet?.gate.close()
  sheet = next
  baseline ??= cellsByName(next)
  form.sayOfSignature(checked)
  show()
}

function show() {
  if (sheet === undefined) return
  const { agents, columns, cells } = sheet
  const changes = agents.map((agent, row) => columns.map(({ key }, column) => change(baseline?.get(`${agent} ${key}`), cells[row][column])))
  view.isEmpty(false)
  matrix.show({ sheet, changed: (row, column) => changes[row][column] })
  summarize(changes.flat())
  byId('view-routes').replaceChildren(routesTable(sheet, explainRoute))
  byId('view-tools').replaceChildren(toolsTable(compiled.policy ?? {}, sheet, explainCell))
  void request.show(sheet, compiled.hash)
}

/** @param {(string | undefined)[]} changes */
function summarize(changes) {
  const { agents, columns, cells } = /** @type {Sheet} */ (sheet)
  const known = cells.filter((_, row) => agents[row] !== STRANGER).flat()
  const count = (/** @type {string} */ state) => known.filter((cell) => cell.state === state).length
  const changed = (/** @type {string} */ kind) => changes.filter((one) => one === kind).length
  const [wider, narrower, other] = ['widened', 'narrowed', 'changed'].map(changed)
  byId('summary').replaceChildren(
    h('b', {}, `${agents.length - 1} ${agents.length === 2 ? 'agent' : 'agents'} × ${columns.length}`), `: ${count('allow')} allowed, ${count('wait')} wait, ${count('depends')} depend, ${count('deny')} denied. `,
    ...(wider + narrower + other === 0 ? [] : [
      'Since the start: ', wider > 0 && h('span', { class: 'wider' }, `▲ ${wider} widened `), narrower > 0 && h('span', { class: 'narrower' }, `▼ ${narrower} narrowed `),
      other > 0 && `◆ ${other} changed `, h('button', { type: 'button', class: 'quiet', click: () => { baseline = undefined; void draw() } }, 'compare from here'),
    ].filter((part) => part !== false)),
  )
}

/** @param {Sheet} of */
const cellsByName = ({ agents, columns, cells }) =>
  new Map(agents.flatMap((agent, row) => columns.map(({ key }, column) => /** @type {const} */ ([`${agent} ${key}`, cells[row][column]]))))

function matrixView() {
  const place = h('div')
  const other = h('div', { class: 'empty' })
  const contextField = h('input', { type: 'text', spellcheck: 'false', autocomplete: 'off', placeholder: '{"amount": 50}', input: settled(150, () => {
    const given = contextField.value.trim() === '' ? {} : parsed(contextField.value)
    contextField.setAttribute('aria-invalid', String(given === undefined))
    if (given === undefined) return
    context = given
    baseline = undefined
    void draw()
  }) })
  const agentField = h('input', { type: 'text', spellcheck: 'false', autocomplete: 'off', placeholder: 'research', input: settled(150, () => {
    added = agentField.value.split(/[\s,]+/).filter(Boolean)
    void draw()
  }) })
  const bar = h('div', { class: 'bar' }, field('Arguments of actions, as JSON', contextField, 'grow'), field('More agents', agentField))
  const key = legend()
  byId('view-matrix').append(bar, key, place, other)
  return {
    place,
    /** @param {Json} given */
    setContext(given) {
      context = given
      contextField.value = Object.keys(given).length === 0 ? '' : JSON.stringify(given)
      agentField.value = ''
      added = []
    },
    /** @param {boolean} isEmpty @param {(Node | string)[]} [what] */
    isEmpty(isEmpty, what = []) {
      for (const part of [bar, key, place]) part.hidden = isEmpty
      other.hidden = !isEmpty
      other.replaceChildren(...what)
    },
  }
}

/** @param {string} why @param {Node[]} more */
function empty(why, ...more) {
  sheet?.gate.close()
  sheet = undefined
  byId('summary').replaceChildren('\u00a0')
  view.isEmpty(true, [h('p', {}, why), ...more])
  for (const id of ['view-routes', 'view-tools']) byId(id).replaceChildren(h('div', { class: 'empty' }, h('p', {}, why)))
}

/** The module that parses URLs, SQL and patterns is large, and most policies need none of it. */
function offerGuards() {
  const load = h('button', { type: 'button', click: async () => {
    load.disabled = true
    load.textContent = 'Loading …'
    await initGuards(new URL('./gatewright_guards_bg.wasm', import.meta.url))
    hasGuards = true
    await read()
  } }, 'Load the module for guards (350 kB)')
  empty('This policy judges URLs, SQL or patterns, which a module of its own does. It comes from where this page came from, and nothing is sent for it.', load)
}

function showFindings() {
  const { findings, policy } = compiled
  const chip = byId('verdict')
  const [errors, others] = [findings.filter(({ severity }) => severity === 'error'), findings.filter(({ severity }) => severity !== 'error')]
  chip.className = `chip ${policy === undefined ? 'bad' : 'good'}`
  chip.textContent = policy === undefined ? `✕ no policy: line ${errors[0]?.line ?? 1}` : others.length === 0 ? '✓ compiles' : `✓ compiles, ${others.length} ${others.length === 1 ? 'finding' : 'findings'}`
  byId('findings').replaceChildren(...findings.map(({ severity, code, message, line, column, pointer }) =>
    h('button', { type: 'button', class: severity, click: () => editor.go(line, column) },
      h('span', { 'aria-hidden': 'true' }, severity === 'error' ? '✕' : severity === 'warning' ? '▲' : '○'),
      h('code', {}, h('span', { class: 'sr' }, `${MISTAKES[severity]}: `), code), h('span', { class: 'where' }, line === undefined ? pointer : `line ${line}, column ${column}`),
      h('span', { class: 'what' }, message)),
  ))
}

/** @param {number} row @param {number} column */
function explainCell(row, column) {
  const { agents, columns, table, who, gate } = /** @type {Sheet} */ (sheet)
  const { route, action, label } = columns[column]
  const agent = agents[row]
  if (route !== undefined) return explainRequest({ ...requestFor(route, table.mount, agent), headers: who.headers })
  const name = sampleOf(action ?? '')
  const [given] = questions(compiled.policy ?? {}, agent, action ?? '', context).contexts
  void trace.open({
    title: `${agent}: ${label}`, policy: compiled.hash, context: given,
    ask: (asked) => gate.evaluate({ subject: { type: 'agent', id: agent }, action: { name: 'call' }, resource: { type: 'tool', id: name }, context: asked }, { explain: true }),
  })
}

/** @param {number} index */
function explainRoute(index) {
  const { table, who } = /** @type {Sheet} */ (sheet)
  explainRequest({ ...requestFor(table.routes[index], table.mount), headers: who.headers })
}

/** @param {{ method: string, url: string, headers: Record<string, string> }} asked */
function explainRequest(asked) {
  const { gate } = /** @type {Sheet} */ (sheet)
  void trace.open({ title: `${asked.method} ${asked.url}`, policy: compiled.hash, ask: () => gate.decide(asked, { explain: true }) })
}

/** @param {Example} example */
async function open(example) {
  if (trace.isOpen()) trace.close()
  baseline = undefined
  for (const button of byId('examples').querySelectorAll('button')) button.setAttribute('aria-pressed', String(button.dataset.id === example.id))
  editor.set(`${format(example.policy)}\n`)
  view.setContext(example.context ?? {})
  request.set(example.request)
  byId('callers').replaceChildren(...example.callers.map(({ name, caller }, index) => {
    const button = h('button', { type: 'button', 'aria-pressed': index === 0, click: () => {
      for (const one of byId('callers').querySelectorAll('button')) one.setAttribute('aria-pressed', String(one === button))
      baseline = undefined
      form.set(caller)
      void draw()
    } }, name)
    return button
  }))
  form.set(example.callers[0].caller)
  await read()
}

/** As people write JSON: what fits on a line stays on one. @param {unknown} value @param {string} [indent] @returns {string} */
function format(value, indent = '') {
  const flat = JSON.stringify(value, undefined, 1).replace(/\n\s*/g, ' ')
  if (flat.length + indent.length <= 76 || typeof value !== 'object' || value === null) return flat.replace(/^\[ (.*) \]$/, '[$1]')
  const inside = `${indent}  `
  const [left, right] = Array.isArray(value) ? '[]' : '{}'
  const items = Object.entries(value).map(([name, item]) => inside + (Array.isArray(value) ? '' : `${JSON.stringify(name)}: `) + format(item, inside))
  return `${left}\n${items.join(',\n')}\n${indent}${right}`
}

async function share() {
  const button = byId('share')
  const say = (/** @type {string} */ words) => {
    button.textContent = words
    setTimeout(() => { button.textContent = 'Copy a link' }, 2500)
  }
  if (compiled.policy === undefined) return say('No policy to share')
  const secret = secretIn(compiled.policy)
  if (secret !== undefined) return say(`Not shared: it holds ${secret}`)
  location.hash = await packed({ policy: editor.text(), caller: form.caller(), request: request.text() })
  try {
    await navigator.clipboard.writeText(location.href)
    say('Copied')
  } catch {
    say('It is in the address bar')
  }
}

/** @param {HTMLElement} chosen */
function select(chosen) {
  for (const tab of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[role="tab"]'))) {
    const isChosen = tab === chosen
    tab.setAttribute('aria-selected', String(isChosen))
    tab.tabIndex = isChosen ? 0 : -1
    byId(tab.getAttribute('aria-controls') ?? '').hidden = !isChosen
  }
}

/** A file that was chosen or dropped. @param {File | undefined} file */
async function take(file) {
  if (file === undefined) return
  const text = (await file.text()).trim()
  if (!text.startsWith('{') && text.split('.').length === 3) {
    form.set({ kind: 'token', token: text })
    return draw()
  }
  baseline = undefined
  editor.set(text)
  return read()
}

function listen() {
  const tabs = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('[role="tab"]')])
  for (const [index, tab] of tabs.entries()) {
    tab.addEventListener('click', () => select(tab))
    tab.addEventListener('keydown', ({ key }) => {
      const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0
      const next = tabs[(index + step + tabs.length) % tabs.length]
      if (step === 0) return
      select(next)
      next.focus()
    })
  }
  byId('share').addEventListener('click', () => void share())
  const file = /** @type {HTMLInputElement} */ (byId('policy-file'))
  file.addEventListener('change', () => void take(file.files?.[0]))
  const area = byId('editor')
  document.addEventListener('dragover', (event) => { event.preventDefault(); area.classList.add('dropping') })
  document.addEventListener('dragleave', () => area.classList.remove('dropping'))
  document.addEventListener('drop', (event) => {
    event.preventDefault()
    area.classList.remove('dropping')
    void take(event.dataTransfer?.files[0])
  })
  addEventListener('hashchange', () => void openLink())
}

/** Opens what the address names. @returns {Promise<boolean>} whether it named anything */
async function openLink() {
  const shared = location.hash.length > 1 ? await unpacked(location.hash.slice(1)) : undefined
  if (shared === undefined || shared.policy === editor.text()) return shared !== undefined
  baseline = undefined
  editor.set(shared.policy)
  form.set(shared.caller)
  request.set(shared.request ?? '')
  byId('callers').replaceChildren()
  await read()
  return true
}

async function start() {
  listen()
  byId('examples').replaceChildren(...EXAMPLES.map((example) =>
    h('li', {}, h('button', { type: 'button', 'data-id': example.id, 'aria-pressed': false, title: example.about, click: () => { history.replaceState(null, '', ' '); void open(example) } }, example.name))))
  try {
    await init(new URL('./gatewright_preview_bg.wasm', import.meta.url))
  } catch (error) {
    return empty(error instanceof Error ? error.message : 'The module did not load.')
  }
  if (!(await openLink())) await open(EXAMPLES[0])
  document.documentElement.dataset.ready = 'true'
}

void start()
