// AgentWarden's client from PyPI against the gate in workerd: npm run test:agentwarden
import { progress, say, start } from '../../../scripts/run.mjs'
import { runCases } from '../cases.mjs'
import { preparePython } from '../python.mjs'
import { broken, sound } from './cases.mjs'
import { startClient } from './client.mjs'

async function main() {
  const client = startClient(await preparePython('agentwarden'))
  const count = { passed: 0, failed: 0 }
  try {
    const { result: whole } = await progress('starting the gate in workerd', () => sound(client))
    say('\nthe client and the gate')
    await runCases(whole.cases, count).finally(whole.dispose)
    say('\nthe client and a gate of which a part is away')
    await runCases(broken(client), count)
  } finally {
    client.close()
  }
  say(`\n${count.passed} passed, ${count.failed} failed`)
  return count.failed > 0 ? 1 : 0
}

start(main)
