// The types, from the side of who has installed the package.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { cache, root } from '../../scripts/run.mjs'
import { installInto } from './packed.js'

/** Below the packages of the repository, so that those of frameworks are found. */
const project = join(cache, 'consumer')
const sources = join(root, 'tests', 'types')
const TSC = join(root, 'node_modules', 'typescript', 'bin', 'tsc')

/** @param {string[]} files @param {object} options */
function check(files, options) {
  const compilerOptions = { strict: true, noEmit: true, target: 'es2022', skipLibCheck: false, ...options }
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
  const { status, stdout } = spawnSync(process.execPath, [TSC, '-p', project, '--pretty', 'false'], { encoding: 'utf8' })
  return { status, stdout }
}

const RESOLUTIONS = {
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
}
const LIBS = { 'lib.dom': { lib: ['es2022', 'dom', 'dom.iterable'], types: ['node'] }, 'the types of Node': { lib: ['es2022'], types: ['node'] } }

describe('the types of the installed package', () => {
  /** @type {string} */
  let installed
  before(() => {
    mkdirSync(project, { recursive: true })
    writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
    installed = installInto(project)
    for (const file of readdirSync(sources)) copyFileSync(join(sources, file), join(project, file))
  })

  for (const [resolution, how] of Object.entries(RESOLUTIONS)) {
    for (const [name, lib] of Object.entries(LIBS)) {
      for (const exactOptionalPropertyTypes of [true, false]) {
        it(`hold under ${resolution} with ${name}, exact ${exactOptionalPropertyTypes}`, () => {
          const files = resolution === 'nodenext' ? ['consumer.ts', 'adapters.ts', 'required.cts'] : ['consumer.ts', 'adapters.ts']
          const { status, stdout } = check(files, { ...how, ...lib, exactOptionalPropertyTypes })
          assert.equal(stdout, '')
          assert.equal(status, 0)
        })
      }
    }

    it(`tell what is wrong, under ${resolution}`, () => {
      writeFileSync(join(project, 'wrong.ts'), "import { createGate } from 'gatewright'\nexport const gate = await createGate({ polcy: {} })\nimport 'gatewright/engine.js'\nimport * as no from 'gatewright/engine.js'\nexport { no }\n")
      const { status, stdout } = check(['wrong.ts'], { ...how, ...LIBS['lib.dom'] })
      assert.notEqual(status, 0)
      assert.match(stdout, /wrong\.ts\(2,\d+\): error TS2561?.*polcy/)
      assert.match(stdout, /wrong\.ts\(4,\d+\): error TS2307/)
    })
  }

  it('are those of what the entries export, and of every entry', async () => {
    const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
    const text = (/** @type {string} */ file) => readFileSync(join(installed, file), 'utf8')
    /** @param {string} file @returns {string[]} */
    const valuesOf = (file) => [
      ...[...text(file).matchAll(/^export (?:declare )?(?:function|class|const) (\w+)|^export (default)/gm)].map(([, name, other]) => name ?? other),
      ...[...text(file).matchAll(/^export \* from '\.\/(.+)\.js'/gm)].flatMap(([, path]) => valuesOf(`${path}.d.ts`)),
    ]
    for (const [name, conditions] of Object.entries(exports)) {
      if (typeof conditions === 'string') continue
      const { types, ...entries } = conditions
      assert.equal(Object.keys(conditions)[0], 'types', name)
      // What a module comes as, the bundler says.
      if (name.endsWith('.wasm')) {
        assert.deepEqual(valuesOf(types), ['default'], name)
        continue
      }
      for (const entry of new Set(Object.values(entries))) {
        const exported = [...text(entry).matchAll(/^export (?:async )?(?:function|class|const) (\w+)|^export (default)|^export \{(.*)\} from/gm)]
        const names = exported.flatMap(([, own, other, list]) => own ?? other ?? list.split(',').map((item) => item.trim()))
        assert.deepEqual([...new Set(names)].sort(), [...new Set(valuesOf(types))].sort(), entry)
      }
    }
  })
})
