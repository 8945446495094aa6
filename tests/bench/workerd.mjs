// The same race inside workerd. Its clock may stand still while a request runs, so the loops are
// timed from outside, and what a request costs by itself is subtracted.
import { build } from 'esbuild'
import { startWorker } from '../workerd/gateway.js'
import { requestOf } from './subjects.mjs'

const LOOP = 400
const ROUNDS = 7
const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]

/** Microseconds a call, for tokens seen before and for the first time. */
export async function inWorkerd(subjects) {
  const bundle = await build({
    entryPoints: ['tests/bench/loop.worker.js'],
    bundle: true, write: false, format: 'esm', conditions: ['workerd'], external: ['./pkg/*'],
  })
  const worker = startWorker({}, bundle.outputFiles[0].text)
  try {
    const repeated = []
    const first = []
    for (const one of subjects) {
      const setUp = { alg: one.alg, policy: one.policy, secrets: one.secrets, jwk: one.jwk }
      const ask = async (side, tokens, loop) => {
        const start = performance.now()
        const response = await worker.dispatchFetch('http://bench/', {
          method: 'POST', body: JSON.stringify({ setUp, side, loop, requests: tokens.map(requestOf) }),
        })
        if (!response.ok) throw new Error(await response.text())
        await response.text()
        return performance.now() - start
      }
      const time = async (tokensOf) => {
        const times = { gate: [], jose: [] }
        for (let i = 0; i <= ROUNDS; i += 1) {
          const tokens = tokensOf(i)
          const loop = tokens.length > 1 ? tokens.length : LOOP
          const empty = await ask('empty', tokens, loop)
          for (const side of ['gate', 'jose']) {
            const took = await ask(side, tokens, loop)
            if (i > 0) times[side].push(((took - empty) * 1000) / loop)
          }
        }
        return { alg: one.alg, gate: median(times.gate), jose: median(times.jose) }
      }
      repeated.push(await time(() => [one.fresh[0]]))
      first.push(await time((i) => one.fresh.slice(i * 190, i * 190 + 190)))
    }
    return { repeated, first }
  } finally {
    await worker.dispose()
  }
}
