// The benchmark: `npm run bench`. Prints tables, and writes them to docs/bench.md.
import { readFileSync, readdirSync } from 'node:fs'
import { cpus } from 'node:os'
import { gzipSync } from 'node:zlib'
import { MODULES } from '../../scripts/build.mjs'
import { createGate } from '../../pkg/node.js'
import { COUNTS, checks } from './checks.mjs'
import { coldStart } from './cold.mjs'
import { write } from './document.mjs'
import { once, race, table, us } from './measure.mjs'
import { byGate, byJose, requestOf, subject } from './subjects.mjs'
import { inWorkerd } from './workerd.mjs'

const ALGORITHMS = ['HS256', 'RS256', 'ES256', 'EdDSA']
const FRESH_TOKENS = 3200
const failures = []
const ratio = (number) => `${number.toFixed(1)}×`

/** A goal that is printed with what was measured, and fails the run when it is missed. */
function goal(what, met, measured) {
  console.log(`${met ? 'met   ' : 'MISSED'}  ${what}: ${measured}`)
  if (!met) failures.push(what)
}

console.log('minting tokens …')
const subjects = []
for (const alg of ALGORITHMS) {
  const made = await subject(alg)
  const fresh = []
  for (let i = 0; i < FRESH_TOKENS; i += 1) fresh.push(await made.token(i))
  subjects.push({ ...made, fresh })
}

console.log('repeated tokens in Node …')
const repeated = []
for (const one of subjects) {
  const gate = await createGate({ policy: one.policy, secrets: one.secrets })
  const request = requestOf(one.fresh[0])
  const mine = byGate(gate)
  const theirs = byJose(one)
  const times = await race({ gate: () => mine(request), jose: () => theirs(request) })
  repeated.push({ alg: one.alg, ...times })
}

console.log('tokens seen for the first time in Node …')
const first = []
for (const one of subjects) {
  const gate = await createGate({ policy: one.policy, secrets: one.secrets })
  const requests = one.fresh.map(requestOf)
  first.push({ alg: one.alg, ...(await once(requests, { gate: byGate(gate), jose: byJose(one) })) })
}

console.log('in workerd, timed from outside …')
const workerd = await inWorkerd(subjects)

console.log('with more and more agents in the policy …')
const flat = await race(Object.fromEntries(await Promise.all([10, 1000, 100_000].map(async (count) => {
  const agents = ['web-search-agent', ...Array.from({ length: count - 1 }, (_, i) => `agent-${i}`)]
  const made = await subject('RS256', {
    issuer: { claims: { team: 'team' } },
    policy: { teams: { support: { agents } } },
    claims: { team: 'support' },
  })
  const gate = await createGate({ policy: made.policy, secrets: made.secrets })
  const request = requestOf(await made.token(0))
  const call = byGate(gate)
  return [count, () => call(request)]
}))))

console.log('checks of actions, with more and more permissions in the policy …')
const checked = await checks()
const checkedBy = (whose) => COUNTS.map((count) => checked[`${whose}, ${count}`])

console.log('from nothing to a gate, in fresh processes …')
const cold = await coldStart()
const sizes = readdirSync('pkg/wasm').filter((name) => name.endsWith('.wasm')).map((name) => {
  const bytes = readFileSync(`pkg/wasm/${name}`)
  return { name, raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length }
})

const versus = (rows) => table(
  ['', 'gate, µs', 'jose + scope check, µs', 'ratio'],
  rows.map(({ alg, gate, jose }) => [alg, us(gate), us(jose), ratio(jose / gate)]),
)
const text = `# Benchmark

The last run of \`npm run bench\`. Times are medians of interleaved rounds in one process; they differ
from machine to machine, the ratios less so. Both sides get the same request and answer the same
question: is this token good, and may it run this agent?

${cpus().length} × ${cpus()[0].model.trim()}, Node ${process.version}.

## A token seen before, in Node

${versus(repeated)}

## A token seen for the first time, in Node

${versus(first)}

## In workerd, timed from outside

A request runs the loop many times; an empty request is subtracted.

### Seen before

${versus(workerd.repeated)}

### Seen for the first time

${versus(workerd.first)}

## With more agents in the policy

A team whose list grows, a token seen before.

${table(['agents', 'µs'], Object.entries(flat).map(([count, time]) => [count, us(time)]))}

## A check of an action

\`gate.check\` with a context of three members, one of them an amount that a permission limits. The
permissions of the policy are all of one agent, or ten each of many.

${table(
  ['permissions', 'of one agent, µs', 'of many agents, µs'],
  COUNTS.map((count, at) => [count.toLocaleString('en'), us(checkedBy('one agent')[at]), us(checkedBy('many agents')[at])]),
)}

## Size and start

${table(['file', 'raw, kB', 'gzip -9, kB'], sizes.map(({ name, raw, gzip }) => [name, (raw / 1000).toFixed(1), (gzip / 1000).toFixed(1)]))}

Instantiation and policy load, from a fresh process: ${cold.toFixed(1)} ms.
`
console.log(`\n${text}`)
write({ decisions: text })

for (const { alg, gate, jose } of repeated.filter(({ alg }) => alg !== 'HS256')) {
  goal(`repeated ${alg} takes at most 2 µs`, gate <= 2, `${us(gate)} µs`)
  goal(`repeated ${alg} is 20 times faster than jose`, jose / gate >= 20, ratio(jose / gate))
}
for (const { alg, gate, jose } of first) {
  const times = alg === 'HS256' ? 3 : 1
  goal(`first sight of ${alg} is at least ${times} × as fast as jose`, jose / gate >= times, ratio(jose / gate))
}
const spread = Math.max(...Object.values(flat)) / Math.min(...Object.values(flat))
goal('a decision costs the same with 10 and 100,000 agents, within 20 %', spread <= 1.2, ratio(spread))
for (const whose of ['one agent', 'many agents']) {
  const times = checkedBy(whose)
  const ratioOf = Math.max(...times) / Math.min(...times)
  goal(`a check costs the same with 10 and 100,000 permissions of ${whose}, within 20 %`, ratioOf <= 1.2, ratio(ratioOf))
  goal(`a check takes at most 2 µs with permissions of ${whose}`, Math.max(...times) <= 2, `${us(Math.max(...times))} µs`)
}
goal('instantiation and policy load take at most 15 ms', cold <= 15, `${cold.toFixed(1)} ms`)
const core = sizes.find(({ name }) => name === 'gatewright_bg.wasm')?.gzip ?? NaN
const { budget } = MODULES[0]
goal(`the core module is under ${budget / 1000} kB gzipped`, core < budget, `${core}`)
process.exitCode = failures.length ? 1 : 0
