// Vite, built and in development, and a page without any tool.
import { join } from 'node:path'
import * as vite8 from 'vite'
import * as vite6 from 'vite6'
import * as vite7 from 'vite7'
import { entryText, folderOf } from './entries.mjs'
import { freePort, html, outcomeAt, outcomeIn } from './pages.mjs'
import { project } from './project.mjs'

const PEERS = ['cedar', 'cedar-web', 'opa']
const OURS = [{ subject: 'gatewright' }]

/** @param {string} name @param {any} vite */
const built = (name, vite) => async (/** @type {string} */ subject) => {
  const folder = await folderOf(name, subject, { 'main.js': entryText('page', subject), 'index.html': html() })
  try {
    await vite.build({ root: folder, configFile: false, logLevel: 'silent', build: { emptyOutDir: true } })
  } catch (error) {
    return { error: String(error) }
  }
  return outcomeIn(join(folder, 'dist'))
}

/** @param {string} name @param {any} vite @param {string[]} [exclude] */
const served = (name, vite, exclude = []) => async (/** @type {string} */ subject) => {
  const folder = await folderOf(name, subject, { 'main.js': entryText('page', subject), 'index.html': html() })
  const path = `${folder.slice(project.length)}/index.html`
  const server = await vite.createServer({
    root: project,
    configFile: false,
    logLevel: 'silent',
    cacheDir: join(folder, 'cache'),
    optimizeDeps: { entries: [path.slice(1)], exclude },
    server: { host: '127.0.0.1', port: await freePort(), hmr: false, watch: null },
  })
  try {
    await server.listen()
    return await outcomeAt(`${server.resolvedUrls.local[0].replace(/\/$/, '')}${path}`)
  } catch (error) {
    return { error: String(error) }
  } finally {
    await server.close()
  }
}

/** Where a page finds what the modules import by name. */
const IMPORTS = {
  gatewright: '/node_modules/gatewright/browser.js',
  '@cedar-policy/cedar-wasm': '/node_modules/@cedar-policy/cedar-wasm/esm/cedar_wasm.js',
  '@cedar-policy/cedar-wasm/web': '/node_modules/@cedar-policy/cedar-wasm/web/cedar_wasm.js',
  '@open-policy-agent/opa-wasm': '/node_modules/@open-policy-agent/opa-wasm/dist/opa-wasm-browser.esm.js',
}

/** @param {string} name @param {string} [policy] a content security policy */
const plain = (name, policy) => async (/** @type {string} */ subject) => {
  const map = `<script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>`
  const folder = await folderOf(name, subject, { 'main.js': entryText('page', subject), 'index.html': html('./main.js', map) })
  return outcomeIn(project, policy === undefined ? undefined : { 'content-security-policy': policy }, `${folder.slice(project.length)}/`)
}

const DEV = { 6: vite6, 7: vite7 }

export const vites = [
  ...Object.entries({ 6: vite6, 7: vite7, 8: vite8 }).map(([major, vite]) => (
    { name: `Vite ${major}, build`, ask: built(`vite${major} build`, vite), ours: OURS, peers: PEERS }
  )),
  ...Object.entries(DEV).flatMap(([major, vite]) => [
    {
      name: `Vite ${major}, development`,
      ask: served(`vite${major} dev`, vite),
      ours: [{ subject: 'gatewright', names: '`optimizeDeps: { exclude: ["gatewright"] }`' }],
      peers: PEERS,
    },
    {
      name: `Vite ${major}, development, \`optimizeDeps.exclude\``,
      ask: served(`vite${major} dev exclude`, vite, ['gatewright', '@cedar-policy/cedar-wasm']),
      ours: OURS,
      peers: PEERS,
    },
  ]),
  { name: 'Vite 8, development', ask: served('vite8 dev', vite8), ours: OURS, peers: PEERS },
  { name: '`<script type="module">`, import map', ask: plain('script'), ours: OURS, peers: PEERS },
  {
    name: '`<script type="module">`, CSP with `\'wasm-unsafe-eval\'`',
    ask: plain('script csp', "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'"),
    ours: OURS,
    peers: PEERS,
  },
  {
    name: '`<script type="module">`, CSP without',
    ask: plain('script strict', "script-src 'self' 'unsafe-inline'"),
    ours: [{ subject: 'gatewright', names: "`script-src 'wasm-unsafe-eval'`" }],
    peers: PEERS,
  },
]
