// The control API on the whole Worker: what it keeps, who may, and what is tried by those who may not.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { MASTER, sha256, startEdge, tokenOf } from './edge.js'

const API = '/.gate/api'
const agents = { written: { permissions: [{ action: 'x.do' }] } }
const reader = { token: tokenOf('t', ['gate:read']) }
const writer = { token: tokenOf('t', ['gate:read', 'gate:write'], 'wim') }
const other = { token: tokenOf('u', ['gate:read', 'gate:write', 'gate:admin', 'approvals:write']) }

describe('the control API', () => {
  /** @type {ReturnType<typeof startEdge>} */
  let edge
  before(() => { edge = startEdge({ agents, budgets: [{ name: 'mail', calls: 2, per: 'agent', actions: ['mail.send'] }, { name: 'own', steps: 99, per: 'tenant' }, { name: 'shared', steps: 999 }] }) })
  after(() => edge.dispose())
  /** @type {ReturnType<typeof startEdge>['call']} */
  const call = (...given) => edge.call(...given)

  it('creates, reads, changes and deletes an agent and its permissions', async () => {
    const made = await call(`POST ${API}/agents`, { id: 'support', name: 'front', description: 'first line' }, writer)
    assert.deepEqual([made.status, made.body.id, made.headers.get('location')], [201, 'support', `${API}/agents/support`])
    const etag = String(made.headers.get('etag'))
    const permission = await call(`POST ${API}/agents/support/permissions`, { action: 'refund', max_amount: 100 }, writer)
    assert.equal(permission.status, 201)
    assert.match(permission.body.id, /^perm_[0-9a-f]{32}$/)
    const changed = await call(`PATCH ${API}/agents/support`, { active: false, description: null }, { ...writer, headers: { 'if-match': etag } })
    assert.deepEqual([changed.status, changed.body.active, changed.body.description, changed.body.name], [200, false, undefined, 'front'])
    for (const [method, body] of [['PATCH', {}], ['DELETE', undefined]]) {
      const late = await call(`${method} ${API}/agents/support`, body, { ...writer, headers: { 'if-match': etag } })
      assert.deepEqual([late.status, late.body.code], [412, 'version_changed'], String(method))
    }
    assert.equal((await call(`GET ${API}/agents/support/permissions/${permission.body.id}`, undefined, reader)).body.max_amount, 100)
    assert.equal((await call(`GET ${API}/agents/another/permissions/${permission.body.id}`, undefined, reader)).status, 404)
    assert.equal((await call(`DELETE ${API}/agents/support`, undefined, writer)).status, 204)
    assert.equal((await call(`GET ${API}/agents/support`, undefined, reader)).status, 404)
    assert.deepEqual((await call(`GET ${API}/agents/support/permissions`, undefined, reader)).body.items, [])
  })

  for (const [what, line, body, code, pointer] of /** @type {[string, string, any, string, string?][]} */ ([
    ['a member that nobody knows', 'agents', { id: 'a', tenant: 'u' }, 'body_malformed', '/tenant'],
    ['a member of the wrong type', 'agents', { id: 'a', active: 'yes' }, 'body_malformed', '/active'],
    ['an id that is none', 'agents', { id: 'a/b' }, 'body_malformed', '/id'],
    ['a number with too many digits', 'agents/p/permissions', '{"action":"x.do","max_amount":1.00000000000000001}', 'body_malformed'],
    ['a negative amount', 'agents/p/permissions', { action: 'x.do', max_amount: -1 }, 'body_malformed', '/max_amount'],
    ['what the core takes for no action', 'agents/p/permissions', { action: 'x..do' }, 'policy_refused'],
    ['a pattern for everything', 'agents/p/permissions', { action: '*' }, 'policy_refused'],
    ['a team of a group that the policy does not have', 'teams', { id: 'a', groups: ['nobody'] }, 'policy_refused'],
    ['a switch for nothing', 'switches', { stop: 'agent' }, 'policy_refused'],
    ['a switch for everything of one', 'switches', { stop: 'all', target: 'x' }, 'policy_refused'],
    ['a key with agents that are none', 'keys', { agents: 'some' }, 'body_malformed', '/agents'],
    ['a key with a time that is none', 'keys', { expires: '2026-99-99T00:00:00Z' }, 'body_malformed'],
    ['a key with a time that is a date', 'keys', { expires: '2026-01-01' }, 'body_malformed', '/expires'],
    ['an agent that the policy has', 'agents', { id: 'written' }, 'in_policy'],
    ['a permission of nobody', 'agents/nobody/permissions', { action: 'x.do' }, 'agent_unknown'],
  ])) {
    it(`refuses ${what}`, async () => {
      if (line.startsWith('agents/p')) await call(`POST ${API}/agents`, { id: 'p' }, writer)
      const { status, body: told } = await call(`POST ${API}/${line}`, body, writer)
      assert.ok([400, 404, 409, 422].includes(status), `${status}`)
      assert.equal(told.code, code)
      if (pointer !== undefined) assert.equal(told.errors[0].pointer, pointer)
    })
  }

  it('lets go of an agent that a team may use', async () => {
    const tenant = { token: tokenOf('gone', ['gate:write', 'gate:evaluate']) }
    await call(`POST ${API}/agents`, { id: 'gone' }, tenant)
    assert.equal((await call(`POST ${API}/teams`, { id: 'team', agents: ['gone', 'never'] }, tenant)).status, 201)
    assert.equal((await call(`DELETE ${API}/agents/gone`, undefined, tenant)).status, 204)
    const { body } = await call('POST /sdk/check', { agent_id: 'written', action: 'x.do', context: {} }, tenant)
    assert.equal(body.code, 'allowed', 'and the others go on')
  })

  it('refuses two agents of one name, also when they come at the same time', async () => {
    const made = await Promise.all(['n1', 'n2', 'n3'].map((id) => call(`POST ${API}/agents`, { id, name: 'twin' }, writer)))
    assert.deepEqual(made.map(({ status }) => status).sort(), [201, 422, 422])
    assert.equal((await call('POST /sdk/check', { agent_id: 'p', action: 'x' }, { token: tokenOf('t', ['gate:evaluate']) })).status, 200, 'the policy still compiles')
  })

  it('pages', async () => {
    const tenant = { token: tokenOf('pages', ['gate:read', 'gate:write']) }
    for (let at = 0; at < 5; at += 1) {
      await call(`POST ${API}/teams`, { id: `team-${at}`, agents: 'none' }, tenant)
      await call(`POST ${API}/keys`, { alias: `key ${at}` }, tenant)
    }
    for (const kind of ['teams', 'keys']) {
      /** @type {string[]} */
      const seen = []
      let cursor = ''
      do {
        const { body } = await call(`GET ${API}/${kind}?limit=2&cursor=${cursor}`, undefined, tenant)
        seen.push(...body.items.map((/** @type {any} */ { id }) => id))
        cursor = body.next_cursor
      } while (cursor)
      assert.deepEqual([new Set(seen).size, seen], [5, [...seen].sort()], kind)
    }
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'cursor=*']) {
      assert.equal((await call(`GET ${API}/teams?${query}`, undefined, tenant)).body.code, 'page_malformed', query)
    }
  })

  it('shows a key once, and knows it by its hash', async () => {
    const made = await call(`POST ${API}/keys`, { alias: 'ci', agents: ['written'], expires: '2030-01-01T00:00:00Z', max_budget: 5 }, writer)
    assert.equal(made.status, 201)
    const { key, id } = made.body
    assert.deepEqual([id, made.body.name, made.body.expires], [sha256(key), `…${key.slice(-4)}`, Date.UTC(2030, 0) / 1000])
    assert.match(key, /^sk-[A-Za-z0-9_-]{32}$/)
    const read = await call(`GET ${API}/keys/${id}`, undefined, reader)
    assert.deepEqual([read.status, read.body.key, read.body.alias], [200, undefined, 'ci'])
    const blocked = await call(`PATCH ${API}/keys/${id}`, { blocked: true, expires: null }, writer)
    assert.deepEqual([blocked.status, blocked.body.blocked, blocked.body.expires], [200, true, undefined])
    const run = await call('POST /agents/written/runs', undefined, { token: key })
    assert.deepEqual([run.status, run.body.detail], [401, 'Invalid token: the virtual key is blocked'], 'at once, where nothing was remembered')
    assert.equal((await call(`DELETE ${API}/keys/${id}`, undefined, writer)).status, 204)
    assert.equal((await call(`GET ${API}/keys/${id}`, undefined, reader)).status, 404)
    for (const wrong of ['x', id.toUpperCase(), key]) assert.equal((await call(`GET ${API}/keys/${wrong}`, undefined, reader)).status, 404)
  })

  it('makes administrators for administrators alone', async () => {
    assert.equal((await call(`POST ${API}/keys`, { admin: true }, writer)).body.code, 'scope_missing')
    const plain = await call(`POST ${API}/keys`, {}, writer)
    assert.equal((await call(`PATCH ${API}/keys/${plain.body.id}`, { admin: true }, writer)).status, 403)
    const admin = await call(`POST ${API}/keys`, { admin: true }, { token: MASTER, headers: { 'x-gatewright-tenant': 't' } })
    const { status, body } = await call(`GET ${API}/keys`, undefined, { token: admin.body.key })
    assert.deepEqual([status, body.items.some((/** @type {any} */ { id }) => id === plain.body.id)], [200, true], 'of its tenant')
    assert.equal((await call(`GET ${API}/keys`, undefined, { token: plain.body.key })).status, 403)
  })

  it('creates once under an idempotency key, and shows no key twice', async () => {
    const sent = { ...writer, headers: { 'idempotency-key': 'once' } }
    const answers = await Promise.all(Array.from({ length: 5 }, () => call(`POST ${API}/keys`, { alias: 'once' }, sent)))
    const created = answers.filter(({ body }) => body.key !== undefined)
    assert.equal(created.length, 1)
    const again = await call(`POST ${API}/keys`, { alias: 'once' }, sent)
    assert.deepEqual([again.status, again.headers.get('idempotency-replayed'), again.body.id, again.body.key], [201, 'true', created[0].body.id, undefined])
    assert.deepEqual([(await call(`POST ${API}/keys`, { alias: 'twice' }, sent)).body.code], ['idempotency_mismatch'])
    const theirs = await call(`POST ${API}/keys`, { alias: 'once' }, { ...other, headers: { 'idempotency-key': 'once' } })
    assert.ok(theirs.body.key, 'of another caller it is another one')
    const refused = { ...writer, headers: { 'idempotency-key': 'refused' } }
    assert.equal((await call(`POST ${API}/teams`, { id: 'r', groups: ['none'] }, refused)).status, 422)
    assert.equal((await call(`POST ${API}/teams`, { id: 'r', groups: ['none'] }, refused)).status, 422, 'what was refused may be sent again')
  })

  it('pulls a switch, which stops checks at once', async () => {
    const tenant = { token: tokenOf('s', ['gate:write', 'gate:evaluate']) }
    const code = async () => (await call('POST /sdk/check', { agent_id: 'written', action: 'x.do', context: {} }, tenant)).body.code
    assert.equal(await code(), 'allowed')
    const pulled = await call(`POST ${API}/switches`, { stop: 'agent', target: 'written', why: 'odd' }, tenant)
    assert.deepEqual([pulled.status, pulled.body.target, pulled.body.by], [201, 'written', 'ada'])
    assert.equal(await code(), 'switch_agent')
    await call(`DELETE ${API}/switches/${pulled.body.id}`, undefined, tenant)
    assert.equal(await code(), 'allowed')
  })

  it('shows budgets, and counts anew', async () => {
    const tenant = { token: tokenOf('b', ['gate:read', 'gate:write', 'gate:evaluate']) }
    await call(`POST ${API}/agents`, { id: 'm' }, tenant)
    await call(`POST ${API}/agents/m/permissions`, { action: 'mail.send' }, tenant)
    const send = async () => (await call('POST /sdk/check', { agent_id: 'm', action: 'mail.send', context: {} }, tenant)).body.code
    assert.deepEqual([await send(), await send(), await send()], ['allowed', 'allowed', 'budget_calls'])
    const { body } = await call(`GET ${API}/budgets?agent=m`, undefined, tenant)
    assert.deepEqual(body.items.map((/** @type {any} */ { name, counted }) => [name, counted?.calls]), [['mail', 2], ['own', 2], ['shared', undefined]])
    assert.equal((await call(`DELETE ${API}/budgets/mail/count`, undefined, tenant)).body.code, 'budget_ambiguous')
    assert.equal((await call(`DELETE ${API}/budgets/shared/count`, undefined, tenant)).body.code, 'budget_ambiguous')
    assert.equal((await call(`DELETE ${API}/budgets/mail/count?agent=m`, undefined, tenant)).status, 204)
    assert.equal(await send(), 'allowed')
  })

  it('tells who did what, with before and after, and no key', async () => {
    const tenant = { token: tokenOf('led', ['gate:read', 'gate:write'], 'lea') }
    const made = await call(`POST ${API}/keys`, { alias: 'a' }, tenant)
    await call(`PATCH ${API}/keys/${made.body.id}`, { alias: 'b' }, tenant)
    const { body } = await call(`GET ${API}/audit?kind=control`, undefined, tenant)
    const entries = body.items.map((/** @type {any} */ { entry }) => entry)
    assert.deepEqual(entries.map((/** @type {any} */ { action, actor, before, after }) => [action, actor.subject, before?.alias, after?.alias]), [
      ['key.create', 'lea', undefined, 'a'], ['key.update', 'lea', 'a', 'b'],
    ])
    assert.equal(body.head.seq, 2)
    assert.ok(!JSON.stringify(body).includes(made.body.key))
  })
})

