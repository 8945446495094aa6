// Composing a caller: from scopes, from a token, from a virtual key, or nobody.
import { signatureNote } from './caller.js'
import { field, h } from './dom.js'

/** @typedef {{ [name: string]: any }} Json */
/** @typedef {import('./caller.js').Caller} Caller */

const KINDS = /** @type {const} */ ([['scopes', 'Scopes'], ['token', 'A token'], ['key', 'A virtual key'], ['nobody', 'Nobody']])

/**
 * @param {HTMLElement} place
 * @param {{ onChange: (caller: Caller) => void, onSecrets: () => void }} options
 */
export function createCallerForm(place, { onChange, onSecrets }) {
  /** @type {Json} */
  let policy = { authentication: {} }
  /** @type {Caller} */
  let caller = { kind: 'nobody' }
  /** What was entered, by the name of the secret. It stays in this page. @type {Record<string, string>} */
  let secrets = {}
  /** @type {string[]} */
  let names = []
  const note = h('p', { class: 'note', role: 'status' })

  /** @param {Caller} next */
  function change(next) {
    caller = next
    onChange(next)
  }

  function draw() {
    const { issuers = [], virtual_keys: keys } = policy.authentication ?? {}
    const shown = caller.kind === 'claims' ? 'token' : caller.kind
    const kinds = KINDS.map(([kind, label]) =>
      h('button', { type: 'button', 'aria-pressed': kind === shown, click: () => { change(blank(kind)); draw() } }, label),
    )
    const missing = (shown === 'scopes' || shown === 'token') && issuers.length === 0 ? 'This policy believes no tokens: it has no issuers.' : shown === 'key' && !keys ? 'This policy takes no virtual keys.' : undefined
    place.replaceChildren(
      h('div', { class: 'kinds', role: 'group', 'aria-label': 'Kind of caller' }, ...kinds),
      h('div', { class: 'fields' }, ...fields(issuers)),
      ...(missing === undefined ? [] : [h('p', { class: 'note warn' }, missing)]),
    )
    if (shown === 'token') place.append(note)
  }

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
      field('Scopes, divided by spaces or lines', area(who.scopes.join('\n'), (text) => put({ scopes: words(text) })), 'wide'),
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
    const secretFields = names.map((name) => {
      const input = h('input', { type: 'password', autocomplete: 'off', spellcheck: 'false', input: () => { secrets = { ...secrets, [name]: input.value }; onSecrets() } })
      input.value = secrets[name] ?? ''
      return field(`${name}, to check the signature`, input)
    })
    const jwks = (policy.authentication.issuers ?? []).some((/** @type {Json} */ issuer) => issuer.jwks_uri)
    const set = jwks && area(secrets[''] ?? '', (value) => { secrets = { ...secrets, '': value }; onSecrets() })
    return [
      field('A JWT', area(who.token, (token) => change({ kind: 'token', token })), 'wide'),
      ...secretFields, ...(set ? [field('The JWK Set of the issuer, to check the signature', set, 'wide')] : []),
    ]
  }

  /** @param {Json} record */
  function keyFields(record) {
    const put = (/** @type {Json} */ part) => {
      const whole = { .../** @type {any} */ (caller).record, ...part }
      change({ kind: 'key', record: Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined)) })
    }
    const agents = typeof record.agents === 'string' ? record.agents : record.agents === undefined ? '' : 'list'
    const ids = text(Array.isArray(record.agents) ? record.agents.join(' ') : '', (list) => put({ agents: words(list ?? '') }))
    return [
      field('Agents of the key', choice([['', 'says nothing'], ['all', 'all'], ['none', 'none'], ['list', 'these']], agents, (kind) => {
        put({ agents: kind === '' ? undefined : kind === 'list' ? [] : kind })
        draw()
      })),
      agents === 'list' && field('Their ids', ids),
      field('Team', choice([['', 'none'], ...Object.keys(policy.teams ?? {}).map((name) => /** @type {[string, string]} */ ([name, name]))], record.team ?? '', (team) => put({ team: team || undefined }))),
      policy.groups && field('Groups', text(record.groups?.join(' '), (list) => put({ groups: list === undefined ? undefined : words(list) }))),
      field('Tenant', text(record.tenant, (tenant) => put({ tenant }))),
      field('Blocked', choice([['', 'no'], ['yes', 'yes']], record.blocked ? 'yes' : '', (value) => put({ blocked: value === 'yes' || undefined }))),
      field('Administrator', choice([['', 'no'], ['yes', 'yes']], record.admin ? 'yes' : '', (value) => put({ admin: value === 'yes' || undefined }))),
    ].filter((one) => typeof one === 'object')
  }

  return {
    /** @param {Json} given @param {string[]} secretNames */
    setPolicy(given, secretNames) {
      const before = JSON.stringify([policy.authentication, Object.keys(policy.teams ?? {}), Object.keys(policy.groups ?? {}), names])
      ;[policy, names] = [given, secretNames]
      // What is typed into stays as it is, unless the fields would be others.
      if (before !== JSON.stringify([policy.authentication, Object.keys(policy.teams ?? {}), Object.keys(policy.groups ?? {}), names])) draw()
    },
    /** @param {Caller} next */
    set(next) {
      caller = next
      draw()
    },
    caller: () => caller,
    /** The secrets, if every one that the policy wants was given; and the JWK Set. */
    secrets() {
      const given = names.filter((name) => secrets[name])
      const { '': jwks } = secrets
      if (names.length + Number(Boolean(jwks)) === 0 || given.length < names.length) return undefined
      return { secrets: Object.fromEntries(names.map((name) => [name, secrets[name]])), jwks }
    },
    /** Says what is known of the signature. @param {string} [checked] */
    sayOfSignature(checked) {
      if (caller.kind === 'claims') tell('From a link: claims without a signature. What follows holds for whoever has a token with these claims and a good signature.', 'warn')
      else if (caller.kind !== 'token') return
      else if (caller.token.trim() === '') tell('Paste a token. It stays in this page.', '')
      else if (checked === undefined) tell(signatureNote(policy, caller.token), 'warn')
      else if (checked === '') tell('The signature was checked with the key that was given, and fits.', 'good')
      else tell(`Checked with the key that was given, and refused: ${checked}.`, 'bad')
    },
  }

  /** @param {string} words @param {string} kind */
  function tell(words, kind) {
    note.textContent = words
    note.className = `note ${kind}`
  }
}

