// The runtime, killed as a machine that fails would: at once, whatever it was doing.
import { subscribe } from 'node:diagnostics_channel'

/** @type {import('node:child_process').ChildProcess[]} */
const children = []
subscribe('child_process', (message) => { children.push(/** @type {any} */ (message).process) })

/**
 * Kills the runtime that was started last, by its id, and waits until it is gone.
 *
 * @returns {Promise<number>} its id
 */
export async function killRuntime() {
  const child = children.findLast(({ exitCode, signalCode, spawnargs }) =>
    exitCode === null && signalCode === null && spawnargs.some((word) => /workerd/.test(word)))
  if (child?.pid === undefined) throw new Error('no runtime is there')
  const gone = new Promise((resolve) => child.once('exit', resolve))
  process.kill(child.pid, 'SIGKILL')
  await gone
  return child.pid
}