describe('who may not', () => {
  /** @type {ReturnType<typeof startEdge>} */
  let edge
  before(() => { edge = startEdge({ agents }) })
  after(() => edge.dispose())

  it('is refused by every path but two, before anything of the body is read', async () => {
    const { body } = await edge.call(`GET ${API}/openapi.json`, undefined, { token: '' })
    for (const [path, operations] of Object.entries(body.paths)) {
      for (const [method, { security }] of Object.entries(/** @type {any} */ (operations))) {
        const line = `${method.toUpperCase()} ${path.replace(/\{\w+\}/g, 'x')}`
        const sent = method === 'get' || method === 'delete' ? undefined : '{'
        const stranger = await edge.call(line, sent, { token: '' })
        assert.equal(stranger.status, security.length === 0 ? 200 : 401, line)
        const powerless = await edge.call(line, sent, { token: tokenOf('t', ['agents:read']) })
        const forAnybody = path.endsWith('/decision')
        assert.equal(powerless.status, security.length === 0 ? 200 : forAnybody ? 400 : 403, line)
      }
    }
  })

  it('finds the document complete: what it has is there, and nothing else', async () => {
    const { body } = await edge.call(`GET ${API}/openapi.json`, undefined, { token: '' })
    assert.equal(body.openapi, '3.1.0')
    for (const [path, operations] of Object.entries(body.paths)) {
      const known = Object.keys(/** @type {any} */ (operations)).map((method) => method.toUpperCase())
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
        const { status, body: told } = await edge.call(`${method} ${path.replace(/\{\w+\}/g, 'x')}`, method === 'GET' ? undefined : '{}')
        const isThere = status !== 405 && told.code !== 'path_unknown'
        assert.equal(isThere, known.includes(method), `${method} ${path}: ${status}`)
      }
      for (const [, { parameters = [] }] of Object.entries(/** @type {any} */ (operations))) {
        const named = parameters.filter((/** @type {any} */ one) => one.in === 'path').map((/** @type {any} */ { name }) => name)
        assert.deepEqual(named, [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
      }
    }
  })

  it('cannot reach another tenant, by any call', async () => {
    const made = {
      agent: (await edge.call(`POST ${API}/agents`, { id: 'ours' }, writer)).body.id,
      team: (await edge.call(`POST ${API}/teams`, { id: 'ours', agents: 'none' }, writer)).body.id,
      switch: (await edge.call(`POST ${API}/switches`, { id: 'ours', stop: 'agent', target: 'x' }, writer)).body.id,
      key: (await edge.call(`POST ${API}/keys`, { alias: 'ours' }, writer)).body,
    }
    const permission = (await edge.call(`POST ${API}/agents/ours/permissions`, { id: 'p', action: 'deploy', requires_approval: true }, writer)).body.id
    const checker = { token: tokenOf('t', ['gate:evaluate']) }
    const approval = (await edge.call('POST /sdk/check', { agent_id: 'ours', action: 'deploy', context: {} }, checker)).body.approval_id
    assert.ok(approval)
    for (const path of [`agents/${made.agent}`, `agents/ours/permissions/${permission}`, `teams/${made.team}`, `switches/${made.switch}`, `keys/${made.key.id}`, `approvals/${approval}`]) {
      assert.equal((await edge.call(`GET ${API}/${path}`, undefined, other)).status, 404, path)
      if (path.startsWith('approvals')) continue
      assert.equal((await edge.call(`PATCH ${API}/${path}`, {}, other)).status, 404, path)
      assert.equal((await edge.call(`DELETE ${API}/${path}`, undefined, other)).status, 404, path)
      assert.equal((await edge.call(`GET ${API}/${path}`, undefined, reader)).status, 200, `${path} is still there`)
    }
    assert.equal((await edge.call(`POST ${API}/approvals/${approval}/decision`, { approve: true }, other)).status, 404)
    for (const list of ['agents', 'teams', 'switches', 'keys', 'approvals', 'audit']) {
      assert.deepEqual((await edge.call(`GET ${API}/${list}`, undefined, other)).body.items, [], list)
    }
    for (const who of [other, { token: made.key.key }]) {
      const named = await edge.call(`GET ${API}/agents`, undefined, { ...who, headers: { 'x-gatewright-tenant': 't' } })
      assert.equal(named.status, 403)
    }
    assert.equal((await edge.call(`POST ${API}/agents`, { id: 'x', tenant: 't' }, other)).status, 400)
  })

  it('gets nothing by names that mean something to SQL, JSON or JavaScript', async () => {
    const odd = ["'; DROP TABLE items; --", '__proto__', 'constructor', '"},{"a":"']
    for (const name of odd) {
      const made = await edge.call(`POST ${API}/teams`, { name, agents: [name] }, writer)
      assert.equal(made.status, 201, name)
      const read = await edge.call(`GET ${API}/teams/${made.body.id}`, undefined, reader)
      assert.deepEqual([read.body.name, read.body.agents], [name, [name]])
    }
    const made = await edge.call(`POST ${API}/agents`, '{"id":"__proto__"}', writer)
    assert.equal(made.status, 201)
    const told = await edge.call('POST /sdk/check', { agent_id: '__proto__', action: 'x.do', context: {} }, { token: tokenOf('t', ['gate:evaluate']) })
    assert.equal(told.body.code, 'permission_missing', 'an agent like another')
    assert.equal((await edge.call(`POST ${API}/agents`, '{"id":"y","__proto__":{"active":false}}', writer)).status, 400)
  })
})

describe('an approval, from end to end', () => {
  it('is asked for, listed, approved by who may, passes once, and is used', async () => {
    const edge = startEdge({ agents: { bot: { permissions: [{ action: 'deploy', requires_approval: true }] } } })
    try {
      const checker = { token: tokenOf('t', ['gate:evaluate']) }
      const check = async (version = 1) => (await edge.call('POST /sdk/check', { agent_id: 'bot', action: 'deploy', context: { version } }, checker)).body
      const { approval_id: id, code } = await check()
      assert.equal(code, 'approval_required')
      const approver = { token: tokenOf('t', ['approvals:write'], 'amy') }
      const { body } = await edge.call(`GET ${API}/approvals?state=pending`, undefined, approver)
      assert.deepEqual(body.items.map((/** @type {any} */ { id: listed, agent, action, context }) => [listed, agent, action, context]), [[id, 'bot', 'deploy', { version: 1 }]])
      const decide = (/** @type {object} */ who, /** @type {any} */ said = { approve: true, note: 'fine' }) => edge.call(`POST ${API}/approvals/${id}/decision`, said, who)
      assert.deepEqual([(await decide({ token: tokenOf('t', ['agents:read']) })).body.code], ['approval_unentitled'])
      assert.deepEqual([(await decide({ token: tokenOf('t', ['approvals:write'], 'bot') })).body.code], ['approval_self'])
      assert.equal((await decide(approver, { approve: 'yes' })).status, 400)
      assert.deepEqual((await decide(approver)).body, { id, state: 'approved', decided_by: 'amy' })
      assert.deepEqual([(await decide(approver)).status], [409])
      assert.equal((await check(2)).code, 'approval_required', 'for other arguments it is worth nothing')
      const uses = await Promise.all(Array.from({ length: 10 }, () => check()))
      assert.equal(uses.filter(({ allowed }) => allowed).length, 1)
      const { body: one } = await edge.call(`GET ${API}/approvals/${id}`, undefined, approver)
      assert.deepEqual([one.state, one.decided_by, one.note], ['used', 'amy', 'fine'])
    } finally {
      await edge.dispose()
    }
  })
})
