// A request line, answered as the gate would answer it.
import { field, h, settled } from './dom.js'
import { asSent, explained } from './enforced.js'
import { described } from './trace.js'

/** @typedef {import('./sheet.js').Sheet} Sheet */

/** @param {HTMLElement} place */
export function createRequest(place) {
  /** @type {{ sheet: Sheet, policy: string } | undefined} */
  let asked
  const line = h('input', { type: 'text', spellcheck: 'false', autocomplete: 'off', input: settled(120, () => void answer()) })
  const out = h('div', { class: 'answer', 'aria-live': 'polite' })
  place.append(h('div', { class: 'bar' }, field('Method and path', line, 'grow')), out)

  let turn = 0

  async function answer() {
    const mine = ++turn
    const parts = await answered()
    if (mine === turn) out.replaceChildren(...parts)
  }

  async function answered() {
    const [, method, target] = /^\s*([A-Za-z]+)\s+(\/\S*)\s*$/.exec(line.value) ?? []
    if (asked === undefined) return [h('p', { class: 'note' }, 'There is no policy to ask.')]
    if (target === undefined) return [h('p', { class: 'note' }, 'A request is a method and a path, such as ', h('code', {}, 'POST /agents/research/runs'), '.')]
    const { sheet, policy } = asked
    const request = { method: method.toUpperCase(), url: target, headers: sheet.who.headers }
    /** @type {Request | undefined} */
    let sent
    try {
      const response = await sheet.gate.enforce(asSent(request), (forwarded) => { sent = forwarded; return Response.json([]) })
      return [...(sent === undefined ? await refused(response) : forwardedTo(sent)), ...described(await explained(sheet.gate, request), policy)]
    } catch {
      return [h('p', { class: 'note bad' }, 'No browser and no server sends such a request: a header cannot hold this credential, or a method cannot be of this name.')]
    }
  }

  return {
    /** @param {Sheet | undefined} sheet @param {string} policy */
    show(sheet, policy) {
      asked = sheet && { sheet, policy }
      void answer()
    },
    /** @param {string} text */
    set(text) {
      line.value = text
    },
    text: () => line.value,
  }
}

/** @param {Response} response */
async function refused(response) {
  const text = await response.text()
  return [
    h('div', {}, h('h3', {}, 'The gate answers'), h('p', { class: 'status bad' }, String(response.status))),
    h('div', {}, h('h3', {}, 'Headers'), h('pre', { tabindex: '0' }, headerLines(response.headers))),
    text !== '' && h('div', {}, h('h3', {}, 'Body'), h('pre', { tabindex: '0' }, pretty(text))),
  ].filter((part) => part !== false)
}

/** What the origin gets. The credential is the page's own, so it is not shown. @param {Request} sent */
function forwardedTo(sent) {
  const { pathname, search } = new URL(sent.url)
  const headers = new Headers(sent.headers)
  for (const name of ['authorization', 'cookie']) if (headers.has(name)) headers.set(name, '(the credential, unchanged)')
  return [
    h('div', {}, h('h3', {}, 'The gate lets it through'), h('p', { class: 'status good' }, '→ origin')),
    h('div', {}, h('h3', {}, 'What the origin gets'), h('pre', { tabindex: '0' }, `${sent.method} ${pathname}${search}\n${headerLines(headers)}`)),
  ]
}

/** @param {Headers} headers */
const headerLines = (headers) => [...headers].map(([name, value]) => `${name}: ${value}`).join('\n')

/** @param {string} text */
function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}
