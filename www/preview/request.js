// A request line, answered as the gate would answer it.
import { field, h, settled } from './dom.js'
import { described } from './trace.js'

/** @typedef {import('./sheet.js').Sheet} Sheet */

/** @param {HTMLElement} place */
export function createRequest(place) {
  /** @type {{ sheet: Sheet, policy: string } | undefined} */
  let asked
  const line = h('input', { type: 'text', spellcheck: 'false', autocomplete: 'off', input: settled(120, () => void answer()) })
  const out = h('div', { class: 'answer', 'aria-live': 'polite' })
  place.append(h('div', { class: 'bar' }, field('Method and path', line, 'grow')), out)

  async function answer() {
    if (asked === undefined) return
    const { sheet, policy } = asked
    const [, method, target] = /^\s*([A-Za-z]+)\s+(\/\S*)\s*$/.exec(line.value) ?? []
    if (target === undefined) {
      out.replaceChildren(h('p', { class: 'note' }, 'A request is a method and a path, such as ', h('code', {}, 'POST /agents/research/runs'), '.'))
      return
    }
    const request = asSent(method.toUpperCase(), target, sheet.who.headers)
    /** @type {Request | undefined} */
    let sent
    const [response, decision] = [
      await sheet.gate.enforce(request, (forwarded) => { sent = forwarded; return Response.json([]) }),
      await sheet.gate.decide(asSent(method.toUpperCase(), target, sheet.who.headers), { explain: true }),
    ]
    out.replaceChildren(...(sent === undefined ? await refused(response) : forwardedTo(sent)), ...described(decision, policy))
  }

  return {
    /** @param {Sheet} sheet @param {string} policy */
    show(sheet, policy) {
      asked = { sheet, policy }
      return answer()
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
    h('div', {}, h('h3', {}, 'The gate answers'), h('p', { class: 'status' }, String(response.status))),
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
    h('div', {}, h('h3', {}, 'The gate lets it through'), h('p', { class: 'status' }, '→ origin')),
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

/**
 * A request as a server would get it. `Request` tidies paths up, which a server does not; it is given a body
 * where one is usual, so that what is forced into it can be.
 *
 * @param {string} method
 * @param {string} target
 * @param {Record<string, string>} headers
 */
function asSent(method, target, headers) {
  const request = new Request('http://gate.example/', { method: method === 'GET' || method === 'HEAD' ? method : 'POST' })
  return Object.defineProperties(request, {
    method: { value: method }, url: { value: `http://gate.example${target}` }, headers: { value: new Headers(headers) },
  })
}
