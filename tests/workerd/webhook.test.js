// Who is told of an approval: signed, again until it is taken, and never so that anybody waits.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, it } from 'node:test'
import { Response as Answer } from 'miniflare'
import { startEdge, tokenOf } from './edge.js'

const SECRET = 'what only the two of us know'
const webhook = { url: 'https://hooks.example.com/gate', hosts: ['hooks.example.com'], secret: 'HOOK' }
const agents = { bot: { permissions: [{ action: 'deploy', requires_approval: true }] } }
const checker = { token: tokenOf('t', ['gate:evaluate']) }
const approver = { token: tokenOf('t', ['approvals:write', 'gate:read'], 'amy') }

/**
 * @param {(request: Request, tries: number) => Promise<any>} taken
 * @param {(edge: ReturnType<typeof startEdge>, got: any[]) => Promise<void>} work
 * @param {object} [bindings]
 * @param {string} [script]
 */
async function withHook(taken, work, bindings = { HOOK: SECRET }, script = undefined) {
  /** @type {any[]} */
  const got = []
  const edge = startEdge({ agents, control: { webhook } }, {
    bindings,
    outboundService: async (/** @type {Request} */ request) => {
      got.push({ url: request.url, headers: Object.fromEntries(request.headers), body: await request.text() })
      return taken(request, got.length)
    },
  }, script)
  try {
    await work(edge, got)
  } finally {
    await edge.dispose()
  }
}

const ask = async (/** @type {ReturnType<typeof startEdge>} */ edge) => {
  const { body } = await edge.call('POST /sdk/check', { agent_id: 'bot', action: 'deploy', context: { version: 1 } }, checker)
  assert.equal(body.code, 'approval_required')
  return body.approval_id
}

/** @param {() => boolean} is */
async function until(is) {
  const deadline = Date.now() + 15_000
  while (!is()) {
    assert.ok(Date.now() < deadline, 'in time')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

describe('a webhook', () => {
  it('is told of what is asked for and decided, signed', async () => {
    await withHook(async () => new Answer('thanks'), async (edge, got) => {
      const id = await ask(edge)
      await until(() => got.length === 1)
      await edge.call(`POST /.gate/api/approvals/${id}/decision`, { approve: true }, approver)
      await until(() => got.length === 2)
      const [asked, decided] = got.map(({ body }) => JSON.parse(body))
      assert.deepEqual([asked.event, asked.data], ['approval.requested', { approval_id: id, agent_id: 'bot', action: 'deploy', context: { version: 1 }, state: 'pending' }])
      assert.deepEqual([decided.event, decided.data.state], ['approval.approved', 'approved'])
      for (const { url, headers, body } of got) {
        assert.equal(url, webhook.url)
        const [, time, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(headers['x-gatewright-signature']) ?? []
        assert.equal(signature, createHmac('sha256', SECRET).update(`${time}.${body}`).digest('hex'))
        assert.ok(Math.abs(Number(time) - Date.now() / 1000) < 30)
      }
      assert.notEqual(got[0].headers['x-gatewright-delivery'], got[1].headers['x-gatewright-delivery'])
    })
  })

  it('is told again, under the same id, until it takes it', async () => {
    await withHook(async (_, tries) => new Answer('no', { status: tries < 3 ? 500 : 200 }), async (edge, got) => {
      await ask(edge)
      await until(() => got.length === 3)
      await new Promise((resolve) => setTimeout(resolve, 1500))
      assert.equal(got.length, 3)
      assert.equal(new Set(got.map(({ headers }) => headers['x-gatewright-delivery'])).size, 1)
    })
  })

  it('that does not answer keeps nobody waiting', async () => {
    await withHook(() => new Promise(() => {}), async (edge, got) => {
      const before = Date.now()
      const id = await ask(edge)
      await until(() => got.length > 0)
      const { status } = await edge.call(`POST /.gate/api/approvals/${id}/decision`, { approve: true }, approver)
      assert.equal(status, 200)
      const { body } = await edge.call('POST /sdk/check', { agent_id: 'bot', action: 'deploy', context: { version: 1 } }, checker)
      assert.equal(body.allowed, true)
      assert.ok(Date.now() - before < 4000, `${Date.now() - before} ms`)
    })
  })

  it('is not followed to where it points', async () => {
    await withHook(async () => new Answer(null, { status: 307, headers: { location: 'https://elsewhere.example/' } }), async (edge, got) => {
      await ask(edge)
      await until(() => got.length >= 2)
      assert.deepEqual(new Set(got.map(({ url }) => url)), new Set([webhook.url]))
    })
  })

  it('that never takes it is given up, and the ledger says so', async () => {
    const script = `
      export * from './pkg/worker.js'
      export { default } from './pkg/worker.js'
      import { Approvals as Real } from './pkg/state/approvals.js'
      export class Approvals extends Real {
        async age() { this.rows('UPDATE deliveries SET tries = 99, due_at = 0'); await this.wake(Date.now()); return [] }
        async waiting() { return this.rows('SELECT number FROM deliveries') }
      }`
    await withHook(async () => new Answer('no', { status: 500 }), async (edge, got) => {
      await ask(edge)
      await until(() => got.length === 1)
      const namespace = /** @type {any} */ (await edge.worker.getDurableObjectNamespace('APPROVALS'))
      const approvals = namespace.get(namespace.idFromName('tenant:t'))
      await approvals.age()
      const rows = async () => (await edge.call('GET /.gate/api/audit?kind=approval', undefined, approver)).body.items
      const deadline = Date.now() + 10_000
      while (!(await rows()).some((/** @type {any} */ { entry }) => entry.action === 'webhook.give_up')) assert.ok(Date.now() < deadline)
      assert.deepEqual(await approvals.waiting(), [])
    }, undefined, script)
  })

  it('is told nothing without a secret to sign with', async () => {
    await withHook(async () => new Answer('thanks'), async (edge, got) => {
      await ask(edge)
      await new Promise((resolve) => setTimeout(resolve, 1500))
      assert.equal(got.length, 0)
    }, {})
  })
})
