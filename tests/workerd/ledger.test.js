// The ledger of the whole Worker: taken along, verified elsewhere, and without what must not be in it.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { MASTER, startEdge, tokenOf } from './edge.js'
import { verified } from './ledger.js'

const API = '/.gate/api'
const COMMAND = fileURLToPath(new URL('../../pkg/cli/gatewright.js', import.meta.url))
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const GATEWRIGHT_LEDGER_KEY = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()

/** @param {ReturnType<typeof startEdge>} edge @param {object} who @param {number} [limit] */
async function taken(edge, who, limit = 1000) {
  let text = ''
  let pages = 0
  for (let next = '0'; next !== null; pages += 1) {
    const { status, body, headers } = await edge.call(`GET ${API}/audit/export?after=${next}&limit=${limit}`, undefined, who)
    assert.deepEqual([status, headers.get('content-type')], [200, 'application/x-ndjson'])
    text += body
    next = /** @type {any} */ (headers.get('x-gatewright-next'))
  }
  return { text, pages }
}

/** Waits for rows that are written after the answer. @param {ReturnType<typeof startEdge>} edge @param {object} who @param {RegExp} wanted */
async function until(edge, who, wanted) {
  for (let tries = 0; tries < 100; tries += 1) {
    const { text } = await taken(edge, who)
    if (wanted.test(text)) return text
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw assert.fail(`${wanted} is not in the ledger`)
}

describe('a ledger that is taken along', () => {
  /** @type {ReturnType<typeof startEdge>} */
  let edge
  const folder = mkdtempSync(join(tmpdir(), 'gatewright-taken-'))
  before(() => { edge = startEdge({}, { bindings: { GATEWRIGHT_LEDGER_KEY } }) })
  after(async () => {
    rmSync(folder, { recursive: true })
    await edge.dispose()
  })
  const writer = { token: tokenOf('t', ['gate:write']) }
  const reader = { token: tokenOf('t', ['gate:read']) }
  const checkpointOf = async (/** @type {object} */ who) => (await edge.call(`GET ${API}/audit/checkpoint`, undefined, who)).body
  const file = (/** @type {string} */ name, /** @type {string} */ content) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }

  it('is the whole of it, however it is paged, and the command finds it intact', async () => {
    assert.deepEqual([(await taken(edge, reader)).text, (await checkpointOf(reader)).seq], ['', 0])
    for (let n = 0; n < 7; n += 1) assert.equal((await edge.call(`POST ${API}/teams`, { id: `team-${n}`, name: 'größe "1"\u2028\u{1f600}' }, writer)).status, 201)
    const { text } = await taken(edge, reader)
    const paged = await taken(edge, reader, 3)
    assert.deepEqual([paged.text, paged.pages, text.split('\n').length - 1], [text, 3, 7])
    const checkpoint = await checkpointOf(reader)
    assert.equal(checkpoint.shard, 'tenant:t')
    const [rows, signed, key] = [
      file('rows.jsonl', text), file('checkpoint.json', JSON.stringify(checkpoint)), file('key.pem', publicKey.export({ format: 'pem', type: 'spki' }).toString()),
    ]
    const verify = (/** @type {string} */ ledger) => spawnSync(process.execPath, [COMMAND, 'ledger', 'verify', ledger, '--checkpoint', signed, '--key', key], { encoding: 'utf8' })
    assert.equal(verify(rows).status, 0, verify(rows).stdout)
    const cut = verify(file('cut.jsonl', text.split(/(?<=\n)/).slice(0, 6).join('')))
    assert.equal(cut.status, 1)
    assert.match(cut.stdout, /ledger_truncated/)
    await edge.call(`POST ${API}/teams`, { id: 'later', agents: 'none' }, writer)
    assert.equal(verify(file('grown.jsonl', (await taken(edge, reader)).text)).status, 0, 'it may have grown')
  })

  it('is that of the tenant, and that of another is no substitute', async () => {
    const other = { token: tokenOf('u', ['gate:write', 'gate:read']) }
    for (let n = 0; n < 9; n += 1) await edge.call(`POST ${API}/teams`, { id: `team-${n}`, agents: 'none' }, other)
    const { text } = await taken(edge, other)
    assert.equal(verified(text).shard, 'tenant:u')
    const codes = verified(text, await checkpointOf(reader)).faults.map(({ code }) => code)
    assert.deepEqual([...new Set(codes)], ['ledger_shard_other', 'ledger_truncated'])
    assert.equal(verified((await taken(edge, { headers: { 'x-gatewright-tenant': 'u' } })).text).rows, 9, 'the holder of the master key names one')
  })

  for (const [name, path, who, status, code] of /** @type {[string, string, any, number, string][]} */ ([
    ['without a credential', 'audit/export', { token: '' }, 401, 'credentials_missing'],
    ['without the scope', 'audit/export', { token: tokenOf('t', ['gate:write']) }, 403, 'scope_missing'],
    ['without the scope', 'audit/checkpoint', { token: tokenOf('t', ['gate:evaluate']) }, 403, 'scope_missing'],
    ['that names a tenant', 'audit/export', { ...reader, headers: { 'x-gatewright-tenant': 'u' } }, 403, 'tenant_named'],
    ['after what is no row', 'audit/export?after=-1', reader, 400, 'page_malformed'],
    ['after what is no row', "audit/export?after=1'--", reader, 400, 'page_malformed'],
    ['of none', 'audit/export?limit=0', reader, 400, 'page_malformed'],
    ['of too many', 'audit/export?limit=1001', reader, 400, 'page_malformed'],
  ])) {
    it(`is refused ${name}: ${path}`, async () => {
      const { status: answered, body } = await edge.call(`GET ${API}/${path}`, undefined, who)
      assert.deepEqual([answered, body.code], [status, code])
    })
  }

  it('is not signed without a key, nor with one that is none', async () => {
    for (const [bindings, code] of /** @type {[object, string][]} */ ([[{}, 'ledger_key_missing'], [{ GATEWRIGHT_LEDGER_KEY: 'hush' }, 'ledger_key_unusable']])) {
      const unsigned = startEdge({}, { bindings })
      try {
        const { status, body } = await unsigned.call(`GET ${API}/audit/checkpoint`)
        assert.deepEqual([status, body.code], [503, code])
        assert.ok(!JSON.stringify(body).includes('hush'))
      } finally {
        await unsigned.dispose()
      }
    }
  })

  it('comes in pages that are not too large', async () => {
    const large = { token: tokenOf('large', ['gate:write', 'gate:read']) }
    const shard = /** @type {any} */ (await edge.worker.getDurableObjectNamespace('LEDGER'))
    const rows = (/** @type {number} */ from) => Array.from({ length: 50 }, (_, n) => ({ number: from + n, at: 1, kind: 'log', entry: 'x'.repeat(64 * 1024) }))
    for (const from of [0, 50]) await shard.get(shard.idFromName('tenant:large')).append('s', rows(from))
    const { text, pages } = await taken(edge, large)
    assert.ok(pages > 1)
    assert.deepEqual([verified(text).rows, verified(text).fault_count], [100, 0])
  })
})

