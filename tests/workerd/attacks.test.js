// What is tried against the gateway with its state by those who have a credential, or none. Crossing tenants by the
// control API, and deciding approvals, are in control.test.js.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Response as Answer } from 'miniflare'
import { sha256, startEdge, tokenOf } from './edge.js'

const API = '/.gate/api'
const ODD = ["' OR '1'='1", "'; DROP TABLE items; --", '" OR ""="', '%', '_', '\\', '"},{"a":"', '__proto__', '{"$ne":null}', '\u0000', '💥']
const writer = { token: tokenOf('t', ['gate:read', 'gate:write', 'gate:evaluate'], 'wim') }
const agents = { bot: { permissions: [{ action: 'deploy', requires_approval: true }, { action: 'read' }] } }

describe('forged headers', () => {
  /** @type {ReturnType<typeof startEdge>} */
  let edge
  /** @type {Headers[]} */
  const reached = []
  before(() => {
    edge = startEdge({}, { serviceBindings: { ORIGIN: async (/** @type {any} */ request) => { reached.push(request.headers); return Answer.json([]) } } })
  })
  after(() => edge.dispose())

  it('say nothing to the platform, in any spelling', async () => {
    const headers = {
      'x-gatewright-subject': 'root', 'X-GATEWRIGHT-SESSION': 's', 'x_gatewright_subject': 'root', 'x-gatewright_decision': 'allow',
      'x-gatewright-anything': 'at all', 'x-gatewright': 'x',
    }
    const { status } = await edge.call('POST /agents/a/runs', undefined, { token: tokenOf('t', ['agents:run'], 'ada'), headers })
    assert.equal(status, 200)
    const ours = [...reached[0]].filter(([name]) => /gatewright/i.test(name)).map(([name, value]) => [name, value.split(';')[0]])
    assert.deepEqual(Object.fromEntries(ours), { 'x-gatewright-subject': 'ada', 'x-gatewright-decision': 'allow' })
  })

  it('make nobody of another tenant, and nobody else of anybody', async () => {
    for (const [name, value] of [['x-gatewright-tenant', 'u'], ['X-Gatewright-Tenant', 't'], ['x-gatewright-tenant', ' ,u']]) {
      const { status, body } = await edge.call(`GET ${API}/agents`, undefined, { ...writer, headers: { [name]: value } })
      assert.deepEqual([status, body.code], [403, 'tenant_named'], `${name}: ${value}`)
    }
    const known = { 'x-gatewright-subject': 'root', 'x-gatewright-decision': 'allow;reason=allowed' }
    assert.equal((await edge.call(`GET ${API}/agents`, undefined, { token: '', headers: known })).status, 401)
    assert.equal((await edge.call(`POST ${API}/agents`, { id: 'forged' }, { ...writer, headers: known })).status, 201)
    const { body } = await edge.call(`GET ${API}/audit?kind=control`, undefined, writer)
    assert.equal(body.items.at(-1).entry.actor.subject, 'wim')
  })
})

