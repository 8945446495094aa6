// How long decisions take, in the module as it is built for release.
import { build } from './build.mjs'
import { handOver, start } from './run.mjs'
import { setup } from './setup.mjs'

start(async () => {
  await build(await setup())
  return handOver('tests/bench/run.mjs', process.argv.slice(2))
})
