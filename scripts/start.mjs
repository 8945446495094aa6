// The main job: AgentOS behind the gate, on this machine.
import { build } from './build.mjs'
import { handOver, start } from './run.mjs'
import { setup } from './setup.mjs'

start(async () => {
  await build(await setup())
  return handOver('examples/agentos/demo.mjs', process.argv.slice(2))
})
