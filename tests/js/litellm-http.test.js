// What a running LiteLLM 1.109.1 answered, asked again of a gate in the flavour `litellm-1.109`.
//
// Where LiteLLM let a request through, ours forwards it; where it refused, ours says the same: status,
// type and body. What is different on purpose is in tests/litellm-http/differences.mjs.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { createGate } from '../../pkg/node.js'
import { differences, without } from '../litellm-http/differences.mjs'
import { AGENTS, areKnown, policyOf, store } from '../litellm-http/setup.mjs'

const FORWARDED = 299
/** The day of the recordings. */
const NOW = Date.parse('2026-11-22T20:01:46Z') / 1000

const file = new URL('../vectors/litellm/http-cases.jsonl', import.meta.url)
/** @type {import('../litellm-http/differences.mjs').Recording[]} */
const recordings = readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line))

/** @param {import('../litellm-http/differences.mjs').Recording} recording */
function asked({ method, path, headers, body, raw }) {
  const content = raw ?? (body === undefined ? undefined : JSON.stringify(body))
  const request = new Request('http://gate/', { method, headers, ...(content !== undefined && { body: content }) })
  return Object.defineProperty(request, 'url', { value: `http://gate${path}` })
}

/** An origin that lists all there is, and answers 299 to everything else. @param {Request} request */
const origin = (request) =>
  request.method === 'GET' && new URL(request.url).pathname === '/v1/agents'
    ? Response.json(Object.entries(AGENTS).map(([id, { name }]) => ({ agent_id: id, agent_name: name })))
    : new Response(null, { status: FORWARDED })

describe('LiteLLM', () => {
  for (const recording of recordings) {
    it(recording.name, async () => {
      assert.ok(areKnown(recording.headers), 'a key of the recordings is not translated')
      const gate = await createGate({ policy: policyOf(recording.settings), store: store(), now: () => NOW, report() {} })
      const response = await gate.enforce(asked(recording), origin)
      const body = await response.json().catch(() => undefined)
      const isListed = Array.isArray(recording.response)

      const difference = differences.find(({ applies }) => applies(recording))
      if (difference) {
        const status = response.status === FORWARDED ? 'forwards' : response.status
        assert.ok(difference.gate.includes(status), `answered ${status}, but ${difference.why}`)
      } else if (recording.status !== 200) {
        assert.deepEqual(body, without(recording.response))
        assert.equal(response.status, recording.status)
        assert.equal(response.headers.get('content-type'), recording.content_type)
      } else if (isListed) {
        const ids = (/** @type {any[]} */ list) => list.map(({ agent_id }) => agent_id)
        assert.deepEqual(ids(body), ids(recording.response))
      } else {
        assert.equal(response.status, FORWARDED, JSON.stringify(body))
      }
    })
  }

  it('has every listed difference in the recordings', () => {
    for (const { why, applies } of differences) assert.ok(recordings.some(applies), why)
  })
})
