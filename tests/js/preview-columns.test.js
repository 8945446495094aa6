// What a sheet asks about: every agent, route and action that the policy or the caller speaks of.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { actionsOf, agentsOf, covers, isCounted, limitsOf, requestFor, sampleOf, valueAt, withValue } from '../../www/preview/columns.js'
import { bare, claimAt, composedClaims, isCanonical } from '../../www/preview/token.js'

/** @typedef {{ [name: string]: any }} Json */

const who = (/** @type {object} */ more = {}) => ({ headers: {}, behalf: {}, ...more })
const withIssuer = (/** @type {object} */ issuer = {}) => ({ authentication: { issuers: [{ issuer: 'any', ...issuer }] } })

describe('the agents', () => {
  it('are those of the policy, the caller and whoever looks on, each once, and one that nobody knows', () => {
    const policy = {
      ...withIssuer({ claims: { agents: 'may.use' } }), agents: { a: {}, b: {} }, groups: { g: ['c', 'a'] }, teams: { t: { agents: ['d'] }, all: { agents: 'all' }, g: { groups: ['g'] } },
      budgets: [{ agents: ['e'] }, {}], switches: [{ stop: 'agent', id: 'f' }, { stop: 'action', id: 'x' }, { stop: 'all' }],
    }
    const claims = { scopes: ['agents:g:run', 'agents:*:run', 'agents:read', 'teams:no:run', 5], may: { use: ['h', '*'] } }
    const record = { agents: ['i'], ceiling: { agents: ['j'] } }
    assert.deepEqual(agentsOf(policy, who({ claims, record }), ['k', '']), ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'any-other-agent'])
  })

  it('of scopes in a text are found as well, by the paths of the issuer that is meant', () => {
    const policy = { authentication: { issuers: [{ issuer: 'x', claims: { scopes: 'scp' } }, { issuer: 'y' }] } }
    assert.deepEqual(agentsOf(policy, who({ claims: { iss: 'x', scp: 'agents:a:run agents:b:read' } }), []), ['a', 'b', 'any-other-agent'])
    assert.deepEqual(agentsOf(policy, who({ claims: { iss: 'y', scp: 'agents:a:run' } }), []), ['any-other-agent'])
    assert.deepEqual(agentsOf(policy, who({ claims: { iss: 'z', scp: 'agents:a:run' } }), []), ['any-other-agent'])
  })

  it('that cannot be asked about are left out', () => {
    assert.deepEqual(agentsOf({ ...withIssuer(), agents: { '\ud800': {} } }, who({ claims: { scopes: ['agents:\udfff:run'] }, record: { agents: 'all' } }), []), ['any-other-agent'])
  })

  it('never hold the one that nobody knows twice', () => {
    assert.deepEqual(agentsOf({ ...withIssuer(), agents: { 'any-other-agent': {} } }, who(), ['any-other-agent-']), ['any-other-agent', 'any-other-agent-', 'any-other-agent--'])
  })
})

describe('the actions', () => {
  it('are those of tools, permissions, lists, switches and budgets', () => {
    const policy = {
      tools: { z: {} }, agents: { a: { permissions: [{ action: 'b.*' }], allow: ['c'], block: ['d'] }, e: {} },
      switches: [{ stop: 'action', id: 'f.*' }, { stop: 'agent', id: 'a' }], budgets: [{ actions: ['g', 'c'] }, {}],
    }
    assert.deepEqual(actionsOf(policy, ['h', 'z']), ['b.*', 'c', 'd', 'f.*', 'g', 'h', 'z'])
    assert.deepEqual(actionsOf({}), [])
  })

  it('with a star are asked about as what is below it', () => {
    assert.equal(sampleOf('email.*'), 'email.any')
    assert.equal(sampleOf('email'), 'email')
    for (const [entry, action, does] of /** @type {const} */ ([
      ['a.*', 'a.b', true], ['a.*', 'a.b.c', true], ['a.*', 'a', false], ['a.*', 'a.', false], ['a.*', 'ab.c', false], ['a', 'a', true], ['a', 'a.b', false], ['a.*', 'a.*', true],
    ])) assert.equal(covers(entry, action), does, `${entry} ${action}`)
  })
})

describe('the limits', () => {
  const policy = {
    agents: { a: { permissions: [{ action: 'pay', max_amount: 5 }, { action: 'pay', max_amount: 9, amount: '/sum' }, { action: 'pay' }, { action: 'other', max_amount: 1 }, { action: 'pay', max_amount: 5 }] } },
    tools: { pay: { guards: [{ at: '/total', max_amount: 7 }, { at: '/x', minimum: 2 }] } },
    budgets: [{ spend: 6 }, { spend: 3, agents: ['b'] }, { spend: 4, actions: ['other'] }, { calls: 1 }, { spend: 20, actions: ['p.*', 'pay'], amount: '/sum' }],
  }
  it('are those of permissions, guards and budgets that speak of it, the smallest first', () => {
    assert.deepEqual(limitsOf(policy, 'a', 'pay'), { places: ['/amount', '/sum', '/total'], amounts: [5, 6, 7, 9, 20] })
    assert.deepEqual(limitsOf(policy, 'b', 'pay').amounts, [3, 6, 7, 20])
    assert.deepEqual(limitsOf({}, 'a', 'pay'), { places: [], amounts: [] })
  })
  it('of what all objects have are none', () => {
    for (const name of ['constructor', '__proto__', 'toString']) assert.deepEqual(limitsOf({ agents: {}, tools: {} }, name, name), { places: [], amounts: [] })
  })
  it('of a budget count for those it speaks of', () => {
    assert.equal(isCounted({ actions: ['a.*'] }, 'a.b'), true)
    assert.equal(isCounted({ actions: ['a.*'], agents: ['x'] }, 'a.b', 'y'), false)
    assert.equal(isCounted({ agents: ['x'] }, 'a.b'), true)
  })
})

