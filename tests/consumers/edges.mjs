// Consumers at the edge: workerd by wrangler and by Vite's plugin, and Next.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { capture } from '../../scripts/run.mjs'
import { entryText, folderOf } from './entries.mjs'
import { freePort } from './pages.mjs'
import { outcomeOf } from './processes.mjs'
import { nodeOf, project, tools } from './project.mjs'

const SECONDS = 60
const NODE = nodeOf(22)
const WRANGLER = join(tools, 'wrangler', 'bin', 'wrangler.js')
const NEXT = join(tools, 'next', 'dist', 'bin', 'next')

const env = {
  ...process.env, CI: '1', NO_COLOR: '1', NEXT_TELEMETRY_DISABLED: '1', WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false',
}

/** @typedef {import('./entries.mjs').Outcome} Outcome */

/**
 * Runs a server until it has answered, or has said that it will not.
 *
 * @param {string[]} args
 * @param {string} folder
 * @param {{ port: number, path?: string, ready: RegExp, failed: RegExp }} how
 * @returns {Promise<Outcome>}
 */
async function answerOf(args, folder, { port, path = '/', ready, failed }) {
  // A group of its own, so that what it starts ends with it.
  const child = spawn(NODE, args, { cwd: folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const decided = new Promise((resolve) => {
    const hear = (/** @type {Buffer} */ chunk) => {
      output += chunk
      if (ready.test(output)) resolve('ready')
      else if (failed.test(output)) setTimeout(resolve, 500, 'failed')
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('close', () => resolve('ended'))
    setTimeout(resolve, SECONDS * 1000, 'late').unref()
  })
  const ended = once(child, 'close')
  try {
    if ((await decided) !== 'ready') return { error: output.trim() }
    const response = await fetch(`http://127.0.0.1:${port}${path}`)
    const text = await response.text()
    return response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : { error: `${response.status} ${output}\n${text}` }
  } catch (error) {
    return { error: `${output}\n${error}` }
  } finally {
    if (child.exitCode === null && child.signalCode === null) process.kill(-(/** @type {number} */ (child.pid)), 'SIGKILL')
    await ended
  }
}

const WORKER = 'name = "consumer"\nmain = "main.js"\ncompatibility_date = "2026-10-01"\n'

/** @param {string} subject */
async function wranglerDev(subject) {
  const folder = await folderOf('wrangler', subject, { 'main.js': entryText('worker', subject), 'wrangler.toml': WORKER })
  const port = await freePort()
  const args = [WRANGLER, 'dev', '--ip', '127.0.0.1', '--port', `${port}`, '--inspector-port', '0', '--show-interactive-dev-session=false']
  return answerOf(args, folder, { port, ready: /Ready on http/, failed: /\[ERROR\]/ })
}

/** A process of its own: what fails in there may take it along. @param {string} name @param {'build' | 'development'} mode */
const byPlugin = (name, mode) => async (/** @type {string} */ subject) => {
  const folder = await folderOf(name, subject, { 'main.js': entryText('worker', subject), 'wrangler.toml': WORKER })
  return outcomeOf(NODE, [join(import.meta.dirname, 'plugin.mjs'), mode], folder, env)
}

/** @param {string} name @param {'edge' | 'nodejs'} runtime */
const nextRoute = (name, runtime) => async (/** @type {string} */ subject) => {
  const folder = await folderOf(name, subject, {
    'app/api/decide/route.js': `${entryText('route', subject)}export const runtime = '${runtime}'\n`,
    'next.config.mjs': `export default { turbopack: { root: ${JSON.stringify(join(project, '..'))} } }\n`,
  })
  const { code, output } = await capture(NODE, [NEXT, 'build'], { cwd: folder, env, timeout: 2 * SECONDS * 1000 })
  if (code !== 0) return { error: output }
  const port = await freePort()
  const args = [NEXT, 'start', '-H', '127.0.0.1', '-p', `${port}`]
  return answerOf(args, folder, { port, path: '/api/decide', ready: /Ready in/, failed: /Error:/ })
}

const OURS = [{ subject: 'gatewright' }]
const PEERS = ['cedar', 'cedar-web', 'opa-module']
const EDGE_PEERS = ['cedar', 'cedar-web', 'opa-edge']

export const edges = [
  {
    name: 'workerd, `wrangler dev`',
    ask: wranglerDev,
    ours: [...OURS, { subject: 'slim' }, { subject: 'inline', names: 'import `gatewright` there' }],
    peers: PEERS,
  },
  { name: 'workerd, `@cloudflare/vite-plugin`, build', ask: byPlugin('plugin build', 'build'), ours: OURS, peers: PEERS },
  { name: 'workerd, `@cloudflare/vite-plugin`, development', ask: byPlugin('plugin dev', 'development'), ours: OURS, peers: PEERS },
  { name: 'Next 16, edge route', ask: nextRoute('next edge', 'edge'), ours: OURS, peers: EDGE_PEERS },
  { name: 'Next 16, Node route', ask: nextRoute('next node', 'nodejs'), ours: OURS, peers: ['cedar', 'cedar-nodejs', 'opa'] },
]
