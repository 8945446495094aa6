// An example, on this machine: `node scripts/start.mjs [name] [--once]`. Without a name it is AgentOS behind the gate.
import { build } from './build.mjs'
import { Trouble, handOver, start } from './run.mjs'
import { setup } from './setup.mjs'

const EXAMPLES = ['agentos', 'litellm', 'agentwarden']

start(async () => {
  const [first = '', ...others] = process.argv.slice(2)
  const isNamed = !first.startsWith('-') && first !== ''
  const name = isNamed ? first : EXAMPLES[0]
  if (!EXAMPLES.includes(name)) throw new Trouble(`there is no example \`${name}\`; the examples are ${EXAMPLES.join(', ')}`)
  await build(await setup())
  return handOver(`examples/${name}/demo.mjs`, isNamed ? others : process.argv.slice(2))
})