describe('an approval', () => {
  /** @type {ReturnType<typeof startEdge>} */
  let edge
  before(() => { edge = startEdge({ agents, control: { max_stale_seconds: 1, compatible: ['agentwarden'] } }) })
  after(() => edge.dispose())
  const checker = { token: tokenOf('t', ['gate:evaluate', 'approvals:write'], 'carl') }
  const approver = { token: tokenOf('t', ['approvals:write'], 'amy') }
  /** @param {any} context @param {object} [who] @param {object} [more] */
  const check = async (context, who = checker, more = {}) => (await edge.call('POST /sdk/check', { agent_id: 'bot', action: 'deploy', context, ...more }, who)).body
  /** @param {string} id @param {object} who @param {any} [said] */
  const decide = (id, who, said = { approve: true }) => edge.call(`POST ${API}/approvals/${id}/decision`, said, who)

  it('is not given to the agent that asks, by its token or by its key', async () => {
    const { approval_id: id } = await check({ of: 'own' })
    assert.equal((await decide(id, { token: tokenOf('t', ['approvals:write', 'gate:admin'], 'bot') })).body.code, 'approval_self')
    const { key } = (await edge.call(`POST ${API}/keys`, { kind: 'sdk' }, writer)).body
    const byKey = await decide(id, { token: '', headers: { 'x-api-key': key } })
    assert.deepEqual([byKey.status, byKey.body.code], [403, 'scope_missing'])
    assert.deepEqual([(await check({ of: 'own' })).allowed, (await decide(id, approver)).status], [false, 200])
  })

  it('is for the arguments that were shown, whatever is changed, added or spelt another way', async () => {
    const context = { amount: 5, to: 'a' }
    const { approval_id: id } = await check(context)
    assert.equal((await decide(id, approver)).status, 200)
    for (const other of [
      { amount: 5.01, to: 'a' }, { amount: 5, to: 'A' }, { amount: 5, to: 'a', more: null }, { amount: 5 }, { amount: '5', to: 'a' }, {}, null,
    ]) {
      const { allowed, approval_id: another } = await check(other)
      assert.ok(allowed === false && another !== id, JSON.stringify(other))
    }
    for (const more of [{ approval_id: id }, { approved: true }, { allowed: true }, { requires_approval: false }, { options: { tenant: 'u' } }]) {
      assert.equal((await check({ amount: 6, to: 'a' }, checker, more)).allowed, false, JSON.stringify(more))
    }
    const otherAgent = await edge.call('POST /sdk/check', { agent_id: 'bot', action: 'deploy', context }, { token: tokenOf('u', ['gate:evaluate'], 'carl') })
    assert.equal(otherAgent.body.allowed, false, 'of another tenant')
    assert.equal((await check({ to: 'a', amount: 5.0 })).allowed, true, 'the order of members means nothing')
    assert.equal((await check(context)).allowed, false)
  })

  it('that many use at the same time is used by one', async () => {
    const context = { of: 'many' }
    const { approval_id: id } = await check(context)
    await decide(id, approver)
    const told = await Promise.all(Array.from({ length: 40 }, () => check(context)))
    assert.equal(told.filter(({ allowed }) => allowed).length, 1)
    assert.ok(told.every(({ allowed, requires_approval }) => !(allowed && requires_approval)))
  })

  it('takes no decision with members that nobody knows', async () => {
    const { approval_id: id } = await check({ of: 'members' })
    for (const said of [{ approve: true, state: 'used' }, { approve: true, decided_by: 'eve' }, { approve: 1 }, { approve: true, approver: {} }, [], 'true']) {
      assert.equal((await decide(id, approver, said)).status, 400, JSON.stringify(said))
    }
    assert.equal((await edge.call(`GET ${API}/approvals/${id}`, undefined, approver)).body.state, 'pending')
  })
})

