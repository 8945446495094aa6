// Policies to look at callers with, as the page does, and the same callers as they really come: with tokens
// of the issuers' own keys, with keys that a store knows. What is true of them is written down here a second
// time, without the page's code.
import { createHmac } from 'node:crypto'
import { EXAMPLES } from '../../www/preview/examples.js'
import { keyPair } from './tokens.js'

/** @typedef {{ [name: string]: any }} Json */
/** @typedef {import('../../www/preview/caller.js').Caller} Caller */

/**
 * @typedef {object} Visitor
 * @property {string} name
 * @property {Caller} caller as it is composed in the page
 * @property {Json} [claims] of the real token
 * @property {number} [issuer] who signs it
 * @property {(credential: string) => Record<string, string>} [sent] how it is sent, if not in `Authorization`
 * @property {{ subject?: string, tenant?: string }} [behalf] whom agents act for
 *
 * @typedef {object} Scene
 * @property {string} name
 * @property {Json} policy
 * @property {Visitor[]} visitors
 * @property {Json} [context]
 * @property {string[]} [places] where amounts are looked for
 */

/** By the real clock: workerd has no other. */
export const now = Math.floor(Date.now() / 1000)
export const SECRET = 'the-secret-of-an-issuer-which-no-page-ever-sees-0123456789-0123456789'

/** Keys of issuers, by algorithm, made once. @type {Record<string, ReturnType<typeof keyPair>>} */
const pairs = {}
export const pairOf = (/** @type {string} */ alg) => (pairs[alg] ??= keyPair(alg, `key-of-${alg}`))

const encoded = (/** @type {object} */ part) => Buffer.from(JSON.stringify(part)).toString('base64url')

/** @param {Json} claims @param {string} alg @param {object} [header] */
export function signed(claims, alg, header = {}) {
  if (!alg.startsWith('HS')) return pairOf(alg).token({ iss: undefined, aud: undefined, sub: undefined, exp: undefined, scopes: undefined, ...claims }, header)
  const text = `${encoded({ alg, typ: 'JWT', ...header })}.${encoded(claims)}`
  return `${text}.${createHmac(`sha${alg.slice(2)}`, SECRET).update(text).digest('base64url')}`
}

