// Chromium for the tests in a browser: the machine's, or Debian's package.
import { existsSync } from 'node:fs'
import { Trouble, capture, isMain, run, say, start } from './run.mjs'

const PATH = '/usr/bin/chromium'

/**
 * Where Chromium is. Installed first, if the machine has none and this user may install it: tests
 * without a browser would say nothing, so there is no going on without.
 */
export async function chromium() {
  const path = process.env.GATEWRIGHT_CHROMIUM ?? PATH
  if (existsSync(path)) return path
  const isInstallable = path === PATH && process.getuid?.() === 0 && (await capture('apt-get', ['--version'])).code === 0
  if (!isInstallable) {
    throw new Trouble(`there is no Chromium at ${path}. Install Debian's package \`chromium\`, or name another in GATEWRIGHT_CHROMIUM.`)
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await run('reading the package lists', 'apt-get', ['update'], { env })
  await run('installing Chromium', 'apt-get', ['install', '--yes', '--no-install-recommends', 'chromium'], { env })
  return PATH
}

/**
 * For headless tests on one machine: nothing is looked up, synchronised or updated behind the page. A
 * sandbox needs another user than root.
 */
export const CHROMIUM_ARGS = [
  '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
]

if (isMain(import.meta.url)) start(async () => say(await chromium()))
