// A real AgentOS from PyPI, with its own authorization off, behind the gate in real workerd.
//   npm run test:agno
import { readFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { freePort, startGateway } from '../../../examples/gateway.mjs'
import { progress, say, start } from '../../../scripts/run.mjs'
import { runCases } from '../cases.mjs'
import { preparePython } from '../python.mjs'
import { startAgentOs } from './agentos.mjs'
import { asAgno } from './as-agno.mjs'
import { beside } from './beside.mjs'
import { callers } from './client.mjs'
import { strict } from './strict.mjs'

const WHOLE_MINUTES = 20
const PORT = 18787

const policyOf = () => readFile(new URL('../../../examples/agentos/policy.json', import.meta.url), 'utf8')

/** The same policy, in the flavour that does as AgentOS does. */
async function agnoPolicyOf() {
  const policy = JSON.parse(await policyOf())
  for (const issuer of policy.authentication.issuers) issuer.flavour = 'agno-3.1'
  policy.routes.flavour = 'agno-3.1'
  return JSON.stringify(policy)
}

async function main() {
  const late = setTimeout(() => {
    console.error(`\nnot done after ${WHOLE_MINUTES} minutes`)
    process.exit(1)
  }, WHOLE_MINUTES * 60 * 1000)
  late.unref()
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))

  const python = await preparePython('agno')
  const secret = randomBytes(48).toString('base64url')
  const count = { passed: 0, failed: 0 }
  const { result: platform } = await progress('starting AgentOS', () => startAgentOs(python))
  try {
    const behind = async (/** @type {string} */ policy, /** @type {(url: string) => Promise<void>} */ work) => {
      const port = await freePort(PORT)
      const secrets = { JWT_VERIFICATION_KEY: secret }
      const { result: gate } = await progress('starting the gate in workerd', () =>
        startGateway({ port, policy, origin: platform.url, secrets }),
      )
      await work(gate.url).finally(gate.close)
    }
    await behind(await policyOf(), async (url) => {
      say('\nAgentOS behind the gate, flavour strict')
      await runCases(strict(callers(url, secret)), count)
    })
    await behind(await agnoPolicyOf(), async (url) => {
      say('\nAgentOS behind the gate, flavour agno-3.1')
      await runCases(asAgno(callers(url, secret)), count)
      const { result: itself } = await progress('starting AgentOS', () => startAgentOs(python, { secret }))
      say('\nAgentOS behind the gate, beside one that authorizes by itself')
      await runCases(beside(callers(url, secret), callers(itself.url, secret)), count).finally(itself.close)
    })
  } finally {
    await platform.close()
  }
  say(`\n${count.passed} passed, ${count.failed} failed`)
  return count.failed > 0 ? 1 : 0
}

start(main)
