// When JWK Sets are fetched, and how long they are believed. The clock and the issuer are ours.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createGate } from '../../pkg/node.js'
import { NOW, hs256, keyPair, policyWith, run, secrets } from './tokens.js'

const URL_OF_SET = 'https://id.example/jwks.json'
const [first, second] = [keyPair('ES256', 'k1'), keyPair('ES256', 'k2')]

/** @param {Partial<import('../../pkg/index.d.ts').GateOptions> & { issuer?: object }} [options] */
async function setUp({ issuer, ...options } = {}) {
  const world = {
    now: NOW,
    fetched: 0,
    keys: [first.jwk],
    /** @type {() => Response | Promise<Response>} */
    answer: () => Response.json({ keys: world.keys }),
    /** @type {any[]} */
    events: [],
    /** @type {Promise<unknown>[]} */
    background: [],
    /** @type {any[]} */
    requests: [],
    later: (/** @type {number} */ seconds) => { world.now = NOW + seconds },
    ask: async (/** @type {string} */ token) => (await gate.decide(run(token))).context.reason,
    /** @type {import('../../pkg/index.d.ts').Gate} */
    gate: /** @type {any} */ (undefined),
  }
  const gate = await createGate({
    policy: policyWith({ algorithms: ['ES256'], keys: [], jwks_uri: URL_OF_SET, max_lifetime_seconds: 1e6, ...issuer }),
    secrets,
    now: () => world.now,
    report: (event) => world.events.push(event),
    waitUntil: (work) => world.background.push(work),
    fetch: async (...request) => {
      world.fetched += 1
      world.requests.push(request)
      return world.answer()
    },
    ...options,
  })
  world.gate = gate
  return world
}
const forDays = { exp: NOW + 400_000 }
const [one, two] = [first.token(forDays), second.token(forDays)]
/** What it says must not matter. */
const broken = () => Response.json({ keys: [first.jwk, second.jwk] }, { status: 503 })

