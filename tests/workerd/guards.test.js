// The guards' vectors inside workerd, where the second module comes compiled.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { startWorker } from './gateway.js'

const file = JSON.parse(readFileSync(new URL('../vectors/guards.json', import.meta.url), 'utf8'))

const script = `
  import './pkg/workerd.js'
  import { checkGuards } from './pkg/engine.js'
  export default {
    async fetch(request) {
      const { groups } = await request.json()
      return Response.json(groups.map(({ kind, rules, agrees, refuses }) => {
        const list = JSON.stringify([{ at: '/x', ...(kind === 'hosts' ? rules : { [kind]: rules }) }])
        const reasonOf = (x) => checkGuards(list, JSON.stringify({ x })).reason
        return { agrees: agrees.map(reasonOf), refuses: refuses.map(reasonOf) }
      }))
    },
  }`

describe('tests/vectors/guards.json in workerd', () => {
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

  for (const [index, { name, agrees }] of file.groups.entries()) {
    it(name, () => {
      assert.deepEqual(answers[index].agrees, agrees.map(() => 0))
      // One reason for all, and not the one that says that nobody could judge.
      const [reason, ...others] = new Set(answers[index].refuses)
      assert.deepEqual([reason > 0, others], [true, []])
    })
  }
})
