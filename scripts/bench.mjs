// How long decisions take, in the module as it is built for release; with `load`, what the gateway Worker bears.
import { build } from './build.mjs'
import { handOver, start } from './run.mjs'
import { setup } from './setup.mjs'

start(async () => {
  await build(await setup())
  const [first, ...others] = process.argv.slice(2)
  return first === 'load' ? handOver('tests/bench/load.mjs', others) : handOver('tests/bench/run.mjs', process.argv.slice(2))
})
