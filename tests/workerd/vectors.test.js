// The same vectors as in Node, inside workerd.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { startWorker } from './gateway.js'

const file = JSON.parse(readFileSync(new URL('../vectors/decisions.json', import.meta.url), 'utf8'))
const runner = readFileSync(new URL('../js/vectors.js', import.meta.url), 'utf8')

const script = `
  import { createGate } from './pkg/workerd.js'
  ${runner}
  export default {
    async fetch(request) {
      const file = await request.json()
      const { policy, secrets, now } = file
      const gate = await createGate({ policy, secrets, now: () => now, report: () => {} })
      const answers = []
      for (const vector of file.cases) answers.push(await answerTo(gate, file, vector).catch(String))
      return Response.json(answers)
    },
  }`

describe('tests/vectors/decisions.json in workerd', () => {
  /** @type {import('miniflare').Miniflare} */
  let worker
  /** @type {any} */
  let answers
  before(async () => {
    worker = startWorker({}, script)
    const response = await worker.dispatchFetch('http://vectors/', { method: 'POST', body: JSON.stringify(file) })
    answers = await response.json()
  })
  after(() => worker.dispose())

  for (const [index, { request, ...expected }] of file.cases.entries()) {
    it(expected.name, () => assert.deepEqual(answers[index], expected))
  }
})
