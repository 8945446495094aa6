// The guards in the modules: the core judges what it can and asks the second module for the rest.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { afterEach, describe, it } from 'node:test'
import * as engine from '../../pkg/engine.js'
import * as guards from '../../pkg/guards.js'
import { createGate } from '../../pkg/node.js'
import { initSync } from '../../pkg/wasm/gatewright_guards.js'
import { policyWith, secrets } from './tokens.js'

const read = (/** @type {string} */ path) => readFileSync(new URL(path, import.meta.url))
const file = JSON.parse(read('../vectors/guards.json').toString('utf8'))

let loads = 0
guards.loadGuardsWith(() => {
  loads += 1
  return new WebAssembly.Module(read('../../pkg/wasm/gatewright_guards_bg.wasm'))
})

/** @type {any[]} */
let events = []
const gate = await createGate({ policy: policyWith(), secrets, report: (event) => events.push(event) })
afterEach(() => (events = []))

const { handle } = engine.open(JSON.stringify(policyWith()), JSON.stringify(secrets))
const { reasons } = engine.describe(handle)

/**
 * What the guards say to a context.
 *
 * @param {object[]} list
 * @param {unknown} context
 */
function check(list, context) {
  const { reason, error } = engine.checkGuards(JSON.stringify(list), JSON.stringify(context))
  return error ? `${error.code} ${error.pointer}` : reasons[reason].code
}

/** @param {string} kind @param {any} rules */
const guardOf = (kind, rules) => ({ at: '/x', ...(kind === 'hosts' ? rules : { [kind]: rules }) })

const HOSTS = [{ at: '/x', hosts: ['api.example.com'] }]
const good = { x: 'https://api.example.com/' }

/** Leaves the instance in a state that no code of ours could: every byte of its memory is wrong. */
const poison = () => new Uint8Array(initSync({ module: new Uint8Array() }).memory.buffer).fill(0xff)

describe('the second module', () => {
  it('is not loaded before a text has to be judged, and once', () => {
    assert.equal(check([{ at: '/x', max_amount: 5 }], { x: 6 }), 'amount_exceeded')
    assert.equal(check([{ at: '/x', paths: '/a' }], { x: 'b' }), 'allowed')
    assert.equal(check([{ at: '/x', enum: ['a'] }], { x: 'b' }), 'guard_enum')
    assert.equal(loads, 0)
    assert.equal(check(HOSTS, good), 'allowed')
    assert.equal(check(HOSTS, { x: 'https://evil.com/' }), 'guard_host')
    assert.equal(loads, 1)
  })
})

describe('tests/vectors/guards.json', () => {
  /** @type {Record<string, string>} */
  const REASONS = { hosts: 'guard_host', paths: 'guard_path', pattern: 'guard_pattern', sql: 'guard_sql' }
  for (const { name, kind, rules, agrees, refuses } of file.groups) {
    it(name, () => {
      const list = [guardOf(kind, rules)]
      for (const text of agrees) assert.equal(check(list, { x: text }), 'allowed', JSON.stringify(text))
      for (const text of refuses) assert.equal(check(list, { x: text }), REASONS[kind], JSON.stringify(text))
    })
  }

  for (const { kind, agrees, refuses } of file.rules) {
    it(`rules: ${kind}`, () => {
      /** @type {[string, (text: string) => unknown]} */
      const [place, rules] = /** @type {any} */ ({
        hosts: ['hosts/1', (/** @type {string} */ text) => ({ hosts: ['ok.example.com', text] })],
        pattern: ['pattern', (/** @type {string} */ text) => text],
        sql: ['sql/writes/1', (/** @type {string} */ text) => ({ writes: ['a', text] })],
      })[kind]
      for (const text of agrees) assert.equal(check([guardOf(kind, rules(text))], {}), 'guard_missing', text)
      for (const text of refuses) {
        assert.equal(check([guardOf(kind, rules(text))], {}), `policy_guard /0/${place}`, JSON.stringify(text))
      }
    })
  }
})

describe('a context', () => {
  it('has to be JSON', () => {
    const { reason } = engine.checkGuards('[]', '{')
    assert.equal(reasons[reason].code, 'context_malformed')
  })

  it('may be large, and the second module grows with it', () => {
    const list = [{ at: '/x', pattern: 'a*' }]
    assert.equal(check(list, { x: 'a'.repeat(65536) }), 'allowed')
    assert.equal(check(list, { x: 'a'.repeat(65537) }), 'guard_pattern')
    assert.equal(check(list, { x: 'a'.repeat(10), y: 'b'.repeat(1 << 20) }), 'allowed')
    assert.equal(check([{ at: '/x', sql: {} }], { x: `SELECT '${'a'.repeat(60_000)}'` }), 'allowed')
  })

  it('is judged by the rules that were asked for, however many there are', () => {
    for (let i = 0; i < 200; i += 1) {
      const name = `h${i % 90}.example.com`
      assert.equal(check([{ at: '/x', hosts: [name] }], { x: `https://${name}/` }), 'allowed')
      assert.equal(check([{ at: '/x', hosts: [name] }], { x: 'https://h91.example.com/' }), 'guard_host')
    }
  })
})

