// Builds, or serves, the Worker in this folder by Vite's plugin for workerd, and prints what it answers.
import { join } from 'node:path'
import { cloudflare } from '@cloudflare/vite-plugin'
import * as vite from 'vite'
import { freePort } from './pages.mjs'

const root = process.cwd()
const listening = { host: '127.0.0.1', port: await freePort() }

/** @type {import('vite').InlineConfig} */
const options = {
  root,
  configFile: false,
  logLevel: 'silent',
  cacheDir: join(root, 'cache'),
  plugins: [cloudflare({ configPath: join(root, 'wrangler.toml'), inspectorPort: false, persistState: false })],
  server: listening,
  preview: listening,
}

/** @returns {Promise<import('vite').PreviewServer | import('vite').ViteDevServer>} */
async function start() {
  if (process.argv[2] !== 'build') return (await vite.createServer(options)).listen()
  await (await vite.createBuilder(options)).buildApp()
  return vite.preview(options)
}

const server = await start()
const response = await fetch(`http://${listening.host}:${listening.port}/`)
const text = await response.text()
console.log(response.headers.get('content-type')?.includes('json') ? `outcome ${text}` : text)
await server.close()
process.exit()