/** @param {string} kind @returns {Caller} */
function blank(kind) {
  if (kind === 'scopes') return { kind, issuer: 0, subject: 'somebody', scopes: [] }
  if (kind === 'token') return { kind, token: '' }
  return kind === 'key' ? { kind, record: {} } : { kind: 'nobody' }
}

/** @param {string} text */
const words = (text) => text.split(/[\s,]+/).filter((word) => word !== '')

/** @param {string | undefined} value @param {(value: string | undefined) => void} onInput */
function text(value, onInput) {
  const input = h('input', { type: 'text', spellcheck: 'false', autocomplete: 'off', input: () => onInput(input.value === '' ? undefined : input.value) })
  input.value = value ?? ''
  return input
}

/** @param {string} value @param {(value: string) => void} onInput */
function area(value, onInput) {
  const input = h('textarea', { rows: 3, spellcheck: 'false', autocomplete: 'off', input: () => onInput(input.value) })
  input.value = value
  return input
}

/** @param {string} value */
function readonly(value) {
  const shown = h('textarea', { rows: 7, readonly: true, spellcheck: 'false' })
  shown.value = value
  return shown
}

/** @param {[string, string][]} options @param {string} value @param {(value: string) => void} onInput */
function choice(options, value, onInput) {
  const select = h('select', { input: () => onInput(select.value) }, ...options.map(([name, label]) => h('option', { value: name }, label)))
  select.value = value
  return select
}
