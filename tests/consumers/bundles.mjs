// Consumers that bundle for a page: each with nothing configured, and then with the line it needs.
import { join } from 'node:path'
import * as esbuild from 'esbuild'
import { rolldown } from 'rolldown'
import webpack from 'webpack'
import { capture } from '../../scripts/run.mjs'
import { entryText, folderOf } from './entries.mjs'
import { html, outcomeIn } from './pages.mjs'
import { DENO, ENVIRONMENT, outcomeOf } from './processes.mjs'
import { nodeOf, tools } from './project.mjs'

const INLINE = [{ subject: 'gatewright', names: '`gatewright/inline`' }, { subject: 'inline' }]
const PEERS = ['cedar', 'cedar-web', 'opa']

/** @typedef {import('./entries.mjs').Outcome} Outcome */
/** @typedef {(folder: string, subject: string) => Promise<void>} Bundle from `main.js` to `dist/main.js` in the folder */

/** @param {Bundle} bundle */
const inPage = (bundle, name = '') => async (/** @type {string} */ subject) => {
  const folder = await folderOf(name, subject, { 'main.js': entryText('page', subject), 'dist/index.html': html() })
  try {
    await bundle(folder, subject)
  } catch (error) {
    return { error: String(error) }
  }
  return outcomeIn(join(folder, 'dist'))
}

/** @type {Bundle} */
const byRolldown = async (folder) => {
  const bundle = await rolldown({ input: join(folder, 'main.js'), platform: 'browser', logLevel: 'silent' })
  await bundle.write({ dir: join(folder, 'dist') })
  await bundle.close()
}

/** @type {Bundle} */
const byBun = async (folder) => {
  const args = ['build', 'main.js', '--target=browser', '--outdir=dist', '--asset-naming=[name]-[hash].[ext]']
  const { code, output } = await capture(join(tools, '.bin', 'bun'), args, { cwd: folder })
  if (code !== 0) throw new Error(output.trim())
}

/** @param {Partial<import('webpack').Configuration>} [more] @returns {Bundle} */
const byWebpack = (more) => (folder) =>
  new Promise((resolve, reject) => {
    const output = { path: join(folder, 'dist'), publicPath: '' }
    const options = { mode: /** @type {const} */ ('production'), entry: join(folder, 'main.js'), context: folder, output, ...more }
    webpack(options, (error, stats) => {
      if (error ?? stats?.hasErrors()) reject(error ?? new Error(stats?.toJson({ errors: true }).errors?.[0].message))
      else resolve()
    })
  })

/** @param {import('esbuild').BuildOptions} [more] @returns {Bundle} */
const byEsbuild = (more) => async (folder) => {
  const entry = { entryPoints: [join(folder, 'main.js')], outdir: join(folder, 'dist') }
  await esbuild.build({ ...entry, bundle: true, format: 'esm', logLevel: 'silent', ...more })
}

/** @param {string} name @param {'esm' | 'cjs'} format */
const esbuildForNode = (name, format) => async (/** @type {string} */ subject) => {
  const folder = await folderOf(name, subject, { 'main.js': entryText('process', subject) })
  const outExtension = { '.js': format === 'esm' ? '.mjs' : '.cjs' }
  try {
    await byEsbuild({ platform: 'node', format, outExtension })(folder, subject)
  } catch (error) {
    return { error: String(error) }
  }
  return outcomeOf(nodeOf(22), [`dist/main${outExtension['.js']}`], folder)
}

/** @param {string} subject @returns {Promise<Outcome>} */
async function webpackWorker(subject) {
  const main = "const worker = new Worker(new URL('./worker.js', import.meta.url))\n" +
    'worker.onmessage = ({ data }) => { globalThis.outcome = data }\n' +
    'worker.onerror = ({ message }) => { globalThis.outcome = { error: message } }\n'
  const folder = await folderOf('webpack worker', subject, {
    'main.js': main, 'worker.js': entryText('webWorker', subject), 'dist/index.html': html(),
  })
  try {
    await byWebpack()(folder, subject)
  } catch (error) {
    return { error: String(error) }
  }
  return outcomeIn(join(folder, 'dist'))
}

/** @param {string} subject @returns {Promise<Outcome>} */
async function denoBundle(subject) {
  const folder = await folderOf('deno bundle', subject, { 'main.js': entryText('process', subject) })
  const { code, output } = await capture(DENO, ['bundle', '--quiet', 'main.js', '-o', 'dist/main.js'], { cwd: folder, env: ENVIRONMENT })
  return code === 0 ? outcomeOf(DENO, ['run', '--no-prompt', '--quiet', 'dist/main.js'], folder) : { error: output }
}

export const bundles = [
  { name: 'webpack 5', ask: inPage(byWebpack(), 'webpack'), ours: [{ subject: 'gatewright' }], peers: PEERS },
  { name: 'webpack 5, web worker', ask: webpackWorker, ours: [{ subject: 'gatewright' }], peers: PEERS },
  { name: 'esbuild', ask: inPage(byEsbuild(), 'esbuild'), ours: INLINE, peers: PEERS },
  {
    name: 'esbuild, `--loader:.wasm=file`',
    ask: inPage(byEsbuild({ loader: { '.wasm': 'file' } }), 'esbuild loader'),
    ours: [{ subject: 'slim' }],
    peers: PEERS,
  },
  { name: 'esbuild, `--platform=node`', ask: esbuildForNode('esbuild node', 'esm'), ours: INLINE, peers: ['cedar', 'cedar-nodejs', 'opa'] },
  {
    name: 'esbuild, `--platform=node --format=cjs`',
    ask: esbuildForNode('esbuild node cjs', 'cjs'),
    ours: INLINE,
    peers: ['cedar', 'cedar-nodejs', 'opa'],
  },
  { name: 'Rolldown', ask: inPage(byRolldown, 'rolldown'), ours: INLINE, peers: PEERS },
  // Its parser does not know `import source`, which stands in the entry for Deno.
  { name: '`deno bundle`', ask: denoBundle, ours: [{ subject: 'inline' }], peers: ['cedar', 'cedar-nodejs', 'opa'] },
  { name: 'Bun build', ask: inPage(byBun, 'bun build'), ours: INLINE, peers: PEERS },
]
