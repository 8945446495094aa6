// From nothing to a gate: a fresh process each time, since an engine compiles a module but once.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const RUNS = 7

/** Median milliseconds from the bytes of the module in memory to a gate with a policy. */
export async function coldStart() {
  const times = Array.from({ length: RUNS }, () =>
    Number(execFileSync(process.execPath, [fileURLToPath(import.meta.url)], { encoding: 'utf8' })))
  return times.toSorted((a, b) => a - b)[RUNS >> 1]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const policy = {
    version: 1,
    authentication: {
      issuers: [{ name: 'main', issuer: 'any', audience: 'any', algorithms: ['HS256'], keys: [{ env: 'KEY' }] }],
    },
    routes: { profile: 'agentos' },
  }
  const secrets = { KEY: 'a-shared-secret-of-at-least-256-bits-0123' }
  // What is timed begins with the module's bytes, not with the files around them.
  await import('../../pkg/index.js')
  const start = performance.now()
  const { createGate } = await import('../../pkg/node.js')
  await createGate({ policy, secrets })
  console.log(performance.now() - start)
}