describe('a JWK Set', () => {
  it('is fetched when a token needs it, once', async () => {
    const world = await setUp()
    assert.equal(world.fetched, 0)
    for (let i = 0; i < 3; i += 1) assert.equal(await world.ask(one), 'allowed')
    assert.equal(world.fetched, 1)
    const [[url, init]] = world.requests
    assert.deepEqual([url, init.redirect, init.signal instanceof AbortSignal], [URL_OF_SET, 'manual', true])
  })

  it('is not fetched for a token of another algorithm, or for none', async () => {
    const world = await setUp()
    for (const token of [hs256(), 'x.y.z', `${first.token()}.`]) {
      assert.notEqual(await world.ask(token), 'allowed')
    }
    await world.gate.decide(run())
    assert.equal(world.fetched, 0)
  })

  it('is fetched anew at 80 % of its time, while nobody waits', async () => {
    for (const [cacheControl, seconds] of /** @type {const} */ ([
      [undefined, 600], ['max-age=1000', 1000], ['max-age=10', 300], ['public, max-age=999999', 3600],
      ['no-store', 300], ['no-cache, max-age=3000', 300], ['max-age=nonsense', 600],
    ])) {
      const world = await setUp()
      const headers = cacheControl && { 'cache-control': cacheControl }
      world.answer = () => Response.json({ keys: [first.jwk] }, { headers: headers || {} })
      assert.equal(await world.ask(one), 'allowed')
      world.later(seconds * 0.8 - 1)
      assert.equal(await world.ask(one), 'allowed')
      assert.equal(world.fetched, 1, cacheControl)
      world.later(seconds * 0.8)
      assert.equal(await world.ask(one), 'allowed')
      assert.deepEqual([world.fetched, world.background.length], [2, 1], cacheControl)
      await Promise.all(world.background)
      world.later(seconds * 1.2)
      assert.equal(await world.ask(one), 'allowed')
      assert.equal(world.fetched, 2, cacheControl)
    }
  })

  it('that is not fresh any more is fetched before a token is believed', async () => {
    const world = await setUp()
    assert.equal(await world.ask(one), 'allowed')
    world.later(601)
    world.keys = [second.jwk]
    assert.equal(await world.ask(one), 'token_key_unknown')
    assert.equal(await world.ask(two), 'allowed')
    assert.equal(world.fetched, 2)
  })

  it('without a key takes what was verified with it along', async () => {
    const world = await setUp()
    assert.equal(await world.ask(one), 'allowed')
    world.later(400)
    assert.equal(await world.ask(one), 'allowed')
    world.keys = [second.jwk]
    world.later(480)
    assert.equal(await world.ask(one), 'allowed')
    await Promise.all(world.background)
    assert.equal(await world.ask(one), 'token_key_unknown')
  })

  it('with another key of the same name does not keep the old one', async () => {
    const world = await setUp()
    assert.equal(await world.ask(one), 'allowed')
    world.keys = [{ ...second.jwk, kid: 'k1' }]
    world.later(480)
    await world.ask(one)
    await Promise.all(world.background)
    assert.notEqual(await world.ask(one), 'allowed')
    assert.equal(await world.ask(second.token(forDays, { kid: 'k1' })), 'allowed')
  })

  it('is fetched for an unknown key once in 30 seconds, whatever comes of it', async () => {
    const world = await setUp()
    assert.equal(await world.ask(one), 'allowed')
    assert.equal(await world.ask(two), 'token_key_unknown')
    assert.equal(world.fetched, 1, 'it has just been fetched')
    world.keys = [first.jwk, second.jwk]
    world.later(29)
    assert.equal(await world.ask(two), 'token_key_unknown')
    world.later(30)
    assert.equal(await world.ask(two), 'allowed')
    assert.equal(world.fetched, 2)
    world.answer = broken
    world.later(60)
    const third = keyPair('ES256', 'k3').token(forDays)
    for (let i = 0; i < 5; i += 1) assert.equal(await world.ask(third), 'token_key_unknown')
    assert.equal(world.fetched, 3)
    assert.equal(await world.ask(one), 'allowed')
  })

  it('is fetched once for many requests at once', async () => {
    const world = await setUp()
    world.answer = async () => {
      await new Promise((resolve) => setTimeout(resolve, 60))
      return Response.json({ keys: [first.jwk] })
    }
    const reasons = await Promise.all(Array.from({ length: 30 }, () => world.ask(one)))
    assert.deepEqual(new Set(reasons), new Set(['allowed']))
    assert.equal(world.fetched, 1)
  })

  it('is fetched by the next one if a request that fetches it is never heard of again', async () => {
    const world = await setUp()
    world.answer = () => new Promise(() => {})
    const lost = world.ask(one)
    await new Promise((resolve) => setTimeout(resolve, 10))
    world.answer = () => Response.json({ keys: [first.jwk] })
    const waiting = world.ask(one)
    world.later(3)
    assert.equal(await waiting, 'allowed')
    assert.equal(world.fetched, 2)
    void lost
  })

  it('that comes late does not take the place of a newer one', async () => {
    const world = await setUp()
    /** @type {(late: Response) => void} */
    let arrive = () => {}
    world.answer = () => new Promise((resolve) => { arrive = resolve })
    const late = world.ask(two)
    await new Promise((resolve) => setTimeout(resolve, 10))
    world.answer = () => Response.json({ keys: [first.jwk] })
    world.later(3)
    assert.equal(await world.ask(one), 'allowed')
    arrive(Response.json({ keys: [second.jwk] }))
    assert.equal(await late, 'token_key_unknown')
    assert.equal(await world.ask(one), 'allowed')
  })

  it('of one issuer does not stand in the way of another', async () => {
    const world = await setUp({
      policy: {
        ...policyWith(),
        authentication: {
          issuers: [
            { name: 'a', issuer: 'https://a.example/', audience: 'any', algorithms: ['ES256'], jwks_uri: URL_OF_SET },
            { name: 'b', issuer: 'https://id.example/', audience: 'any', algorithms: ['HS256'], keys: [{ env: 'KEY' }] },
          ],
        },
      },
    })
    world.answer = broken
    assert.equal(await world.ask(first.token({ iss: 'https://a.example/' })), 'token_keys_unavailable')
    assert.equal(await world.ask(hs256()), 'allowed')
    assert.equal(await world.gate.ready(), false)
  })

  it('is added to the keys of the policy', async () => {
    const world = await setUp({ issuer: { keys: [{ jwk: first.jwk }] } })
    world.keys = [second.jwk]
    assert.equal(await world.ask(two), 'allowed')
    assert.equal(await world.ask(one), 'allowed')
    assert.equal(world.fetched, 1)
  })

  it('makes a gate ready', async () => {
    const world = await setUp()
    world.answer = broken
    assert.equal(await world.gate.ready(), false)
    world.answer = () => Response.json({ keys: [first.jwk] })
    assert.equal(await world.gate.ready(), false, 'it has just failed')
    world.later(1)
    assert.equal(await world.gate.ready(), true)
  })
})