describe('what is secret', () => {
  const hush = 'hush-4711'
  const secrets = [hush, MASTER, 'sk-smuggled-0001', `ak_${'s'.repeat(32)}`, tokenOf('t', ['x'], 'smuggled')]
  const carried = secrets.map((secret, n) => (n === 0 ? `password: ${secret}` : `a text with ${secret} in it`)).join('\n')
  const nested = JSON.stringify({ authorization: hush, a: [{ api_key: hush }] })
  const context = { amount: 5, note: carried, api_key: hush, deep: [{ Authorization: hush, nested }], [secrets[2]]: 1, plain: hush }
  const agents = { bot: { permissions: [{ action: 'mail.send' }, { action: 'deploy', requires_approval: true }] } }

  it('does not get into a row, by any writer', async () => {
    const edge = startEdge({ agents, control: { max_stale_seconds: 0, compatible: ['litellm', 'agentwarden'] }, budgets: [{ name: 'b', calls: 9, per: 'tenant' }] })
    const all = { token: tokenOf('t', ['gate:read', 'gate:write', 'gate:evaluate', 'approvals:write', 'gate:admin'], 'grace') }
    /** @param {string} line @param {any} [body] @param {number[]} [fine] */
    const call = async (line, body, fine = [200, 201, 204]) => {
      const { status, body: told } = await edge.call(line, body, all)
      assert.ok(fine.includes(status), `${line}: ${status} ${JSON.stringify(told)}`)
      return told
    }
    try {
      // The registry.
      await call(`POST ${API}/agents`, { id: 'carrier', description: carried.slice(0, 900) })
      await call(`PATCH ${API}/agents/carrier`, { description: nested })
      await call(`POST ${API}/agents/carrier/permissions`, { id: 'p', action: `x.${secrets[2]}` })
      await call(`POST ${API}/teams`, { id: 'carriers', name: secrets[3] })
      await call(`POST ${API}/switches`, { id: 's', stop: 'agent', target: 'carrier', why: carried.slice(0, 900) })
      for (const path of ['agents/carrier', 'teams/carriers', 'switches/s']) await call(`DELETE ${API}/${path}`)
      // Keys, and what LiteLLM's clients send along.
      const { key, id } = await call(`POST ${API}/keys`, { alias: `of ${secrets[2]}`, subject: secrets[4].slice(0, 200) })
      await call(`PATCH ${API}/keys/${id}`, { alias: `password=${hush}` })
      const made = await call('POST /key/generate', { key_alias: secrets[2], metadata: { password: hush } })
      secrets.push(key, made.key)
      await call(`DELETE ${API}/budgets/b/count`)
      // Checks, reports and evaluations.
      await call('POST /sdk/check', { agent_id: 'bot', action: 'mail.send', context })
      await call('POST /sdk/check', { agent_id: secrets[2], action: secrets[2], context }, [404])
      await call('POST /sdk/log', { agent_id: secrets[2], action: `a ${secrets[4]}`.slice(0, 250), status: 'success', context, ip_address: secrets[2] })
      await call('POST /access/v1/evaluation', {
        subject: { type: 'agent', id: 'bot', properties: { token: hush } }, action: { name: 'mail.send', properties: context },
        resource: { type: 'payment', id: secrets[2], properties: context }, context,
      })
      // Approvals, with what those who decide have to say.
      const { approval_id: approval } = await call('POST /sdk/check', { agent_id: 'bot', action: 'deploy', context })
      await call(`POST ${API}/approvals/${approval}/decision`, { approve: true, note: `password: ${hush}` })

      const text = await until(edge, all, /"kind":"log"/)
      const { rows, fault_count: faults } = verified(text)
      assert.ok(rows >= 15 && faults === 0, `${rows} rows`)
      const kinds = new Set(text.trim().split('\n').map((line) => JSON.parse(line).kind))
      assert.deepEqual([...kinds].sort(), ['approval', 'control', 'decision', 'log'])
      for (const secret of secrets) assert.ok(!text.includes(secret), `${secret} is in ${text.split('\n').find((line) => line.includes(secret))}`)
      assert.ok(text.includes('[redacted]') && text.includes('context_sha256'))
      const page = JSON.stringify(await call(`GET ${API}/audit?limit=100`))
      for (const secret of secrets) assert.ok(!page.includes(secret))
    } finally {
      await edge.dispose()
    }
  })

  it('does not wait in an outbox either, nor is a change too large for the ledger', async () => {
    const edge = startEdge({}, {}, `
      export { KeyShard, Approvals, Meter, default } from './pkg/worker.js'
      import { Ledger as Real } from './pkg/state/ledger.js'
      import { Registry as Kept } from './pkg/state/registry.js'
      let isAway = true
      export class Ledger extends Real {
        append(...given) { if (isAway) throw new Error('away'); return super.append(...given) }
        back() { isAway = false }
      }
      export class Registry extends Kept { outbox() { return this.rows('SELECT * FROM outbox') } }`)
    try {
      const large = { id: 'large', block: Array.from({ length: 400 }, (_, n) => `${n}`.padStart(250, 'x')) }
      assert.equal((await edge.call(`POST ${API}/agents`, { id: 'carrier', description: `password: ${hush}` })).status, 201)
      assert.equal((await edge.call(`POST ${API}/agents`, large)).status, 201)
      const registries = /** @type {any} */ (await edge.worker.getDurableObjectNamespace('REGISTRY'))
      const rows = await registries.get(registries.idFromName('none')).outbox()
      assert.equal(rows.length, 2)
      assert.ok(!JSON.stringify(rows).includes(hush))
      const ledgers = /** @type {any} */ (await edge.worker.getDurableObjectNamespace('LEDGER'))
      await ledgers.get(ledgers.idFromName('none')).back()
      const text = await until(edge, {}, /"seq":2/)
      assert.match(JSON.parse(text.split('\n')[1]).entry, /"after":\{"too_large":\d+\}/)
    } finally {
      await edge.dispose()
    }
  })
})
