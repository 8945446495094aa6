// Load: the gateway Worker with its state against a Worker that only forwards, in turn: `npm run bench:load`.
//
// Each is a workerd of its own on the loopback, asked directly, without Miniflare in between, and forwards over HTTP
// to the same platform, which is a workerd, too. Prints a table, and writes it into docs/bench.md.
import { cpus, loadavg } from 'node:os'
import { startEdge, tokenOf } from '../workerd/edge.js'
import { startWorker } from '../workerd/gateway.js'
import { load } from './client.mjs'
import { write } from './document.mjs'
import { table } from './measure.mjs'

/** Short, so that both sides of a ratio see the same neighbours. */
const ROUNDS = 40
const ROUND_MS = 250
const WARM_UP_MS = 2000
const CONNECTIONS = 16
const GOAL = 0.85

/** With a higher load average others were at work, and what was measured is also theirs. */
const QUIET = 1

const sorted = (numbers) => numbers.toSorted((a, b) => a - b)
const at = (numbers, share) => sorted(numbers)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))]
const median = (numbers) => at(numbers, 0.5)
const direct = { unsafeDirectSockets: [{}] }
const before = loadavg()[0]

const open = []
try {
  const platform = startWorker(direct, "export default { fetch: () => Response.json({ ran: true }) }")
  open.push(platform)
  const origin = (await platform.unsafeGetDirectURL()).origin
  const forwarder = startWorker({ ...direct, bindings: { ORIGIN_URL: origin } }, `
    export default {
      fetch: (request, { ORIGIN_URL }) => fetch(new Request(ORIGIN_URL + new URL(request.url).pathname, request)),
    }`)
  open.push(forwarder)
  const gateWith = async (policy) => {
    const edge = startEdge({ control: { max_stale_seconds: 2 }, ...policy }, { ...direct, bindings: { ORIGIN_URL: origin } })
    open.push(edge.worker)
    return { ...edge, url: (await edge.worker.unsafeGetDirectURL()).origin }
  }
  const agentos = await gateWith({ agents: { research: { permissions: [{ action: 'stripe.refund', max_amount: 100 }] } } })
  const litellm = await gateWith({ authentication: { virtual_keys: {} }, routes: { profile: 'litellm' } })
  const writer = { token: tokenOf('t', ['gate:write']) }
  const virtual = (await litellm.call('POST /.gate/api/keys', { agents: ['research'] })).body.key
  const sdk = (await agentos.call('POST /.gate/api/keys', { kind: 'sdk' }, writer)).body.key

  const json = { 'content-type': 'application/json' }
  const message = JSON.stringify({ message: 'Search for AI news', stream: 'false' })
  const bearer = (token) => ({ ...json, authorization: `Bearer ${token}` })
  const run = '/agents/research/runs'
  const token = tokenOf('t', ['agents:research:run'])
  const subjects = {
    'a Worker that only forwards': { url: (await forwarder.unsafeGetDirectURL()).origin + run, headers: bearer(token), body: message, status: 200 },
    'JWT, seen before': { url: agentos.url + run, headers: bearer(token), body: message, status: 200 },
    'virtual key, seen before': { url: `${litellm.url}/a2a/research`, headers: bearer(virtual), body: message, status: 200 },
    '`/sdk/check`, asked anew each time': {
      url: `${agentos.url}/sdk/check`, headers: { ...json, 'x-api-key': sdk }, status: 200,
      body: JSON.stringify({ agent_id: 'research', action: 'stripe.refund', context: { amount: 50 } }),
    },
  }
  const names = Object.keys(subjects)

  const busy = []
  const rates = Object.fromEntries(names.map((name) => [name, []]))
  const alone = Object.fromEntries(names.map((name) => [name, []]))
  for (const name of names) await load(subjects[name], CONNECTIONS, WARM_UP_MS)
  for (let round = 0; round < ROUNDS; round += 1) {
    // Whoever is first finds another machine than whoever is last, so they take turns.
    for (const name of [...names.slice(round % names.length), ...names.slice(0, round % names.length)]) {
      const start = process.cpuUsage()
      rates[name].push((await load(subjects[name], CONNECTIONS, ROUND_MS)).perSecond)
      const { user, system } = process.cpuUsage(start)
      busy.push((user + system) / 1000 / ROUND_MS)
      alone[name].push(...(await load(subjects[name], 1, ROUND_MS)).times)
    }
    console.log(`round ${round + 1} of ${ROUNDS}`)
  }

  const [bare, ...gates] = names
  const ratios = Object.fromEntries(gates.map((name) => [name, median(rates[name].map((rate, round) => rate / rates[bare][round]))]))
  const added = (name, share) => `${((at(alone[name], share) - at(alone[bare], share)) * 1000).toFixed(0)}`
  const rows = names.map((name) => [
    name, median(rates[name]).toFixed(0), ratios[name]?.toFixed(2) ?? '', ...[0.5, 0.99].map((share) => (name === bare ? '' : added(name, share))),
  ])
  const text = `## Under load, in workerd

The last run of \`npm run bench:load\`: the gateway Worker with its state, and a Worker that only forwards, each a
workerd of its own on the loopback, asked in turn in ${ROUNDS} rounds of ${ROUND_MS / 1000} s. Both forward over HTTP to the same platform,
a third workerd. The load comes from a Node process with ${CONNECTIONS} connections that are kept open, one request after the other
on each; latency is measured with one connection. A check forwards nothing: it asks the keys and the registry each time.

${table(['', 'requests a second', 'ratio', 'added at p50, µs', 'added at p99, µs'], rows)}

Medians of the rounds; a ratio is that of two neighbours in one round. A Worker that only forwards takes
${(at(alone[bare], 0.5) * 1000).toFixed(0)} µs at p50 and ${(at(alone[bare], 0.99) * 1000).toFixed(0)} µs at p99. Load average ${before.toFixed(2)} before, ${loadavg()[0].toFixed(2)} after, on ${cpus().length} cores that all of them share; the
load generator took ${(median(busy) * 100).toFixed(0)} % of one.${before > QUIET ? '\n\n**The machine was not quiet**: others were at work, and these numbers neither show the goal reached nor missed.' : ''}`
  console.log(`\n${text}\n`)
  write({ load: text })
  for (const name of gates.slice(0, 2)) {
    const isMet = ratios[name] >= GOAL
    console.log(`${isMet ? 'met   ' : 'MISSED'}  ${name} has at least ${GOAL} of the forwarder's throughput: ${ratios[name].toFixed(2)}`)
    if (!isMet) process.exitCode = 1
  }
} finally {
  for (const one of open) await one.dispose()
}
