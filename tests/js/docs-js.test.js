// The JavaScript in the documents runs, and does what stands beside it.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { build } from 'esbuild'
import express from 'express'
import Fastify from 'fastify'
import { Router, json } from 'itty-router'
import { cache } from '../../scripts/run.mjs'
import { PolicyError, createGate, memoryStore } from '../../pkg/node.js'
import { blocks, policiesOf, textOf } from './documents.js'
import { installInto } from './packed.js'
import { ask, listen, listenFastify } from './servers.js'
import { hs256 } from './tokens.js'

const code = blocks.filter(({ language }) => language === 'js')
const secret = 'a-shared-secret-of-at-least-256-bits-0123'
const [policy] = policiesOf('README.md')
const soon = Math.floor(Date.now() / 1000) + 3600
const token = hs256({ exp: soon, scopes: ['agents:read', 'agents:research:run'] }, secret)
const open = { ...JSON.parse(policy), isolation: 'off' }
const request = () => new Request('http://gate.example/agents/research/runs', { method: 'POST', headers: { authorization: `Bearer ${token}` } })

/** What a project finds under a name. @type {Record<string, () => Promise<any>>} */
const packages = {
  gatewright: () => import('../../pkg/node.js'),
  'gatewright/express': () => import('../../pkg/express.js'),
  'gatewright/fastify': () => import('../../pkg/fastify.js'),
  'gatewright/fetch': () => import('../../pkg/fetch.js'),
  'gatewright/hono': () => import('../../pkg/hono.js'),
  'gatewright/next': () => import('../../pkg/next.js'),
  hono: () => import('hono'),
  // Next itself is behind tests/next; here its part is played, so that the block runs.
  'next/server': async () => ({ NextResponse: class extends Response { static next = (/** @type {any} */ init) => Object.assign(new this(), init) } }),
}

/**
 * Runs a block as a module, with what the text before it has made, and hands out what it makes.
 *
 * @param {string} text
 * @param {Record<string, unknown>} [given]
 * @returns {Promise<Record<string, any>>}
 */
async function run(text, given = {}) {
  const body = text
    .replace(/^import (\{.*\}) from '(.*)'$/gm, 'const $1 = await load("$2")')
    .replace(/^export default /gm, 'const exported = ')
    .replace(/^export const /gm, 'const ')
  assert.doesNotMatch(body, /^(?:import|export)\b/m)
  const made = [...body.matchAll(/^const (?:(\w+)|\{(.*)\}) =/gm)].flatMap(([, one, several]) => (one ? [one] : several.split(',').map((name) => name.trim())))
  const names = Object.keys(given).filter((name) => !made.includes(name))
  const AsyncFunction = /** @type {any} */ (async () => {}).constructor
  const load = (/** @type {string} */ name) => (packages[name] ?? assert.fail(`nothing is installed as ${name}`))()
  return AsyncFunction('load', ...names, `${body}\nreturn { ${made.join(', ')} }`)(load, ...names.map((name) => given[name]))
}

/** Holds each line to the comment behind it. @param {string} text @param {Record<string, unknown>} given @param {(value: any, comment: string) => void} check */
async function eachLine(text, given, check) {
  const lines = text.trim().split('\n').filter((line) => !line.startsWith('//'))
  for (const line of lines) {
    const [, expression, comment] = /^(.*?) +\/\/ (.*)$/.exec(line) ?? assert.fail(line)
    const { value } = await run(`const value = ${expression}`, given)
    check(value, comment)
  }
}

const env = { process: { env: { JWT_VERIFICATION_KEY: secret } } }
const gateOf = (/** @type {any} */ policy) => createGate({ policy, secrets: env.process.env, store: memoryStore(), report: () => {} })

