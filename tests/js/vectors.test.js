// The vectors that every runtime has to agree on.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { createGate } from '../../pkg/node.js'
import { answerTo } from './vectors.js'

const file = JSON.parse(readFileSync(new URL('../vectors/decisions.json', import.meta.url), 'utf8'))

describe('tests/vectors/decisions.json', async () => {
  const { policy, secrets, now } = file
  const gate = await createGate({ policy, secrets, now: () => now, report: () => {} })
  for (const vector of file.cases) {
    it(vector.name, async () => {
      const { request, ...expected } = vector
      assert.deepEqual(await answerTo(gate, file, vector), expected)
    })
  }
})
