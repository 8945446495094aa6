// An example's gate and platform, and `curl` as somebody would type it who has the page of the documentation open.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { freePort, startGateway } from '../../examples/gateway.mjs'


/** From here on a free port is looked for. Files of tests run at the same time, and begin elsewhere. */
const PORT = 18800 + (process.pid % 100) * 10

const CURL_MS = 30_000
const run = promisify(execFile)

/**
 * @param {string} name of the example
 * @param {(options?: any) => Promise<{ url: string, close: () => Promise<void> }>} startOrigin
 * @param {Record<string, string>} secrets
 * @param {object} [options] of the platform
 */
export async function startExample(name, startOrigin, secrets, options) {
  const policy = await readFile(new URL(`../../examples/${name}/policy.json`, import.meta.url), 'utf8')
  const origin = await startOrigin(options)
  const gate = await startGateway({ port: await freePort(PORT), policy, origin: origin.url, secrets }).catch(async (error) => {
    await origin.close()
    throw error
  })
  return { url: gate.url, close: async () => { await gate.close(); await origin.close() } }
}

/**
 * Runs a line of a page in a shell. Of the line only the host is changed, and what it says in place of a name or
 * key that the reader has got from an earlier answer.
 *
 * @param {string} line
 * @param {string} host that of the page, with scheme and port
 * @param {string} gate
 * @param {Record<string, string>} [got] what was got, by what the page calls it
 * @returns {Promise<{ status: number, body: any }>}
 */
export async function curl(line, host, gate, got = {}) {
  if (!line.startsWith('curl ') || !line.includes(host)) throw new Error(`this is no line for ${host}: ${line}`)
  let command = line.replace(host, gate)
  for (const [name, value] of Object.entries(got)) {
    if (!command.includes(name)) throw new Error(`the line does not speak of ${name}`)
    command = command.replaceAll(name, value)
  }
  const { stdout } = await run('sh', ['-c', `${command} --silent --show-error --write-out '\\n%{http_code}'`], { timeout: CURL_MS })
  const end = stdout.lastIndexOf('\n')
  const text = stdout.slice(0, end)
  return { status: Number(stdout.slice(end + 1)), body: text === '' ? undefined : JSON.parse(text) }
}