/** What each block is run with, and what is seen of it. @type {Record<string, (text: string) => Promise<unknown>>} */
const runs = {
  "README.md: import { createGate } from 'gatewright'": async (text) => {
    /** @type {Request[]} */
    const fetched = []
    const fetch = async (/** @type {Request} */ request) => { fetched.push(request); return new Response('ran') }
    const { response } = await run(text, { ...env, policy, request: request(), fetch })
    assert.equal(await response.text(), 'ran')
    assert.equal(fetched[0].headers.get('x-gatewright-subject'), 'web_user')
  },
  "README.md: gate.check('support', 'stripe.refund', { amount: 50 })  // allowed": async (text) =>
    eachLine(text, { gate: await gateOf(policiesOf('docs/actions.md')[0]) }, ({ allowed, requires_approval: waits, code }, comment) => {
      const expected = /^allowed$/.test(comment) ? [true, false, 'allowed'] : /^a person has to approve/.test(comment)
        ? [false, true, 'approval_required']
        : [false, false, /^denied: `(\w+)`$/.exec(comment)?.[1] ?? assert.fail(comment)]
      assert.deepEqual([allowed, waits, code], expected)
    }),
  'README.md: // Hono': async (text) => {
    const { app } = await run(text, { ...env, policy })
    assert.deepEqual(await (await app.fetch(request())).json(), { ran: 'research' })
    assert.equal((await app.request('/agents/research/runs', { method: 'POST' })).status, 401)
  },
  'README.md: // Anything with a `fetch`: a Worker, itty-router, Bun.serve': async (text) => {
    const router = Router()
    router.post('/agents/:id/runs', ({ params }) => json({ ran: params.id }))
    const { exported } = await run(text, { router, policy, createGate })
    assert.deepEqual(await (await exported.fetch(request(), env.process.env, {})).json(), { ran: 'research' })
    assert.equal((await exported.fetch(new Request(request().url), env.process.env, {})).status, 401)
  },
  'README.md: // Express or Connect': async (text) => {
    const app = express()
    await run(text, { app, gate: await gateOf(open) })
    app.post('/agents/:id/runs', (/** @type {any} */ req, res) => { res.send(req.gatewright.context.subject) })
    await served(await listen(app))
  },
  'README.md: // Fastify': async (text) => {
    const app = Fastify()
    await run(text, { app, gate: await gateOf(open) })
    app.post('/agents/:id/runs', async (request) => request.gatewright?.context.subject)
    await served(await listenFastify(app))
  },
  'README.md: // Next: `proxy.js`, or `middleware` in `middleware.js` before Next 16': async (text) => {
    const { proxy } = await run(text, { gate: await gateOf(open) })
    assert.equal((await proxy(request())).request.headers.get('x-gatewright-subject'), 'web_user')
    assert.equal((await proxy(new Request(request().url, { method: 'POST' }))).status, 401)
  },
  'README.md: // Node: ask, and act on the answer yourself': async (text) => {
    /** @type {unknown[]} */
    const said = []
    const { decision, context } = await run(text, { gate: await gateOf(policy), token, console: { log: (/** @type {unknown[]} */ ...words) => said.push(...words) } })
    assert.deepEqual([decision, ...said], [false, 'scope_missing', context.message])
  },
  'README.md: // Browser: what may these scopes see? Nothing leaves the page.': async (text) =>
    eachLine(text, { gate: await gateOf(policy) }, (value, comment) => assert.deepEqual(value, JSON.parse(comment.replaceAll("'", '"')))),
  "README.md: import { memoryStore } from 'gatewright'": async (text) => {
    const { gate } = await run(text, { createGate })
    assert.equal((await asKey(gate, 'sk-your-new-key', 'agent-123')).decision, true)
    assert.equal((await asKey(gate, 'sk-your-new-key', 'agent-456')).decision, false)
  },
  "docs/actions.md: gate.check('support', 'stripe.refund', { amount: 50 })  // { allowed: true, requires_approval: false, … }": async (text) =>
    eachLine(text, { gate: await gateOf(policiesOf('docs/actions.md')[0]) }, (value, comment) => {
      const members = [...comment.matchAll(/(\w+): (?:'(\w+)'|(true|false))/g)]
      assert.ok(members.length >= 2)
      for (const [, name, word, flag] of members) assert.equal(value[name], word ?? flag === 'true', name)
    }),
  "docs/lint.md: import { lintPolicy } from 'gatewright'": async (text) => {
    const { findings, error } = await run(text, { policy })
    assert.deepEqual([findings, error], [[], undefined])
    assert.ok((await run(text, { policy: '{}' })).error instanceof PolicyError)
  },
  "docs/litellm.md: import { createGate, memoryStore } from 'gatewright'": async (text) => {
    const { gate } = await run(text, { policy: policiesOf('docs/litellm.md')[0] })
    assert.equal((await asKey(gate, 'sk-your-new-key', 'agent-456')).decision, false)
    assert.equal((await asKey(gate, 'sk-your-new-key', 'support')).context.resource?.id, 'agent-123')
    assert.equal(typeof (await asKey(gate, 'sk-team-key', 'agent-123')).decision, 'boolean')
  },
  "docs/runtimes.md: // esbuild, Rolldown, Bun's bundler": (text) => bundled(text),
  'docs/runtimes.md: // esbuild --loader:.wasm=file, or wherever an import says where a file is': (text) =>
    bundled(text, { loader: { '.wasm': 'file' }, banner: { js: FETCH }, external: ['node:fs'] }),
  'docs/runtimes.md: // vite.config.js, Vite 6 and 7: in development Vite moves code away from its files': async (text) => {
    const { exported } = await run(text)
    assert.deepEqual(exported, { optimizeDeps: { exclude: ['gatewright'] } })
    // What it does in Vite is measured by tests/consumers, which holds the document to it.
    for (const major of [6, 7]) assert.match(textOf('docs/runtimes.md'), new RegExp(`^\\| Vite ${major}, development, .optimizeDeps\\.exclude. \\| decides`, 'm'))
  },
}

