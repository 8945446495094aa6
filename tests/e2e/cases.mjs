// Cases that need a peer from outside: run one after the other, each with a limit of time, and counted.
import { Trouble, say } from '../../scripts/run.mjs'

const CASE_SECONDS = 60

/**
 * @param {Record<string, () => Promise<void>>} cases
 * @param {{ passed: number, failed: number }} count
 */
export async function runCases(cases, count) {
  for (const [name, run] of Object.entries(cases)) {
    try {
      await inTime(run())
      count.passed += 1
      say(`  ok      ${name}`)
    } catch (error) {
      count.failed += 1
      say(`  FAILED  ${name}\n${String(error instanceof Error ? error.message : error).replace(/^/gm, '          ')}`)
    }
  }
}

/**
 * @template T
 * @param {Promise<T>} work
 * @returns {Promise<T>}
 */
function inTime(work) {
  /** @type {NodeJS.Timeout} */
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Trouble(`no answer within ${CASE_SECONDS} s`)), CASE_SECONDS * 1000)
  })
  return Promise.race([work, /** @type {Promise<never>} */ (late)]).finally(() => clearTimeout(timer))
}
