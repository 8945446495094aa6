// What a running AgentOS 3.1 answered, asked again of a gate in the flavour `agno-3.1`.
//
// Where one of AgentOS's gates said no, ours says the same: status and text. Where anything behind
// them answered, ours forwards. What is different on purpose is in tests/agno-http/differences.mjs.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createGate } from '../../pkg/node.js'
import { differences } from '../agno-http/differences.mjs'
import { translate } from '../agno-http/policy.mjs'
import { ROSTER, asked, configs, listed, recorded, recordings } from '../agno-http/recordings.mjs'

const FORWARDED = 299

/** PyJWT's words, which change from version to version. What stands before them does not. */
const FOREIGN = /^(Invalid token: |Error decoding token: )/

for (const [name, config] of Object.entries(configs)) {
  const translated = translate(config)
  const ofConfig = recordings.filter((recording) => recording.config === name)
  if ('untranslatable' in translated) continue
  const { policy, secrets, unusable } = translated
  if (unusable) {
    it(`${name}: does not start, since ${unusable}`, () =>
      assert.rejects(createGate({ policy, secrets }), { name: 'PolicyError' }))
    continue
  }

  describe(name, () => {
    let clock = 0
    /** @type {Awaited<ReturnType<typeof createGate>>} */
    let gate
    before(async () => (gate = await createGate({ policy, secrets, now: () => clock, report() {} })))
    after(() => gate.close?.())

    for (const recording of ofConfig) {
      it(`${recording.n} ${recording.name}`, async () => {
        clock = recording.request.now
        const difference = differences.find(({ applies }) => applies(recording, config))
        const { status, detail, ids } = await ask(gate, recording)
        if (difference) {
          const wanted = difference.gate === 'forwards' ? [FORWARDED] : [difference.gate].flat()
          assert.ok(wanted.includes(status), `answered ${status}, but ${difference.why}`)
          return
        }
        const expected = recorded(recording)
        assert.equal(status, expected.forwards ? FORWARDED : expected.status, detail)
        if (expected.forwards) assert.deepEqual(ids, listed(recording)?.ids)
        else assert.equal(known(detail), known(expected.detail))
      })
    }
  })
}

it('leaves out what no policy can say', (t) => {
  for (const [name, config] of Object.entries(configs)) {
    const translated = translate(config)
    if ('untranslatable' in translated) t.diagnostic(`${name}: ${translated.untranslatable}`)
  }
})

it('has the configuration of every recording', () => {
  const missing = recordings.filter(({ config }) => !configs[config]).map(({ config }) => config)
  assert.deepEqual([...new Set(missing)], [])
})

/** @param {string} detail */
const known = (detail) => FOREIGN.exec(detail)?.[0] ?? detail

/**
 * Asks the gate. An origin behind it answers a list with all there is, and all else with 299.
 *
 * @param {Awaited<ReturnType<typeof createGate>>} gate
 * @param {import('../agno-http/recordings.mjs').Recording} recording
 * @returns {Promise<{ status: number, detail: string, ids?: string[] }>}
 */
async function ask(gate, recording) {
  const { method, target, headers, body } = asked(recording)
  const list = listed(recording)
  const forward = async () =>
    list
      ? Response.json(ROSTER[list.family].map((id) => ({ id, name: id })))
      : new Response(null, { status: FORWARDED })
  const response = await gate.enforce(requestOf({ method, target, headers, body }), forward)
  const answer = await response.json().catch(() => undefined)
  const ids = Array.isArray(answer) ? answer.map(({ id }) => id) : undefined
  return { status: ids ? FORWARDED : response.status, detail: String(answer?.detail ?? ''), ids }
}

/**
 * The request as it was sent. `Request` tidies up methods and paths, which a server does not.
 *
 * @param {import('../agno-http/recordings.mjs').Asked} asked
 * @returns {Request}
 */
function requestOf({ method, target, headers, body }) {
  const sent = new Headers()
  for (const [name, value] of headers) sent.append(name, value)
  const tame = ['TRACE', 'CONNECT'].includes(method.toUpperCase()) ? 'GET' : method
  const request = new Request(new URL('/', 'http://gate'), { method: tame, headers: sent, ...(body && { body }) })
  Object.defineProperty(request, 'method', { value: method })
  Object.defineProperty(request, 'url', { value: `http://gate${target}` })
  return request
}
