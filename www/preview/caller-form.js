// Composing a caller: from scopes, from a token, from a virtual key, or nobody.
import { field, h } from './dom.js'
import { area, choice, readonly, text, words } from './fields.js'
import { UNSIGNED, keysFor, keysWanted } from './signature.js'

/** @typedef {{ [name: string]: any }} Json */
/** @typedef {import('./caller.js').Caller} Caller */

const KINDS = /** @type {const} */ ([['scopes', 'Scopes'], ['token', 'A token'], ['key', 'A key'], ['nobody', 'Nobody']])

/**
 * @param {HTMLElement} place
 * @param {{ onChange: () => void, onKeys: () => void }} options
 */
export function createCallerForm(place, { onChange, onKeys }) {
  /** @type {Json} */
  let policy = { authentication: {} }
  /** @type {Caller} */
  let caller = { kind: 'nobody' }
  /** What was entered to check signatures with. It stays in this page. @type {import('./signature.js').Given} */
  let given = { secrets: {}, jwks: '' }
  const note = h('p', { class: 'note', role: 'status' })
  const keys = h('div', { class: 'fields wide' })
  /** The keys that there are fields for. */
  let asked = ''

  /** @param {Caller} next */
  function change(next) {
    caller = next
    if (next.kind === 'token') drawKeys(next.token)
    onChange()
  }

  function draw() {
    const { issuers = [], virtual_keys: taken } = policy.authentication ?? {}
    const shown = caller.kind === 'claims' ? 'token' : caller.kind
    const kinds = KINDS.map(([kind, label]) =>
      h('button', { type: 'button', 'aria-pressed': kind === shown, click: () => { change(blank(kind)); draw() } }, label),
    )
    const needsIssuer = shown === 'scopes' || shown === 'token'
    const missing = needsIssuer && issuers.length === 0 ? 'This policy believes no tokens: it has no issuers.' : shown === 'key' && !taken ? 'This policy takes no virtual keys.' : undefined
    const focused = controls().indexOf(document.activeElement)
    place.replaceChildren(
      h('div', { class: 'kinds', role: 'group', 'aria-label': 'Kind of caller' }, ...kinds),
      missing === undefined ? h('div', { class: 'fields' }, ...fields(issuers)) : h('p', { class: 'note warn' }, missing),
      ...(shown === 'token' && missing === undefined ? [note] : []),
    )
    // What was pressed is another element now.
    if (focused >= 0) /** @type {HTMLElement | undefined} */ (controls()[focused])?.focus()
  }

  const controls = () => /** @type {(Element | null)[]} */ ([...place.querySelectorAll('button, select')])

  /** @param {Json[]} issuers */
  function fields(issuers) {
    if (caller.kind === 'scopes') return scopeFields(issuers, caller)
    if (caller.kind === 'token' || caller.kind === 'claims') return tokenFields(caller)
    return caller.kind === 'key' ? keyFields(caller.record) : [h('p', { class: 'wide note' }, 'No credential is sent.')]
  }

  /** @param {Json[]} issuers @param {Extract<Caller, { kind: 'scopes' }>} who */
  function scopeFields(issuers, who) {
    const put = (/** @type {Json} */ part) => change({ .../** @type {any} */ (caller), ...part })
    const paths = issuers[who.issuer]?.claims ?? {}
    return [
      field('Scopes, divided by spaces or lines', area(who.scopes.join('\n'), (list) => put({ scopes: words(list) })), 'wide'),
      field('Subject', text(who.subject, (subject) => put({ subject }))),
      issuers.length > 1 && field('Issuer', choice(issuers.map(({ name }, index) => [String(index), name]), String(who.issuer), (index) => { put({ issuer: Number(index) }); draw() })),
      (paths.team || who.team) && field('Team', text(who.team, (team) => put({ team }))),
      (paths.agents || who.agents) && field('Agents of the token', text(who.agents?.join(' '), (list) => put({ agents: list === undefined ? undefined : words(list) }))),
      (paths.tenant || who.tenant) && field('Tenant', text(who.tenant, (tenant) => put({ tenant }))),
      field('Session', text(who.session, (session) => put({ session }))),
    ].filter((one) => typeof one === 'object')
  }

  /** @param {Extract<Caller, { kind: 'token' | 'claims' }>} who */
  function tokenFields(who) {
    if (who.kind === 'claims') return [field('Claims of a token, from a link', readonly(JSON.stringify(who.claims, undefined, 2)), 'wide')]
    asked = ''
    drawKeys(who.token)
    return [field('A JWT', area(who.token, (token) => change({ kind: 'token', token })), 'wide'), keys]
  }

  /** Fields for the keys of the issuer that a token is of. @param {string} token */
  function drawKeys(token) {
    const { names, set } = keysWanted(policy, token)
    const wanted = JSON.stringify([names, set])
    if (wanted === asked) return
    asked = wanted
    const secrets = names.map((name) => {
      const input = text(given.secrets[name], (secret = '') => { given = { ...given, secrets: { ...given.secrets, [name]: secret } }; onKeys() })
      // No field for a password: browsers offer to keep what is in one.
      input.className = 'secret'
      return field(`${name}, to check the signature`, input, 'wide')
    })
    const published = set && area(given.jwks, (jwks) => { given = { ...given, jwks }; onKeys() })
    keys.replaceChildren(...secrets, ...(published ? [field('JWK Set of the issuer, to check the signature', published, 'wide')] : []))
    keys.hidden = keys.childElementCount === 0
  }

  /** @param {Json} record */
  function keyFields(record) {
    const put = (/** @type {Json} */ part) => {
      const whole = { .../** @type {any} */ (caller).record, ...part }
      change({ kind: 'key', record: Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined)) })
    }
    const agents = typeof record.agents === 'string' ? record.agents : record.agents === undefined ? '' : 'list'
    const ids = text(Array.isArray(record.agents) ? record.agents.join(' ') : '', (list) => put({ agents: words(list ?? '') }))
    const flag = (/** @type {string} */ name) => choice([['', 'no'], ['yes', 'yes']], record[name] ? 'yes' : '', (value) => put({ [name]: value === 'yes' || undefined }))
    return [
      field('Agents of the key', choice([['', 'says nothing'], ['all', 'all'], ['none', 'none'], ['list', 'these']], agents, (kind) => {
        put({ agents: kind === '' ? undefined : kind === 'list' ? [] : kind })
        draw()
      })),
      agents === 'list' && field('Their ids', ids),
      field('Team', choice([['', 'none'], ...Object.keys(policy.teams ?? {}).map((name) => /** @type {[string, string]} */ ([name, name]))], record.team ?? '', (team) => put({ team: team || undefined }))),
      policy.groups && field('Groups', text(record.groups?.join(' '), (list) => put({ groups: list === undefined ? undefined : words(list) }))),
      field('Subject', text(record.subject, (subject) => put({ subject }))),
      field('Tenant', text(record.tenant, (tenant) => put({ tenant }))),
      field('Blocked', flag('blocked')),
      field('Administrator', flag('admin')),
    ].filter((one) => typeof one === 'object')
  }

  /** What the fields depend on, of a policy. @param {Json} of */
  const shapeOf = (of) => JSON.stringify([of.authentication, Object.keys(of.teams ?? {}), Object.keys(of.groups ?? {})])

  return {
    /** @param {Json} next */
    setPolicy(next) {
      const isSame = shapeOf(policy) === shapeOf(next)
      policy = next
      // What is typed into stays as it is, unless the fields would be others.
      if (!isSame) draw()
    },
    /** @param {Caller} next */
    set(next) {
      caller = next
      draw()
    },
    caller: () => caller,
    /** What the token is to be checked with, if it is one and its key is there. */
    keys: () => (caller.kind === 'token' ? keysFor(policy, caller.token, given) : undefined),
    /** Says what is known of the signature. @param {import('./signature.js').Note} [note] of a token */
    sayOfSignature({ kind, words: said } = UNSIGNED) {
      note.textContent = said
      note.className = `note ${kind}`
    },
  }
}

/** @param {string} kind @returns {Caller} */
function blank(kind) {
  if (kind === 'scopes') return { kind, issuer: 0, subject: 'somebody', scopes: [] }
  if (kind === 'token') return { kind, token: '' }
  return kind === 'key' ? { kind, record: {} } : { kind: 'nobody' }
}