describe('a trap in the second module', () => {
  it('denies, is reported, and does not touch the next one', () => {
    poison()
    assert.equal(check(HOSTS, good), 'policy_guard_unavailable /0/hosts/0')
    assert.deepEqual(events.map(({ event }) => event), ['guards_fault'])
    assert.doesNotMatch(JSON.stringify(events), /example/)
    assert.equal(check(HOSTS, good), 'allowed')
    assert.equal(check(HOSTS, { x: 'http://127.0.0.1/' }), 'guard_host')
    assert.equal(events.length, 1)
    assert.equal(loads, 1)
  })

  it('leaves the core and its gates alone', async () => {
    const generation = engine.currentGeneration()
    poison()
    check(HOSTS, good)
    assert.equal(engine.currentGeneration(), generation)
    const { context } = await gate.decide({ method: 'GET', url: '/health', headers: {} })
    assert.equal(context.reason, 'public')
  })

  it('in the middle of a check is the verdict of nobody', () => {
    const memory = new WebAssembly.Memory({ initial: 1 })
    guards.judgeFrom(memory)
    const rules = new TextEncoder().encode(JSON.stringify({ hosts: ['api.example.com'] }))
    const text = new TextEncoder().encode(good.x)
    const bytes = new Uint8Array(memory.buffer)
    bytes.set(rules)
    bytes.set(text, 100)
    const ask = () => guards.judge(1, 0, rules.length, 100, text.length)
    assert.equal(ask(), 1)
    poison()
    assert.deepEqual([ask(), ask()], [3, 1])
    assert.equal(guards.judge(9, 0, rules.length, 100, text.length), 3, 'a kind that is none')
    assert.equal(guards.judge(1, 65_530, 100, 0, 5), 3, 'rules outside of the memory')
    assert.equal(ask(), 1)
    bytes[100] = 0xff
    assert.equal(ask(), 3, 'a text that is not UTF-8')
    engine.reset()
    assert.equal(check(HOSTS, good), 'allowed')
  })

  it('without memory for a new instance denies until there is some', (t) => {
    const { Instance } = WebAssembly
    t.after(() => { WebAssembly.Instance = Instance })
    poison()
    WebAssembly.Instance = /** @type {any} */ (class { constructor() { throw new RangeError('out of memory') } })
    for (let i = 0; i < 3; i += 1) assert.match(check(HOSTS, good), /^policy_guard_unavailable/)
    assert.equal(events.length, 3)
    WebAssembly.Instance = Instance
    assert.equal(check(HOSTS, good), 'allowed')
  })

  it('can happen 500 times', () => {
    const before = process.memoryUsage().rss
    for (let i = 0; i < 500; i += 1) {
      poison()
      assert.match(check(HOSTS, good), /^policy_guard_unavailable/)
      assert.equal(check(HOSTS, good), 'allowed')
    }
    const grown = (process.memoryUsage().rss - before) / (1 << 20)
    assert.ok(grown < 400, `${grown} MiB more`)
  })
})

it('a statement that is made to nest does not trap', () => {
  for (const depth of [20, 32, 200, 600, 5000]) {
    for (const text of [
      `SELECT ${'('.repeat(depth)}1${')'.repeat(depth)}`, `SELECT 1${' + 1'.repeat(depth)}`,
      `SELECT 1${' UNION SELECT 1'.repeat(depth)}`, `SELECT ${'NOT '.repeat(depth)}1`,
      `SELECT * FROM ${'('.repeat(depth)}t${')'.repeat(depth)}`, `SELECT 1${'::int'.repeat(depth)}`,
      `SELECT ${'CASE WHEN '.repeat(depth)}1${' THEN 1 END'.repeat(depth)}`,
      `SELECT ${'(SELECT '.repeat(depth)}1${')'.repeat(depth)}`,
    ]) {
      const before = performance.now()
      assert.match(check([{ at: '/x', sql: {} }], { x: text }), /^(allowed|guard_sql)$/, `${depth} ${text.slice(0, 40)}`)
      const took = performance.now() - before
      assert.ok(took < 1000, `${took} ms: ${depth} ${text.slice(0, 40)}`)
    }
  }
  assert.deepEqual(events, [])
})
