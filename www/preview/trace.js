// The trace behind a cell: what each layer said.
import { SIGNS, stateOf } from './cells.js'
import { byId, field, h, settled } from './dom.js'

/**
 * @typedef {import('../../pkg/index.d.ts').Decision} Decision
 * @typedef {object} Question
 * @property {string} title
 * @property {string} policy the hash of the policy as it was written
 * @property {{ [name: string]: any }} [context] the arguments, if it is about an action
 * @property {(context: object) => Promise<Decision> | Decision} ask
 */

/** @param {{ onClose: () => void }} options */
export function createTrace({ onClose }) {
  const place = byId('trace')
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    if (event.key === 'Escape' && !place.hidden) close()
  }
  document.addEventListener('keydown', onKey)

  function close() {
    place.hidden = true
    place.replaceChildren()
    onClose()
  }

  /** @param {Question} question */
  async function open({ title, policy, context, ask }) {
    const body = h('div', { class: 'body' })
    const shut = h('button', { type: 'button', 'aria-label': 'Close', click: close }, '✕')
    place.replaceChildren(h('header', {}, h('h2', { id: 'trace-title' }, title), shut), body)
    place.hidden = false
    shut.focus()
    const answer = h('div', { class: 'body' })
    if (context === undefined) body.replaceWith(answer)
    else {
      const area = h('textarea', { rows: 3, spellcheck: 'false', class: 'mono', input: settled(120, again) })
      area.value = JSON.stringify(context, undefined, 2)
      body.append(field('Arguments, as JSON', area))
      place.append(answer)
      async function again() {
        const given = parsed(area.value)
        if (given === undefined) answer.replaceChildren(h('p', { class: 'note bad' }, 'The arguments are no JSON object.'))
        else answer.replaceChildren(...described(await ask(given), policy))
      }
    }
    answer.replaceChildren(...described(await ask(context ?? {}), policy))
  }

  return { open, close, isOpen: () => !place.hidden }
}

/**
 * A JSON object, or undefined.
 *
 * @param {string} text
 * @returns {{ [name: string]: any } | undefined}
 */
export function parsed(text) {
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

const WORDS = { allow: 'allowed', wait: 'waits for a person', depends: 'depends on the arguments', deny: 'denied' }

/**
 * @param {Decision} decision
 * @param {string} policy
 */
export function described({ decision, context }, policy) {
  const state = stateOf({ decision, reason: context.reason })
  const { reason, message, subject, action, resource, scopes, limit, level, shadowed, trace = [] } = context
  /** @type {[string, string | undefined][]} */
  const facts = [
    ['reason', reason], ['subject', subject], ['action', action], ['resource', resource && [resource.type, resource.id].filter(Boolean).join(' ')],
    ['scopes that would do', scopes?.join(' ')], ['limit', limit], ['level', level], ['only watched', shadowed], ['policy', policy],
  ]
  const known = facts.filter(([, value]) => value !== undefined && value !== '')
  return [
    h('p', { class: 'verdict' }, h('span', { class: `cell ${state}` }, `${SIGNS[state]} ${WORDS[state]}`), h('span', {}, message)),
    h('dl', { class: 'facts' }, ...known.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])),
    h('div', {}, h('h3', {}, 'Layer by layer'), h('ol', { class: 'steps' }, ...trace.map((step) =>
      h('li', { class: step.outcome === 'deny' && 'deny' }, h('span', { class: 'layer' }, step.layer), h('span', { class: 'outcome' }, step.outcome), h('p', {}, step.because)),
    ))),
  ]
}
