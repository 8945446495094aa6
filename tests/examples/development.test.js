// Development mode through `wrangler dev`, as a developer has it, asked with `curl`.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, it } from 'node:test'
import { startOrigin } from '../../examples/agentos/origin.mjs'
import { curl, startExample } from './curl.js'

const HOST = 'http://localhost:7777'
/** @type {Awaited<ReturnType<typeof startExample>>} */
let example
before(async () => {
  const secrets = { JWT_VERIFICATION_KEY: randomBytes(48).toString('base64url'), RUNTIME_ENV: 'dev' }
  example = await startExample('agentos', startOrigin, secrets)
})
after(() => example?.close())

/** @param {string} more */
const list = (more) => curl(`curl ${HOST}/agents ${more}`, HOST, example.url)

it('asks for no token', async () => {
  const { status, body } = await list('')
  assert.deepEqual([status, body.map((/** @type {any} */ { id }) => id)], [200, ['web-search-agent', 'finance-agent']])
})

for (const header of ['Host: gate.example.com', 'CF-Ray: 8f0c1d2e3f4a5b6c-FRA', 'CF-Connecting-IP: 192.0.2.7', 'Origin: https://evil.example']) {
  it(`is refused with ${header}`, async () => {
    const { status, body } = await list(`-H "${header}"`)
    assert.deepEqual([status, body.code], [503, 'development_refused'])
  })
}