describe('a context', () => {
  for (const [context, pointer, changed] of /** @type {[Json, string, Json][]} */ ([
    [{}, '/a', { a: 5 }], [{ a: 1, b: 2 }, '/a', { a: 5, b: 2 }], [{}, '/a/b', { a: { b: 5 } }], [{ a: { c: 1 } }, '/a/b', { a: { c: 1, b: 5 } }], [{ a: null }, '/a/b', { a: { b: 5 } }],
    [{}, '/a~1b/c~0d', { 'a/b': { 'c~d': 5 } }], [{ a: [{ b: 1 }, 2] }, '/a/0/b', { a: [{ b: 5 }, 2] }], [{}, '', {}], [{}, '/', { '': 5 }],
    [{}, '/__proto__/x', JSON.parse('{"__proto__":{"x":5}}')], [{}, '/constructor', { constructor: 5 }],
  ])) {
    it(`takes a value at ${JSON.stringify(pointer)}`, () => {
      const found = withValue(context, pointer, 5)
      assert.deepEqual(JSON.stringify(found), JSON.stringify(changed))
      assert.equal(pointer === '' ? 5 : valueAt(found, pointer), 5)
      assert.equal(/** @type {any} */ ({}).x, undefined)
    })
  }
  it('has nothing that all objects have', () => {
    for (const pointer of ['/constructor', '/__proto__', '/a/length', '/toString/name']) assert.equal(valueAt({ a: 'text' }, pointer), undefined, pointer)
  })
})

describe('a request', () => {
  const route = (/** @type {string} */ path, /** @type {number | null} */ segment = null) => /** @type {any} */ ({ method: 'GET', path, segment })
  for (const [path, segment, agent, url] of /** @type {[string, number | null, string | undefined, string][]} */ ([
    ['/agents/{agent_id}/runs/{run_id}', 1, 'a', '/os/agents/a/runs/0'], ['/agents/{agent_id}', 1, 'a/b %🦀', '/os/agents/a%2Fb%20%25%F0%9F%A6%80'], ['/files/{rest:path}', null, undefined, '/os/files/0'],
    ['/reports/*-*', null, 'a', '/os/reports/0-0'], ['/', null, undefined, '/os/'],
  ])) it(`for ${path} is ${url}`, () => assert.deepEqual(requestFor(route(path, segment), '/os', agent), { method: 'GET', url }))
})

describe('claims', () => {
  const paths = { subject: 'user.id', scopes: 'realm.roles', team: 'team', agents: null, tenant: '__proto__.tenant' }
  it('of somebody composed stand where the issuer looks for them, and nowhere else', () => {
    const issuer = { issuer: 'https://id.example/', audience: ['us', 'them'], claims: paths, max_lifetime_seconds: 60 }
    const claims = composedClaims(issuer, { subject: 'ann', scopes: ['x'], team: '', agents: ['a'], tenant: 'acme', session: 's' }, 100.9)
    const expected = JSON.parse('{"iat":100,"exp":160,"iss":"https://id.example/","aud":"us","user":{"id":"ann"},"realm":{"roles":["x"]},"__proto__":{"tenant":"acme"},"session_id":"s"}')
    assert.deepEqual(JSON.parse(JSON.stringify(claims)), expected)
    assert.equal(/** @type {any} */ ({}).tenant, undefined)
    assert.deepEqual(composedClaims({ issuer: 'any', audience: 'any' }, { subject: 'ann' }, 0), { iat: 0, exp: 3600, sub: 'ann' })
  })

  it('are found by their whole name, else along the dots', () => {
    const claims = JSON.parse('{ "a.b": 1, "a": { "b": 2, "c": 3 }, "__proto__": { "x": 4 } }')
    for (const [path, value] of /** @type {[string | null | undefined, unknown][]} */ ([
      ['a.b', 1], ['a.c', 3], ['__proto__.x', 4], ['constructor', undefined], ['a.constructor', undefined], ['a.b.c', undefined], [null, undefined], [undefined, undefined],
    ])) assert.equal(claimAt(claims, path), value, `${path}`)
  })
})

describe('a token that is pasted', () => {
  for (const [pasted, token] of [
    [' a.b.c\n', 'a.b.c'], ['Bearer a.b.c', 'a.b.c'], ['authorization: bearer  a.b.c', 'a.b.c'], ['a.\n  b.\r\nc', 'a.b.c'], ['a b', 'a b'], ['', ''], ['Bearer', 'Bearer'],
  ]) it(`as ${JSON.stringify(pasted)} is ${JSON.stringify(token)}`, () => assert.equal(bare(pasted), token))

  it('has its signature in one spelling', () => {
    for (const [text, is] of /** @type {const} */ ([['', true], ['AA', true], ['AB', false], ['A', false], ['AA=', false], ['A+', false], ['-_', false], ['-_8', true], ['ä', false]])) assert.equal(isCanonical(text), is, text)
  })
})