describe('guessing a key', () => {
  /** Counts what is asked of the shards. */
  const script = `
    import { KeyShard as Real } from './pkg/state/key-shard.js'
    import worker from './pkg/worker.js'
    export * from './pkg/worker.js'
    let looks = 0
    export class KeyShard extends Real { look(hash) { looks += 1; return super.look(hash) } }
    export default {
      fetch: (request, env, ctx) => (new URL(request.url).pathname === '/looks' ? Response.json(looks) : worker.fetch(request, env, ctx)),
    }`
  /** @type {ReturnType<typeof startEdge>} */
  let edge
  before(() => { edge = startEdge({ routes: { profile: 'litellm' }, control: { max_stale_seconds: 0 } }, {}, script) })
  after(() => edge.dispose())
  const looks = async () => (await edge.call('GET /looks')).body

  for (const [kind, line, header] of /** @type {[string, string, (key: string) => object][]} */ ([
    ['virtual', 'POST /a2a/a', (key) => ({ token: key })],
    ['virtual', `GET ${API}/agents`, (key) => ({ token: key })],
    ['sdk', 'POST /sdk/check', (key) => ({ token: '', headers: { 'x-api-key': key } })],
  ])) {
    it(`gets one answer for one look-up at ${line}, however much of it is right`, async () => {
      const { key, id } = (await edge.call(`POST ${API}/keys`, { kind })).body
      const last = key.at(-1) === 'A' ? 'B' : 'A'
      const body = line.startsWith('POST') ? { agent_id: 'a', action: 'x' } : undefined
      const answers = new Set()
      for (const guess of [
        `${key.slice(0, 3)}${'x'.repeat(key.length - 3)}`, `${key.slice(0, 20)}${'x'.repeat(key.length - 20)}`, `${key.slice(0, -1)}${last}`,
        key.slice(0, -1), `${key}A`, key.toUpperCase().replace(/^.{3}/, key.slice(0, 3)), `${key.slice(0, 3)}${id}`,
      ]) {
        const start = await looks()
        const { status, body: said, headers } = await edge.call(line, body, header(guess))
        const work = (await looks()) - start
        answers.add(JSON.stringify([status, said, headers.get('www-authenticate'), headers.get('content-type'), work]))
        assert.ok(!JSON.stringify(said).includes(guess))
      }
      assert.equal(answers.size, 1, [...answers].join('\n'))
      const [status, , , , work] = JSON.parse([...answers][0])
      assert.equal(status, 401)
      assert.ok(work >= 1, 'it was looked up, and by its hash')
      assert.notEqual((await edge.call(line, body, header(key))).status, 401, 'the key itself is one')
    })
  }

  it('gets nowhere with the hash, which is no secret', async () => {
    const { key, id } = (await edge.call(`POST ${API}/keys`, {})).body
    assert.equal(id, sha256(key))
    for (const token of [id, `sk-${id}`, id.toUpperCase()]) assert.equal((await edge.call('POST /a2a/a', {}, { token })).status, 401)
  })
})

describe('what means something to SQL or JSON', () => {
  /** @type {ReturnType<typeof startEdge>} */
  let edge
  before(async () => {
    edge = startEdge({ agents, control: { max_stale_seconds: 0, compatible: ['litellm', 'agentwarden'] } })
    assert.equal((await edge.call(`POST ${API}/agents`, { id: 'mine' }, writer)).status, 201)
    assert.equal((await edge.call(`POST ${API}/agents`, { id: 'theirs' }, { token: tokenOf('u', ['gate:write']) })).status, 201)
    assert.equal((await edge.call(`POST ${API}/keys`, { alias: 'mine' }, writer)).status, 201)
  })
  after(async () => edge.dispose())

  it('finds nothing as an id, a cursor, a state or a key in a path or query', async () => {
    for (const odd of ODD) {
      const text = encodeURIComponent(odd)
      for (const path of [
        `${API}/agents/${text}`, `${API}/teams/${text}`, `${API}/switches/${text}`, `${API}/keys/${text}`, `${API}/approvals/${text}`,
        `${API}/agents/mine/permissions/${text}`, `${API}/keys?cursor=${text}`, `${API}/approvals?state=${text}`, `${API}/agents?limit=${text}`,
        `${API}/audit?kind=${text}`, `/api/agents/${text}`, `/key/info?key=${text}`, `/team/info?team_id=${text}`,
      ]) {
        const { status } = await edge.call(`GET ${path}`, undefined, writer)
        assert.ok(status === 400 || status === 404, `${path}: ${status}`)
      }
      const { status, body } = await edge.call(`GET ${API}/agents?cursor=${text}`, undefined, writer)
      assert.ok(status === 400 || body.items.every((/** @type {any} */ { id }) => id === 'mine'), odd)
      for (const path of [`${API}/agents/${text}`, `${API}/keys/${text}`, `/api/permissions/${text}`]) {
        assert.ok([400, 404].includes((await edge.call(`DELETE ${path}`, undefined, writer)).status), path)
      }
    }
  })

  it('is a name like another, or refused, in a body, a header, a claim or a tenant', async () => {
    for (const odd of ODD) {
      const key = await edge.call(`POST ${API}/keys`, { alias: odd, subject: 'x' }, writer)
      assert.equal(key.status, 201, odd)
      assert.equal((await edge.call(`GET ${API}/keys/${key.body.id}`, undefined, writer)).body.alias, odd)
      const told = await edge.call('POST /sdk/check', { agent_id: odd, action: odd, context: { [odd]: odd } }, writer)
      assert.ok(told.body.allowed !== true && told.status < 500, `${odd}: ${told.status}`)
      const logged = await edge.call('POST /sdk/log', { agent_id: odd, action: odd, status: 'success', context: { [odd]: odd } }, writer)
      assert.ok(logged.status === 200 || logged.status === 400, `${odd}: ${logged.status}`)
      if (/^[\x20-\x7e]+$/.test(odd)) {
        const again = { ...writer, headers: { 'idempotency-key': odd } }
        const made = await edge.call(`POST ${API}/teams`, { agents: 'none' }, again)
        assert.ok(made.status === 201 || made.status === 400, `${odd}: ${made.status}`)
        const match = await edge.call(`PATCH ${API}/agents/mine`, { title: 'x' }, { ...writer, headers: { 'if-match': odd } })
        assert.ok([400, 412].includes(match.status), `${odd}: ${match.status}`)
      }
      const stranger = await edge.call(`GET ${API}/agents`, undefined, { token: tokenOf(odd, ['gate:read']) })
      assert.ok(stranger.status === 401 || stranger.body.items?.length === 0, `tenant ${odd}: ${stranger.status}`)
    }
  })

  it('has left everything as it was', async () => {
    const mine = await edge.call(`GET ${API}/agents`, undefined, writer)
    assert.deepEqual(mine.body.items.map((/** @type {any} */ { id, title }) => [id, title]), [['mine', undefined]])
    const theirs = await edge.call(`GET ${API}/agents`, undefined, { token: tokenOf('u', ['gate:read']) })
    assert.deepEqual(theirs.body.items.map((/** @type {any} */ { id }) => id), ['theirs'])
    assert.equal((await edge.call(`GET ${API}/keys?limit=100`, undefined, writer)).body.items.length, 1 + ODD.length)
  })
})