/**
 * Bundles a block as it stands, with the package as it is installed, and runs what comes of it.
 *
 * @param {string} text
 * @param {import('esbuild').BuildOptions} [options]
 */
async function bundled(text, options) {
  const project = join(cache, 'documents')
  installInto(project)
  const entry = join(project, 'block.js')
  const after = "const gate = await createGate({ policy: process.env.POLICY, secrets: process.env, report() {} })\nconsole.log((await gate.decide({ method: 'GET', url: '/agents', headers: {} })).context.reason)"
  writeFileSync(entry, `${text}\n${after}\n`)
  await build({ entryPoints: [entry], bundle: true, format: 'esm', outdir: join(project, 'out'), logLevel: 'error', ...options })
  const { stdout, stderr } = spawnSync(process.execPath, [join(project, 'out', 'block.js')], { env: { ...env.process.env, POLICY: policy }, encoding: 'utf8' })
  assert.equal(stdout, 'credentials_missing\n', stderr)
}

/** Reads files where a page would fetch. */
const FETCH = "import { readFileSync } from 'node:fs'\nglobalThis.fetch = async (url) => new Response(readFileSync(url))"

/** @param {import('../../pkg/index.d.ts').Gate} gate @param {string} key @param {string} agent */
const asKey = (gate, key, agent) => gate.decide({ method: 'POST', url: `/a2a/${agent}`, headers: { authorization: `Bearer ${key}` } })

/** @param {import('./servers.js').Served} server */
async function served({ port, close }) {
  try {
    assert.equal((await ask(port, '/agents/research/runs', { method: 'POST', token, body: '{}' })).text, 'web_user')
    assert.equal((await ask(port, '/agents/research/runs', { method: 'POST', body: '{}' })).status, 401)
  } finally {
    await close()
  }
}

describe('the JavaScript in the documents', () => {
  it('is all run here, and nothing is run that is not there', () => {
    assert.deepEqual(code.map(({ name }) => name).sort(), Object.keys(runs).sort())
  })
  for (const { name, file, line, text } of code) it(`runs: ${file}:${line}`, () => runs[name](text))
})
