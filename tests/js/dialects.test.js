// Denials in each dialect, as they leave the gate, and the lists of LiteLLM.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createGate, memoryStore } from '../../pkg/node.js'
import { NOW } from './tokens.js'

const KEY = 'sk-a-key-to-test-with'
const store = memoryStore({ keys: [{ key: KEY, agents: ['agent-123'] }] })

/** @param {object} [other] members of the policy */
const gateWith = (other) =>
  createGate({
    policy: { version: 1, authentication: { virtual_keys: {} }, routes: { profile: 'litellm' }, ...other },
    store, now: () => NOW, report() {},
  })

const headers = { authorization: `Bearer ${KEY}` }
const MESSAGE = "Agent 'agent-456' is not allowed for your key/team. Contact proxy admin for access."

/** @param {object | undefined} other @param {string} path @param {any} [init] @param {() => Response} [origin] */
async function ask(other, path, init = {}, origin = () => new Response('ok')) {
  const gate = await gateWith(other)
  return gate.enforce(new Request(`http://gate${path}`, { headers, ...init }), origin)
}
const deny = (/** @type {any} */ body, /** @type {any} */ init = {}) => ask(undefined, '/a2a/agent-456', { method: 'POST', body, ...init })

describe('a denial in JSON-RPC', () => {
  for (const [what, body, id] of /** @type {[string, any, any][]} */ ([
    ['a text', '{"jsonrpc":"2.0","id":"req-1"}', 'req-1'], ['a number', '{"id":7}', 7], ['zero', '{"id":0}', 0],
    ['null', '{"id":null}', null], ['a fraction', '{"id":1.5}', null], ['an object', '{"id":{"a":1}}', null],
    ['too large a number', '{"id":9007199254740993}', null], ['nowhere', '{}', null], ['in an array', '[{"id":1}]', null],
    ['in no JSON', '{"id":1', null], ['in no UTF-8', new Uint8Array([0x7b, 0xff]), null], ['in no body', undefined, null],
    ['in a large body', `{"id":"x","a":"${'x'.repeat(70_000)}"}`, null], ['null itself', 'null', null],
  ])) {
    it(`names the id of the request: ${what}`, async () => {
      const response = await deny(body)
      assert.equal(response.status, 403)
      assert.equal(response.headers.get('content-type'), 'application/json')
      const data = { type: 'permission_error', param: null, code: '403' }
      assert.deepEqual(await response.json(), { jsonrpc: '2.0', id, error: { code: -32000, message: MESSAGE, data } })
    })
  }

  it('does not wait for a body that announces itself as too large', async () => {
    let reads = 0
    const pull = (/** @type {ReadableStreamDefaultController} */ body) => {
      reads += 1
      body.enqueue(new TextEncoder().encode('{"id":1}'))
      body.close()
    }
    const body = new ReadableStream({ pull }, { highWaterMark: 0 })
    const response = await deny(body, { duplex: 'half', headers: { ...headers, 'content-length': '1000000' } })
    assert.equal((await response.json()).id, null)
    assert.equal(reads, 0)
  })

  it('is one also where the caller is not known', async () => {
    const response = await ask(undefined, '/a2a/agent-456', { method: 'POST', headers: {}, body: '{"id":"a"}' })
    const error = {
      code: -32000, message: 'Authentication Error, No api key passed in.', data: { type: 'auth_error', param: null, code: '401' },
    }
    assert.deepEqual(await response.json(), { jsonrpc: '2.0', id: 'a', error })
    assert.equal(response.headers.get('www-authenticate'), 'Bearer')
  })
})

describe('a denial elsewhere', () => {
  for (const [what, other, path, method, status, type, body] of /** @type {[string, any, string, string, number, string, any][]} */ ([
    ['in the words of LiteLLM', {}, '/v1/agents/agent-456', 'GET', 403, 'application/json', { detail: MESSAGE }],
    ['of who may not manage', {}, '/v1/agents', 'POST', 403, 'application/json',
      { detail: { error: 'Only proxy admins can create, update, or delete agents. Your role=internal_user' } }],
    ['of a path that makes no sense', {}, '/a2a//x', 'POST', 400, 'application/json',
      { error: { message: 'the path holds an empty segment', type: 'invalid_request_error', param: null, code: '400' } }],
    ['as the documentation has it', { answers: { dialect: 'litellm-docs' } }, '/a2a/agent-456', 'POST', 403, 'application/json',
      { error: { message: 'Access denied to agent: agent-456', code: 403 } }],
    ['as a problem', { answers: { dialect: 'problem' } }, '/a2a/agent-456', 'POST', 403, 'application/problem+json',
      { title: 'Forbidden', status: 403, detail: 'access is restricted to other agents', code: 'access_restricted' }],
    ['in the words of AgentOS', { answers: { dialect: 'agentos' } }, '/a2a/agent-456', 'POST', 403, 'application/json',
      { detail: 'Insufficient permissions' }],
    ['of a request too long to be looked at', {}, `/${'a'.repeat(5000)}`, 'GET', 414, 'application/json',
      { error: { message: 'the path is too long', type: 'invalid_request_error', param: null, code: '414' } }],
  ])) {
    it(what, async () => {
      const response = await ask(other, path, { method })
      assert.deepEqual([response.status, response.headers.get('content-type')], [status, type])
      assert.deepEqual(await response.json(), body)
    })
  }

  it('of an origin that fails has the shape of the dialect', async () => {
    const fail = () => { throw new Error('refused') }
    const shapes = { problem: { title: 'Bad Gateway', status: 502, detail: 'the origin cannot be reached', code: 'origin_unreachable' },
      litellm: { error: { message: 'the origin cannot be reached', type: 'internal_server_error', param: null, code: '502' } } }
    for (const [dialect, body] of Object.entries(shapes)) {
      const response = await ask({ answers: { dialect } }, '/a2a/agent-123', { method: 'POST', body: '{"id":1}' }, fail)
      assert.deepEqual(await response.json(), body)
    }
  })
})

describe('the list of agents', () => {
  const agents = [{ agent_id: 'agent-123', name: 'Support Agent' }, { agent_id: 'agent-456', name: 'Sales Agent' }, { id: 'agent-123' }, 5]
  const list = async (/** @type {any} */ body) => ask(undefined, '/v1/agents', {}, () => Response.json(body))

  it('is filtered, as an array and as the documentation has it', async () => {
    assert.deepEqual(await (await list(agents)).json(), [agents[0]])
    const around = { agents, next: '9007199254740993', total: 2 }
    assert.deepEqual(await (await list(around)).json(), { ...around, agents: [agents[0]] })
  })

  it('is 502 if it is in no place that is known', async () => {
    for (const body of [{}, { data: agents }, { agents: null }, { agents: {} }, 'agents', null]) {
      assert.equal((await list(body)).status, 502, JSON.stringify(body))
    }
  })
})