describe('bodies', () => {
  /** @type {ReturnType<typeof startEdge>} */
  let edge
  before(() => { edge = startEdge({ agents, control: { max_stale_seconds: 0, compatible: ['litellm', 'agentwarden'] } }) })
  after(() => edge.dispose())

  it('that are too large are refused by every path that takes one, with a length and without', async () => {
    const large = JSON.stringify({ x: 'x'.repeat(200_000) })
    const { paths } = (await edge.call(`GET ${API}/openapi.json`)).body
    let count = 0
    for (const [path, operations] of Object.entries(paths)) {
      for (const [method, { requestBody }] of Object.entries(/** @type {any} */ (operations))) {
        const isBare = /^\/(sdk|access)\//.test(path) && method === 'post'
        if (requestBody === undefined && !isBare) continue
        count += 1
        const line = `${method.toUpperCase()} ${path.replace(/\{\w+\}/g, 'x')}`
        assert.equal((await edge.call(line, large)).status, 413, line)
        const stream = new Blob([large]).stream()
        const chunked = await edge.worker.dispatchFetch(`http://gate.example${line.split(' ')[1]}`, /** @type {any} */ ({
          method: method.toUpperCase(), body: stream, duplex: 'half',
          headers: { authorization: 'Bearer sk-master-key-for-tests', 'content-type': 'application/json' },
        }))
        await chunked.text()
        assert.equal(chunked.status, 413, `${line}, in chunks`)
      }
    }
    assert.ok(count > 20, `${count} paths`)
  })

  for (const [what, text] of [
    ['deeper than anybody means', `{"id":"a","x":${'['.repeat(5000)}${']'.repeat(5000)}}`],
    ['a member twice', '{"id":"a","id":"b"}'],
    ['a list', '[{"id":"a"}]'],
    ['no JSON', '{"id":"a"'],
    ['two documents', '{"id":"a"}{"id":"b"}'],
    ['nothing', ''],
    ['null', 'null'],
    ['a number beyond all', '{"id":"a","description":1e999}'],
  ]) {
    it(`that are ${what} are refused`, async () => {
      assert.equal((await edge.call(`POST ${API}/agents`, text)).status, 400)
      assert.equal((await edge.call('POST /key/generate', text.replaceAll('"id"', '"key_alias"'))).status, 400)
    })
  }
})

