// What others check in a package: what it exports, and which types go with it.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { capture } from '../../scripts/run.mjs'
import { nodeOf, project, tools } from './project.mjs'

/** Every entry of code, as TypeScript's users import it. */
const TYPED = `import { type Gate, PolicyError, createGate, init, initGuards, initLint, lintPolicy, memoryStore } from 'gatewright'
import * as inline from 'gatewright/inline'
import 'gatewright/inline-guards'
import 'gatewright/inline-lint'
import * as slim from 'gatewright/slim'
import { withGate } from 'gatewright/fetch'
import worker, { createWorker } from 'gatewright/worker'
import core from 'gatewright/gatewright_bg.wasm'

await Promise.all([init(), initGuards(), initLint(), inline.init(), slim.init(core)])
const policy = { version: 1 }
export const gates: Gate[] = await Promise.all([createGate, inline.createGate, slim.createGate].map((create) => create({ policy })))
export const pointer = (error: unknown) => (error instanceof PolicyError || error instanceof inline.PolicyError ? error.pointer : '')
export const codes: string[] = lintPolicy(policy).findings.map(({ code }) => code)
export const handler = withGate({ fetch: () => new Response() }, () => createGate({ policy, store: memoryStore() }))
export const workers = [worker, createWorker({ policy })]
// @ts-expect-error: it brings no module
await slim.init()
`

/** @param {string} resolution @param {string} module */
const typed = (resolution, module) => ({
  name: `tsc, \`moduleResolution: ${resolution}\``,
  /** @returns {Promise<string | undefined>} what is wrong */
  async check() {
    const file = join(project, `typed-${resolution}.ts`)
    await writeFile(file, TYPED)
    const options = ['--strict', '--noEmit', '--target', 'es2023', '--lib', 'es2024,dom', '--types', '', '--module', module]
    const args = [join(tools, 'typescript', 'bin', 'tsc'), '--ignoreConfig', ...options, '--moduleResolution', resolution, file]
    const { code, output } = await capture(nodeOf(22), args, { cwd: project })
    return code === 0 ? undefined : output
  },
})

/** @param {string} tarball */
export const checks = (tarball) => [
  {
    name: 'publint',
    async check() {
      const { messages, pkg } = await publint({ pkgDir: join(project, 'node_modules', 'gatewright'), strict: true })
      return messages.length === 0 ? undefined : messages.map((message) => formatMessage(message, pkg)).join('\n')
    },
  },
  {
    name: 'attw, `--profile esm-only`',
    async check() {
      const attw = join(tools, '@arethetypeswrong', 'cli', 'dist', 'index.js')
      const { code, output } = await capture(nodeOf(22), [attw, tarball, '--profile', 'esm-only', '--no-color', '--no-emoji'], { cwd: project })
      return code === 0 ? undefined : output
    },
  },
  typed('nodenext', 'nodenext'),
  typed('bundler', 'esnext'),
]
