// The attack corpus again, with the platform's own cryptography: `tests/authn/` runs the same rows
// in pure Rust, and both have to agree.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { PolicyError, createGate } from '../../pkg/node.js'

/** What is taken on purpose. */
const TAKEN = new Set([
  'scopes-str', // Scopes may be a string divided by spaces.
  'enc-sp-start', // In a header, spaces before a token belong to the scheme.
])

const lines = readFileSync(new URL('../vectors/jwt/attack-corpus.jsonl', import.meta.url), 'utf8').trim().split('\n')
const rows = lines.map((line) => JSON.parse(line)).filter(({ want, token }) => want !== 'policy' && token)

/** @param {any} row */
async function answerTo({ alg, key, now, iss, aud, typ, token }) {
  const issuer = { name: 'main', issuer: iss, audience: [aud], algorithms: [alg], keys: [{ jwk: key }], typ }
  const policy = {
    version: 1,
    authentication: { issuers: [JSON.parse(JSON.stringify(issuer))] },
    routes: { rules: [{ method: 'GET', path: '/whoami', scopes: [] }] },
  }
  try {
    const gate = await createGate({ policy, now: () => now, report() {} })
    const headers = { authorization: `Bearer ${token}` }
    const { decision, context } = await gate.decide({ method: 'GET', url: '/whoami', headers })
    return { accepted: decision, reason: context.reason }
  } catch (error) {
    // A key that no gate may have is refused before there is a token.
    assert.ok(error instanceof PolicyError, String(error))
    return { accepted: false, reason: error.code }
  }
}

describe('tests/vectors/jwt/attack-corpus.jsonl with WebCrypto', () => {
  for (const row of rows) {
    it(`${row.id}: ${row.desc}`, async () => {
      const { accepted, reason } = await answerTo(row)
      assert.equal(accepted, row.want === 'accept' || TAKEN.has(row.id), reason)
      assert.notEqual(reason, 'engine_fault')
    })
  }
})
