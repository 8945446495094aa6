// The policies in the documents are policies.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { describe, it } from 'node:test'
import { createGate, memoryStore } from '../../pkg/node.js'

const root = new URL('../../', import.meta.url)
const documents = ['README.md', ...readdirSync(new URL('docs/', root)).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)]
const secrets = { JWT_VERIFICATION_KEY: 'a-shared-secret-of-at-least-256-bits-0123' }

/** @param {string} name */
const policiesOf = (name) =>
  [...readFileSync(new URL(name, root), 'utf8').matchAll(/```json\n(.*?)```/gs)].map(([, text]) => text).filter((text) => text.includes('"version"'))

describe('a policy in the documents', () => {
  const policies = documents.flatMap((name) => policiesOf(name).map((text, index) => ({ name: `${name}, ${index + 1}`, text })))
  it('is not missing', () => assert.ok(policies.length >= 5, `${policies.length}`))
  for (const { name, text } of policies) {
    it(`compiles: ${name}`, async () => (await createGate({ policy: text, secrets })).close())
  }

  it('answers as docs/actions.md says', async () => {
    const [permissions, , guards] = policiesOf('docs/actions.md')
    const gate = await createGate({ policy: permissions, store: memoryStore() })
    const { allowed, requires_approval: waits } = gate.check('support', 'stripe.refund', { amount: 300 })
    assert.deepEqual([allowed, waits], [false, true])
    assert.equal(gate.check('support', 'stripe.refund', { amount: 50 }).allowed, true)
    assert.equal(gate.check('support', 'stripe.refund', { amount: 501 }).code, 'amount_exceeded')

    const guarded = await createGate({ policy: guards })
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