describe('members that are not for whoever sends them', () => {
  /** @type {ReturnType<typeof startEdge>} */
  let edge
  before(() => { edge = startEdge({ control: { max_stale_seconds: 0, compatible: ['litellm', 'agentwarden'] } }) })
  after(() => edge.dispose())
  /** @param {string} line @param {any} [body] */
  const call = (line, body) => edge.call(line, body, writer)

  /** What things are kept by, and nobody sets. */
  const OURS = [
    { id: 'x' }, { tenant: 'u' }, { version: 99 }, { parent: 'x' }, { created_at: 0 }, { updated_at: 0 }, { hash: 'x' }, { kind: 'sdk' },
    { label: {} }, { body: {} }, { by: 'x' }, { at: 'x' }, { key: 'sk-chosen-by-somebody' }, { team_record: {} }, { constructor: {} },
  ]

  it('are refused on every update, and nothing is changed', async () => {
    assert.equal((await call(`POST ${API}/agents`, { id: 'a' })).status, 201)
    const permission = (await call(`POST ${API}/agents/a/permissions`, { action: 'x.do', max_amount: 5 })).body.id
    assert.equal((await call(`POST ${API}/teams`, { id: 't1', agents: 'none' })).status, 201)
    assert.equal((await call(`POST ${API}/switches`, { id: 's', stop: 'agent', target: 'z' })).status, 201)
    const { id: key } = (await call(`POST ${API}/keys`, { agents: ['a'] })).body
    for (const path of ['agents/a', `agents/a/permissions/${permission}`, 'teams/t1', 'switches/s', `keys/${key}`]) {
      const before = await call(`GET ${API}/${path}`)
      for (const members of [...OURS, ...(path.startsWith('keys') ? [] : [{ admin: true }])]) {
        const { status } = await call(`PATCH ${API}/${path}`, members)
        assert.equal(status, 400, `${path}: ${JSON.stringify(members)}`)
      }
      assert.equal((await call(`PATCH ${API}/${path}`, '{"__proto__":{"admin":true}}')).status, 400)
      const after = await call(`GET ${API}/${path}`)
      assert.deepEqual([after.body, after.headers.get('etag')], [before.body, before.headers.get('etag')], path)
    }
    const admin = await call(`PATCH ${API}/keys/${key}`, { admin: true })
    assert.deepEqual([admin.status, admin.body.code], [403, 'scope_missing'])
  })

  it('are refused by the calls of LiteLLM and of AgentWarden, too', async () => {
    const { key } = (await call('POST /key/generate', { object_permission: { agents: ['a'] } })).body
    const { team_id } = (await call('POST /team/new', { team_alias: 'x' })).body
    const { id } = (await call('POST /api/agents', { name: 'Bot' })).body
    const before = await Promise.all([call(`GET /key/info?key=${key}`), call(`GET /team/info?team_id=${team_id}`), call(`GET /api/agents/${id}`)])
    for (const members of [{ admin: true }, { tenant: 'u' }, { spend: 0 }, { agents: 'all' }, { user_role: 'proxy_admin' }, { token: 'x' }, { created_by: 'x' }, { subject: 'root' }]) {
      for (const [line, own] of /** @type {[string, object][]} */ ([
        ['POST /key/update', { key }], ['POST /key/generate', {}], ['POST /team/update', { team_id }], ['POST /team/new', {}],
        [`PUT /api/agents/${id}`, {}], [`PATCH /api/agents/${id}`, {}], [`POST /api/agents/${id}/permissions`, { action: 'x.do' }],
      ])) {
        assert.equal((await call(line, { ...own, ...members })).status, 400, `${line}: ${JSON.stringify(members)}`)
      }
    }
    const after = await Promise.all([call(`GET /key/info?key=${key}`), call(`GET /team/info?team_id=${team_id}`), call(`GET /api/agents/${id}`)])
    assert.deepEqual(after.map(({ body }) => body), before.map(({ body }) => body))
    assert.deepEqual((await call(`GET /api/agents/${id}/permissions`)).body, [])
  })
})