/** Every secret that the policies name. */
export const secretsOf = (/** @type {Json} */ policy) =>
  Object.fromEntries([...JSON.stringify(policy).matchAll(/"env":"([^"]+)"/g)].map(([, name]) => [name, SECRET]))

/** The JWK Set of every issuer. */
export const jwks = () => ({ keys: Object.values(pairs).map(({ jwk }) => jwk) })

/**
 * The headers that a visitor really comes with, and the keys that the store has to know for it.
 *
 * @param {Scene} scene
 * @param {Visitor} visitor
 */
export function arrival({ policy }, { caller, claims, issuer = 0, sent = (credential) => ({ authorization: `Bearer ${credential}` }) }) {
  if (caller.kind === 'nobody') return { headers: {}, keys: [] }
  if (caller.kind === 'key') {
    const key = `${policy.authentication.virtual_keys.prefix ?? 'sk-'}real-key-of-somebody`
    return { headers: sent(key), keys: [{ ...caller.record, key }] }
  }
  const { algorithms, typ } = policy.authentication.issuers[issuer]
  return { headers: sent(signed(claims ?? {}, algorithms[0], typ ? { typ } : {})), keys: [] }
}

/** Claims as a platform that does as its documentation says would make them. @param {Json} issuer @param {Json} who */
function usual({ issuer, audience }, { subject, scopes, session }) {
  const aud = audience === 'any' ? undefined : audience[0]
  return { iss: issuer === 'any' ? undefined : issuer, aud, sub: subject, scopes, session_id: session, iat: now, exp: now + 600 }
}

/** @type {Scene[]} */
const examples = EXAMPLES.map(({ id, policy, callers, context }) => ({
  name: `the example ${id}`,
  policy: /** @type {Json} */ (policy),
  context: /** @type {Json | undefined} */ (context),
  visitors: callers.map(({ name, caller }) => ({
    name, caller,
    claims: caller.kind === 'scopes' ? usual(/** @type {Json} */ (policy).authentication.issuers[caller.issuer], caller) : undefined,
    behalf: caller.kind === 'scopes' ? { subject: caller.subject } : {},
  })),
}))

const HS = { name: 'main', issuer: 'any', audience: 'any', algorithms: ['HS256'], keys: [{ env: 'KEY' }] }
const KEYS_ONLY = { version: 1, authentication: { virtual_keys: {} } }

/** @param {string} name @param {Json} record @param {Partial<Visitor>} [more] @returns {Visitor} */
const holder = (name, record, more) => ({ name, caller: { kind: 'key', record }, ...more })

/** @param {string[]} scopes @param {Partial<Visitor>} [more] @returns {Visitor} */
const scoped = (scopes, more) => ({
  name: scopes.join(' ') || 'no scopes', caller: { kind: 'scopes', issuer: 0, subject: 'ann', scopes },
  claims: { sub: 'ann', scopes, exp: now + 600 }, behalf: { subject: 'ann' }, ...more,
})

/** @type {Visitor} */
const nobody = { name: 'nobody', caller: { kind: 'nobody' } }

/** @type {Scene[]} */
const odd = [
  {
    name: 'agno-3.1, with interfaces and own rules',
    policy: {
      version: 1, authentication: { issuers: [{ ...HS, flavour: 'agno-3.1' }] },
      routes: {
        profile: 'agentos', flavour: 'agno-3.1', interfaces: ['company', 'a2a', 'agui'], public: ['/open/*'],
        rules: [{ method: 'GET', path: '/reports/*', scopes: ['reports:read'] }, { method: 'POST', path: '/agents/*/runs', scopes: ['agents:run', 'runs:start'] }],
      },
    },
    visitors: [scoped(['agents:a:run', 'agents:b:read']), scoped(['agents::run']), scoped(['reports:read']), scoped(['agent_os:admin']), nobody],
  },
  {
    name: 'a mount, agents with names, own rules',
    policy: {
      version: 1, authentication: { issuers: [HS] },
      routes: { profile: 'agentos', mount: '/os', public: ['/welcome'], rules: [{ method: 'PUT', path: '/agents/{agent}/notes/{note}', action: 'annotate', resource: 'agents/{agent}' }] },
      agents: { research: { name: 'Research Agent' }, finance: { active: false }, legal: {} },
      answers: { hide_unknown: false },
    },
    visitors: [scoped(['agents:read', 'agents:research:annotate', 'agents:finance:run']), scoped(['agents:*:run']), nobody],
  },
  {
    name: 'a credential in a cookie',
    policy: {
      version: 1, authentication: { issuers: [HS], virtual_keys: { prefix: 'key-', headers: ['x-key'] }, credential: { cookie: 'session' } },
      routes: { profile: 'agentos' }, agents: { a: {}, b: {} },
    },
    visitors: [
      scoped(['agents:a:run'], { sent: (token) => ({ cookie: `other=1; session=${token}` }) }),
      holder('a key in the cookie', { agents: ['b'], subject: 'robot' }, { sent: (key) => ({ cookie: `session=${key}` }), behalf: { subject: 'robot' } }),
      holder('a key in its header', { agents: ['b'] }, { sent: (key) => ({ 'x-key': key }) }),
    ],
  },
  {
    name: 'a credential in a header of its own',
    policy: { version: 1, authentication: { issuers: [HS], credential: { header: 'X-Token', cookie: 'c' } }, routes: { profile: 'agentos' }, agents: { a: {} } },
    visitors: [scoped(['agents:a:run'], { sent: (token) => ({ 'x-token': token }) }), nobody],
  },
  {
    name: 'shadow mode',
    policy: {
      version: 1, authentication: { issuers: [HS] }, routes: { profile: 'agentos' }, mode: 'shadow',
      agents: { a: { permissions: [{ action: 'x', max_amount: 10 }] }, b: { active: false } },
    },
    visitors: [scoped(['agents:a:run']), scoped([]), nobody],
  },
  {
    name: 'one agent that is only watched',
    policy: {
      ...KEYS_ONLY, routes: {},
      agents: { watched: { shadow: true, permissions: [{ action: 'x', max_amount: 10 }] }, plain: { permissions: [{ action: 'x' }, { action: 'y', dry_run: true }] } },
      tools: { z: { level: 'write', dry_run: true } },
    },
    visitors: [nobody],
  },
  {
    name: 'switches',
    policy: {
      version: 1, authentication: { issuers: [{ ...HS, claims: { tenant: 'org.tenant' } }] }, routes: { profile: 'agentos' },
      agents: { a: { permissions: [{ action: 'x' }, { action: 'mail.send' }] }, b: { permissions: [{ action: 'x' }] }, c: { tenant: 'acme', permissions: [{ action: 'x' }] } },
      switches: [{ stop: 'agent', id: 'b' }, { stop: 'action', id: 'mail.*' }, { stop: 'subject', id: 'eve' }, { stop: 'tenant', id: 'gone' }, { stop: 'agent', id: 'unheard-of' }],
    },
    visitors: [
      scoped(['agents:*:run', 'agents:read']),
      scoped(['agents:*:run'], { name: 'who is switched off', caller: { kind: 'scopes', issuer: 0, subject: 'eve', scopes: ['agents:*:run'] }, claims: { sub: 'eve', scopes: ['agents:*:run'], exp: now + 600 }, behalf: { subject: 'eve' } }),
      ...['acme', 'gone'].map((tenant) => scoped(['agents:*:run'], {
        name: `of ${tenant}`, caller: { kind: 'scopes', issuer: 0, subject: 'ann', tenant, scopes: ['agents:*:run'] },
        claims: { sub: 'ann', org: { tenant }, scopes: ['agents:*:run'], exp: now + 600 }, behalf: { subject: 'ann', tenant },
      })),
    ],
  },
  { name: 'writes switched off', policy: { version: 1, authentication: { issuers: [HS] }, routes: { profile: 'agentos' }, switches: [{ stop: 'writes' }] }, visitors: [scoped(['agents:a:run', 'agents:a:read'])] },
  { name: 'everything switched off', policy: { version: 1, authentication: { issuers: [HS] }, routes: { profile: 'agentos' }, switches: [{ stop: 'all' }] }, visitors: [scoped(['agents:a:run'])] },
  {
    name: 'groups, ceilings and teams',
    policy: {
      ...KEYS_ONLY, routes: { profile: 'litellm' }, agents: { a: {}, b: { tenant: 'acme' }, c: {}, d: {} },
      groups: { front: ['a', 'b'], back: ['c'] }, teams: { one: { agents: ['a'], groups: ['back'] }, shut: { agents: 'all', blocked: true }, none: { agents: 'none' } },
    },
    visitors: [
      holder('a group', { groups: ['front'] }), holder('a group and a ceiling', { groups: ['front', 'back'], ceiling: { agents: ['a', 'd'] } }),
      holder('all, in a team', { agents: 'all', team: 'one' }), holder('of a team that is shut', { team: 'shut' }), holder('of a team with nobody', { team: 'none', agents: 'all' }),
      holder('of a team that is none', { team: 'ghost', agents: ['a'] }), holder('of a tenant', { agents: 'all', tenant: 'acme', subject: 'bob' }, { behalf: { subject: 'bob', tenant: 'acme' } }),
      holder('blocked', { agents: 'all', blocked: true }), holder('an administrator', { admin: true }), holder('expired', { agents: 'all', expires: 1 }),
      holder('for some routes', { agents: 'all', routes: ['/v1/agents'] }), holder('that has spent', { agents: 'all', spend: 5, max_budget: 5 }), nobody,
    ],
  },
  {
    name: 'litellm-1.109, all by default',
    policy: { version: 1, authentication: { virtual_keys: { default_agents: 'all' } }, routes: { profile: 'litellm', flavour: 'litellm-1.109' }, agents: { a: {} } },
    visitors: [holder('a bare key', {}), holder('a list', { agents: ['a'] })],
  },
  {
    name: 'issuers with teams, lists of agents and dotted claims',
    policy: {
      version: 1,
      authentication: {
        issuers: [
          { name: 'one', issuer: 'https://one.example/', audience: ['us', 'them'], algorithms: ['ES256'], keys: [{ jwk: pairOf('ES256').jwk }], claims: { scopes: 'realm_access.roles', team: 'https://one.example/team', agents: 'may.use' } },
          { name: 'two', issuer: 'https://two.example/', audience: 'any', algorithms: ['EdDSA', 'PS256'], jwks_uri: 'https://two.example/jwks.json', typ: 'at+jwt', claims: { subject: 'user.id' } },
          { name: 'rest', issuer: 'any', audience: 'any', algorithms: ['HS512'], keys: [{ env: 'REST' }], admin_scope: 'root' },
        ],
      },
      routes: { profile: 'agentos' }, agents: { a: {}, b: {}, c: {} }, teams: { red: { agents: ['a', 'b'] }, 'with.dots': { agents: ['c'] } },
    },
    visitors: [
      {
        name: 'of one', caller: { kind: 'scopes', issuer: 0, subject: 'ann', scopes: ['agents:*:run', 'agents:read'], team: 'red', agents: ['b', 'c'] }, behalf: { subject: 'ann' },
        claims: { iss: 'https://one.example/', aud: ['them'], sub: 'ann', realm_access: { roles: ['agents:*:run', 'agents:read'] }, 'https://one.example/team': 'red', may: { use: ['b', 'c'] }, exp: now + 600 },
      },
      {
        name: 'of two', issuer: 1, caller: { kind: 'scopes', issuer: 1, subject: 'bob', scopes: ['agents:a:run'] }, behalf: { subject: 'bob' },
        claims: { iss: 'https://two.example/', user: { id: 'bob' }, scopes: 'agents:a:run', exp: now + 600 },
      },
      { name: 'of the rest', issuer: 2, caller: { kind: 'scopes', issuer: 2, subject: 'sam', scopes: ['root'] }, claims: { sub: 'sam', scopes: ['root'], exp: now + 600 }, behalf: { subject: 'sam' } },
    ],
  },
  {
    name: 'limits of permissions, guards and budgets',
    places: ['/amount', '/total', '/order/sum'],
    policy: {
      ...KEYS_ONLY, routes: {},
      agents: {
        a: { permissions: [{ action: 'pay', max_amount: 0.1 }, { action: 'pay', max_amount: 300, requires_approval: true }, { action: 'refund.*', max_amount: 1e21 }, { action: 'order', amount: '/order/sum', max_amount: 50 }] },
        b: { permissions: [{ action: 'pay', max_amount: 80, requires_approval: true }, { action: 'pay', max_amount: 80 }, { action: 'order', max_amount: 70 }] },
        c: { permissions: [{ action: 'pay' }, { action: 'order', max_amount: 0 }], block: ['refund.*'] },
      },
      tools: { pay: { guards: [{ at: '/total', max_amount: 200, required: false }] }, order: { guards: [{ at: '/note', enum: ['yes'], required: false }] } },
      budgets: [{ name: 'day', agents: ['b'], spend: 40.5, per: 'agent' }, { name: 'orders', actions: ['order'], amount: '/total', spend: 60 }],
    },
    visitors: [nobody],
  },
  {
    name: 'arguments that are missing',
    policy: {
      ...KEYS_ONLY, routes: {}, agents: { a: { permissions: [{ action: 'file.read' }, { action: 'pay', max_amount: 5 }], levels: ['read'] } },
      tools: { 'file.read': { level: 'read', guards: [{ at: '/path', paths: '/srv' }] }, pay: { level: 'read', approval: 'confirmation' }, other: {} },
    },
    context: { amount: '5' }, visitors: [nobody],
  },
  {
    name: 'ids that bite',
    places: ['/amount', '/__proto__'],
    policy: JSON.parse(`{ "version": 1, "authentication": { "issuers": [${JSON.stringify(HS)}] }, "routes": { "profile": "agentos" }, "agents": {
      "__proto__": { "permissions": [{ "action": "pay", "max_amount": 5 }] }, "constructor": { "permissions": [{ "action": "toString" }] }, "🦀": { "permissions": [{ "action": "pay" }, { "action": "__proto__" }] },
      "a/b": {}, "100%": {}, "a b": {}, "..": {}, ".": {}, "any-other-agent": { "permissions": [{ "action": "pay" }] }, "ä%2f": {} },
      "tools": { "__proto__": { "guards": [{ "at": "/__proto__", "max_amount": 3 }] }, "pay": {} } }`),
    visitors: [scoped(['agents:*:run']), scoped(['agents:🦀:run', 'agents:constructor:run', 'agents:__proto__:run'])],
  },
]

/** So many agents and actions that the page draws a part of them. @param {number} agents @param {number} actions @returns {Scene} */
export const crowd = (agents, actions) => ({
  name: `${agents} agents and ${actions} actions`,
  policy: {
    version: 1, authentication: { issuers: [HS] }, routes: { profile: 'agentos' },
    agents: Object.fromEntries(Array.from({ length: agents }, (_, i) => [`agent-${i}`, {
      active: i % 11 !== 0,
      permissions: Array.from({ length: actions }, (_, j) => j).filter((j) => (i + j) % 3 !== 0)
        .map((j) => ({ action: `service-${j}.do`, ...(j % 2 && { max_amount: i + j }), ...(j % 5 === 0 && { requires_approval: true }) })),
    }])),
  },
  visitors: [scoped(['agents:agent-1:run', 'agents:agent-11:run', 'agents:read'])],
})

export const scenes = [...examples, ...odd]
