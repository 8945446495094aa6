// The policies in the documents are policies, and the tables say what the gate does.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, it } from 'node:test'
import { createGate, memoryStore } from '../../pkg/node.js'
import { blocks, policiesOf, tableOf, textOf } from './documents.js'

const secrets = { JWT_VERIFICATION_KEY: 'a-shared-secret-of-at-least-256-bits-0123' }

it('every block of the documents is of a language that is run', () => {
  const languages = [...new Set(blocks.map(({ language }) => language))].sort()
  // js: docs-js.test.js; sh and text: docs-sh.test.js; rust: tests/lint/document.rs.
  assert.deepEqual(languages, ['js', 'json', 'rust', 'sh', 'text'])
})

describe('a policy in the documents', () => {
  const policies = blocks.filter(({ language }) => language === 'json')
  it('is not missing', () => assert.ok(policies.length >= 5, `${policies.length}`))
  for (const { file, line, text } of policies) {
    it(`compiles: ${file}:${line}`, async () => (await createGate({ policy: text, secrets })).close())
  }

  it('guards arguments as docs/actions.md says', async () => {
    const guarded = await createGate({ policy: policiesOf('docs/actions.md')[2] })
    for (const [action, good, bad, code] of /** @type {const} */ ([
      ['http.get', { url: 'https://api.example.com/v1' }, { url: 'https://169.254.169.254/' }, 'guard_host'],
      ['file.read', { path: '/srv/reports/may.csv' }, { path: '/srv/reports/../keys' }, 'guard_path'],
      ['db.query', { sql: 'INSERT INTO dash.t VALUES (1)' }, { sql: 'DROP TABLE public.users' }, 'guard_sql'],
      ['ticket.close', { id: 'AB-1', state: 'done' }, { id: 'AB-1', state: 'open' }, 'guard_enum'],
    ])) {
      assert.equal(guarded.check('analyst', action, good).code, 'allowed', action)
      assert.equal(guarded.check('analyst', action, bad).code, code)
    }
  })
})

/**
 * Asks what a row of a table asks, and holds the answer to what the row says.
 *
 * @param {import('../../pkg/index.d.ts').Gate} gate
 * @param {string[]} row
 * @param {string | undefined} credential
 * @param {(request: Request) => Response} origin
 */
async function ask(gate, [asked, said], credential, origin) {
  const [, method, path] = /^`([A-Z]+) (\S+)`/.exec(asked) ?? assert.fail(asked)
  const [, model] = /with the model `(.+)`/.exec(asked) ?? []
  const body = model === undefined ? undefined : JSON.stringify({ model })
  const headers = new Headers({ 'content-type': 'application/json', ...(credential && { authorization: `Bearer ${credential}` }) })
  // A `Request` would tidy the path up.
  const request = { method, url: path, headers, body: null, bodyUsed: false, signal: null }
  const url = `http://gate.example${path}`
  const whole = new URL(url).pathname === path ? new Request(url, { method, headers, body }) : /** @type {any} */ (request)
  /** @type {Request | undefined} */
  let forwarded
  const response = await gate.enforce(whole, (request) => { forwarded = request; return origin(request) })
  const [, status, code] = /^(\d{3})(?: `(\w+)`)?/.exec(said) ?? []
  assert.equal(forwarded === undefined, status !== undefined, `${asked}: ${response.status}`)
  if (status !== undefined) assert.equal(response.status, Number(status), asked)
  if (code !== undefined) assert.equal((await gate.decide(request)).context.reason, code, asked)
  return { forwarded, text: await response.text() }
}

describe('the README', () => {
  it('says what is answered to a token', async () => {
    const [, scopes] = /A token whose `scopes` say `([^`]+)`/.exec(textOf('README.md')) ?? assert.fail()
    const part = (/** @type {object} */ value) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ iss: 'https://id.example/', aud: 'agents', sub: 'alice', exp: Math.floor(Date.now() / 1000) + 60, scopes })}`
    const token = `${signed}.${createHmac('sha256', secrets.JWT_VERIFICATION_KEY).update(signed).digest('base64url')}`
    const gate = await createGate({ policy: policiesOf('README.md')[0], secrets, report: () => {} })
    const origin = () => Response.json([{ id: 'research' }, { id: 'finance' }])

    const rows = tableOf('README.md', 'request | answer |')
    assert.equal(rows.length, 6)
    for (const [asked, said] of rows) {
      if (asked === 'any of these without a token') {
        const others = rows.filter(([other]) => other !== asked && !/%/.test(other))
        const answers = await Promise.all(others.map(([other]) => ask(gate, [other, said], undefined, origin)))
        assert.equal(new Set(answers.map(({ text }) => text)).size, 1, 'the answers tell nothing apart')
        continue
      }
      const { forwarded, text } = await ask(gate, [asked, said], token, origin)
      switch (said) {
        case 'goes on, with `x-gatewright-subject` saying who asked':
          assert.equal(forwarded?.headers.get('x-gatewright-subject'), 'alice')
          break
        case 'goes on; the answer lists the agents that may be read':
          // `agents:read` is for all of them.
          assert.equal(text, '[{"id":"research"},{"id":"finance"}]')
          break
        default: assert.match(said, /^\d{3} `\w+`$/)
      }
    }
  })

  it('says what is answered to a virtual key', async () => {
    const store = memoryStore({ keys: [{ key: 'sk-your-new-key', agents: ['agent-123'] }] })
    const gate = await createGate({ policy: { version: 1, authentication: { virtual_keys: {} }, routes: { profile: 'litellm' } }, store, report: () => {} })
    const origin = () => Response.json([{ agent_id: 'agent-123' }, { agent_id: 'agent-456' }])
    const rows = tableOf('README.md', 'request with `sk-your-new-key` | answer |')
    assert.equal(rows.length, 4)
    for (const row of rows) {
      const { text } = await ask(gate, row, 'sk-your-new-key', origin)
      switch (row[1]) {
        case 'goes on': break
        case '403, in JSON-RPC as LiteLLM has it':
          assert.equal(JSON.parse(text).jsonrpc, '2.0')
          break
        case 'goes on; the answer lists `agent-123`':
          assert.equal(text, '[{"agent_id":"agent-123"}]')
          break
        case '403: models are not behind this gate':
          assert.ok(!('jsonrpc' in JSON.parse(text)))
          break
        default: assert.fail(row[1])
      }
    }
  })
})
