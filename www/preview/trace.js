// The trace behind a cell: what each layer said.
import { SIGNS, stateOf } from './cells.js'
import { byId, field, h, settled } from './dom.js'
import { parsed } from './json-text.js'
import { selectedTab } from './tabs.js'

/**
 * @typedef {import('../../pkg/index.d.ts').Decision} Decision
 * @typedef {object} Question
 * @property {string} title
 * @property {{ [name: string]: any }} [context] the arguments, if it is about an action
 * @property {(context: object) => Promise<Decision | undefined> | Decision | undefined} ask undefined if there is nothing
 *   to ask any more
 */

/** @param {{ policy: () => string }} options the hash of the policy as it was written */
export function createTrace({ policy }) {
  const place = byId('trace')
  /** What to ask again. @type {(() => Promise<void>) | undefined} */
  let again
  /** @type {Element | null} */
  let opener = null
  let turn = 0

  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !place.hidden) close()
  })

  function close() {
    const hadFocus = place.contains(document.activeElement)
    place.hidden = true
    place.replaceChildren()
    again = undefined
    byId('results').classList.remove('tracing')
    mark(false)
    if (hadFocus) /** @type {HTMLElement | undefined} */ (opener?.isConnected ? opener : selectedTab())?.focus()
  }

  /** Marks the cell that the trace is about. @param {boolean} isOpen */
  const mark = (isOpen) => opener?.closest('[role="gridcell"]')?.toggleAttribute('data-open', isOpen)

  /** @param {Question} question */
  async function open({ title, context, ask }) {
    mark(false)
    opener = document.activeElement
    const answer = h('div', { class: 'body', 'aria-live': 'polite' })
    const area = h('textarea', { rows: 3, spellcheck: 'false', class: 'mono', input: settled(120, () => void again?.()) })
    area.value = JSON.stringify(context, undefined, 2) ?? ''
    const shut = h('button', { type: 'button', class: 'shut', 'aria-label': 'Close', click: close }, '✕')
    place.replaceChildren(
      h('header', {}, h('h2', { id: 'trace-title' }, title), shut),
      ...(context === undefined ? [] : [h('div', { class: 'body' }, field('Arguments, as JSON', area))]), answer,
    )
    again = async () => {
      const mine = ++turn
      const given = context === undefined ? {} : parsed(area.value)
      area.setAttribute('aria-invalid', String(given === undefined))
      if (given === undefined) return answer.replaceChildren(h('p', { class: 'note bad' }, 'The arguments are no JSON object.'))
      const decision = await ask(given)
      // What was asked since then, or closed, has the place.
      if (mine !== turn || again === undefined) return
      if (decision === undefined) close()
      else answer.replaceChildren(...described(decision, policy()))
    }
    place.hidden = false
    byId('results').classList.add('tracing')
    mark(true)
    await again()
    shut.focus({ preventScroll: true })
    // Beside the results it is narrow there, below them it may be far down.
    place.scrollIntoView({ block: 'nearest' })
    opener?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }

  return { open, close, refresh: () => void again?.() }
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
    h('p', { class: 'outcome' }, h('span', { class: `cell ${state}` }, `${SIGNS[state]} ${WORDS[state]}`), h('span', {}, message)),
    h('div', {}, h('h3', {}, 'Layer by layer'), h('ol', { class: 'steps' }, ...trace.map((step) =>
      h('li', { class: step.outcome === 'deny' && 'deny' }, h('span', { class: 'layer' }, step.layer), h('span', { class: 'said' }, step.outcome), h('p', {}, step.because)),
    ))),
    h('dl', { class: 'facts' }, ...known.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])),
  ]
}