describe('a JWK Set that cannot be had', () => {
  for (const [why, answer] of /** @type {[string, () => Response | Promise<Response>][]} */ ([
    ['an error', broken],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://evil.example/' } })],
    ['a network that fails', () => { throw new TypeError('fetch failed') }],
    ['no JSON', () => new Response('<html>')],
    ['no set', () => Response.json({ issuer: 'x' })],
    ['no key for us', () => Response.json({ keys: [keyPair('RS256', 'k1').jwk] })],
    ['too much of it', () => Response.json({ keys: [first.jwk], more: 'x'.repeat(64 * 1024) })],
    ['only a private key', () => Response.json({ keys: [{ ...first.jwk, d: 'AA' }] })],
    ['only a shared secret', () => Response.json({ keys: [{ kty: 'oct', kid: 'k1', k: 'c2VjcmV0' }] })],
  ])) {
    it(`for ${why} is no set, and said so`, async () => {
      const world = await setUp()
      world.answer = answer
      assert.equal(await world.ask(one), 'token_keys_unavailable')
      const complaints = world.events.filter(({ event }) => event === 'keys_unavailable')
      assert.equal(complaints.length, 1)
      assert.equal(complaints[0].issuer, 'main')
    })
  }

  it('is answered with 503', async () => {
    const world = await setUp()
    world.answer = broken
    const { method, url, headers } = run(one)
    const response = await world.gate.enforce(new Request(`http://gate${url}`, { method, headers }), () => new Response())
    assert.deepEqual([response.status, response.headers.get('retry-after')], [503, '1'])
  })

  it('is asked for after 1, 2, 4 … 60 seconds', async () => {
    const world = await setUp()
    world.answer = broken
    let at = 0
    for (const [index, pause] of [1, 2, 4, 8, 16, 32, 60, 60, 60].entries()) {
      world.later(at)
      for (let i = 0; i < 3; i += 1) assert.equal(await world.ask(one), 'token_keys_unavailable')
      assert.equal(world.fetched, index + 1)
      world.later(at + pause - 0.5)
      await world.ask(one)
      assert.equal(world.fetched, index + 1)
      at += pause
    }
    world.later(at)
    world.answer = () => Response.json({ keys: [first.jwk] })
    assert.equal(await world.ask(one), 'allowed')
  })

  it('is believed for a day after its time, and no longer', async () => {
    const world = await setUp()
    assert.equal(await world.ask(one), 'allowed')
    world.answer = broken
    for (const hours of [1, 12, 24]) {
      world.later(hours * 3600)
      assert.equal(await world.ask(one), 'allowed', `after ${hours} hours`)
      await Promise.all(world.background)
    }
    world.later(600 + 24 * 3600)
    assert.equal(await world.ask(one), 'token_keys_unavailable')
  })

  it('is not believed beyond its time where the policy of the house is so', async () => {
    const world = await setUp({ maxStaleSeconds: 0 })
    assert.equal(await world.ask(one), 'allowed')
    world.answer = broken
    world.later(599)
    assert.equal(await world.ask(one), 'allowed')
    world.later(600)
    assert.equal(await world.ask(one), 'token_keys_unavailable')
  })

  it('is had again as soon as it can be', async () => {
    const world = await setUp()
    await world.ask(one)
    world.answer = broken
    world.later(700)
    assert.equal(await world.ask(one), 'allowed')
    world.keys = [second.jwk]
    world.answer = () => Response.json({ keys: world.keys })
    world.later(702)
    assert.equal(await world.ask(one), 'allowed', 'the last time')
    await Promise.all(world.background)
    assert.equal(await world.ask(one), 'token_key_unknown')
    assert.equal(await world.ask(two), 'allowed')
  })

  it('in part is taken in part', async () => {
    const world = await setUp()
    world.answer = () => Response.json({ keys: [{ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', kid: 'bad' }, first.jwk] })
    assert.equal(await world.ask(one), 'allowed')
    assert.deepEqual(world.events.map(({ event, index }) => [event, index]), [['key_rejected', 0]])
  })
})
