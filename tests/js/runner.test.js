// The test command is tested, too: a runner that cannot fail makes every other test worthless.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { countCargoTests, countClosingLine } from '../../scripts/suites.mjs'

for (const { name, file, code, closing } of [
  { name: 'passing tests pass', file: 'passing.js', code: 0, closing: '1 passed, 0 failed' },
  { name: 'a failing test fails', file: 'failing.js', code: 1, closing: '1 passed, 1 failed' },
  { name: 'a skipped test is seen', file: 'skipping.js', code: 0, closing: '1 passed, 0 failed, 1 skipped' },
  { name: 'a crash fails', file: 'crashing.js', code: 1, closing: '0 passed, 1 failed' },
  { name: 'no test at all fails', file: 'empty.js', code: 1, closing: '0 passed, 1 failed' },
]) {
  test(name, () => {
    const { status, stdout } = testCommand(`tests/fixtures/runner/${file}`)
    assert.equal(stdout.trimEnd().split('\n').at(-1), closing)
    assert.equal(status, code, stdout)
  })
}

test('a failing test shows why', () => {
  assert.match(testCommand('tests/fixtures/runner/failing.js').stdout, /one is two[^]*1 !== 2/)
})

test('a skipped test is named', () => {
  assert.match(testCommand('tests/fixtures/runner/skipping.js').stdout, /^skipped: two is one$/m)
})

test('a misspelt group is not taken for a green run', () => {
  const { status, stderr } = testCommand('rusty')
  assert.match(stderr, /`rusty` is neither a file nor a group/)
  assert.equal(status, 1)
})

test('every `test result:` line of cargo counts', () => {
  const output = [
    'test slow ... ignored',
    'test result: FAILED. 2 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s',
    'test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s',
  ].join('\n')
  assert.deepEqual(countCargoTests(output, 101), { passed: 5, failed: 1, skipped: ['slow'] })
})

test('of several closing lines the last one counts', () => {
  const output = '1 passed, 9 failed\nskipped: a browser\n7 passed, 0 failed, 1 skipped\n'
  assert.deepEqual(countClosingLine(output, 0), { passed: 7, failed: 0, skipped: ['a browser'] })
})

/** @param {string} asked */
function testCommand(asked) {
  return spawnSync(process.execPath, ['scripts/test.mjs', asked], { encoding: 'utf8' })
}
