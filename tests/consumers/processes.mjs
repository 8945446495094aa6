// Consumers that are processes: Node, Deno and Bun, and what bundlers make for Node.
import { join } from 'node:path'
import { capture } from '../../scripts/run.mjs'
import { entryText, folderOf } from './entries.mjs'
import { nodeOf, project, tools } from './project.mjs'

export const DENO = join(tools, '.bin', 'deno')
const BUN = join(tools, '.bin', 'bun')

const SECONDS = 60

/** Deno and Bun bring nothing up to date, and ask nobody. */
export const ENVIRONMENT = { ...process.env, DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1', BUN_INSTALL_CACHE_DIR: join(project, '.bun') }

/**
 * Runs a program that prints its outcome.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<import('./entries.mjs').Outcome>}
 */
export async function outcomeOf(command, args, folder, env = ENVIRONMENT) {
  const { code, output } = await capture(command, args, { cwd: folder, env, timeout: SECONDS * 1000 })
  const told = /^outcome (.+)$/m.exec(output)?.[1]
  return told === undefined ? { error: output.trim() || `exit ${code}` } : JSON.parse(told)
}

/**
 * @param {string} name
 * @param {'process' | 'require'} kind
 * @param {string} command
 * @param {string[]} args before the file
 */
const consumer = (name, kind, command, args = []) => ({
  name,
  ask: async (/** @type {string} */ subject) => {
    const file = kind === 'require' ? 'main.cjs' : 'main.js'
    const folder = await folderOf(name, subject, { [file]: entryText(kind, subject) })
    return outcomeOf(command, [...args, file], folder)
  },
  ours: kind === 'require' ? [{ subject: 'gatewright' }] : [{ subject: 'gatewright' }, { subject: 'inline' }],
  peers: ['cedar', 'cedar-nodejs', 'opa'],
})

export const processes = [
  ...[20, 22, 24].flatMap((major) => [
    consumer(`Node ${major}, \`import\``, 'process', nodeOf(major)),
    consumer(`Node ${major}, \`require\``, 'require', nodeOf(major)),
  ]),
  consumer('Deno, no permission', 'process', DENO, ['run', '--no-prompt', '--quiet']),
  consumer('Deno, `require`, `--allow-read`', 'require', DENO, ['run', '--no-prompt', '--quiet', '--allow-read']),
  consumer('Bun, `import`', 'process', BUN),
  consumer('Bun, `require`', 'require', BUN),
]
