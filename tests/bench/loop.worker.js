// Runs one side of the race as often as it is told, inside workerd.
// The package lies beside the bundle when it runs.
import { createGate } from './pkg/workerd.js'
import { importJWK } from 'jose'
import { byGate, byJose } from './subjects.mjs'

const sides = new Map()

async function sideOf({ setUp, side }) {
  const name = `${side} ${setUp.alg}`
  if (!sides.has(name)) sides.set(name, await makeSide(side, setUp))
  return sides.get(name)
}

async function makeSide(side, { alg, policy, secrets, jwk }) {
  if (side === 'empty') return async () => true
  if (side === 'gate') return byGate(await createGate({ policy, secrets }))
  const verifier = jwk ? await importJWK(jwk, alg) : new TextEncoder().encode(secrets.KEY)
  return byJose({ alg, verifier })
}

export default {
  async fetch(request) {
    const asked = await request.json()
    const call = await sideOf(asked)
    const { requests, loop } = asked
    for (let i = 0; i < loop; i += 1) {
      if (!(await call(requests[i % requests.length]))) return new Response('denied', { status: 500 })
    }
    return new Response('done')
  },
}
