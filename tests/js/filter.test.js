import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cutDown } from '../../pkg/filter.js'

describe('a list', () => {
  for (const [name, text, ids, expected] of /** @type {[string, string, import('../../pkg/index.d.ts').Listing, string | undefined][]} */ ([
    ['keeps what is listed', '[{"id":"a"},{"id":"b"},{"id":"c"}]', ['c', 'a'], '[{"id":"a"},{"id":"c"}]'],
    ['may become empty', '[{"id":"a"}]', [], '[]'],
    ['may be empty', ' [ ] ', ['a'], '[]'],
    ['keeps every byte of an item', '[ {"id":"a", "n": 12345678901234567890, "f":1.0, "e":"\\u00e9"} ]', ['a'],
      '[ {"id":"a", "n": 12345678901234567890, "f":1.0, "e":"\\u00e9"} ]'],
    ['is not misled by what stands in strings', '[{"x":"]},{\\"id\\":\\"a\\"","id":"b"},{"y":"\\\\","id":"a"}]', ['a'],
      '[{"y":"\\\\","id":"a"}]'],
    ['knows an id by any spelling', '[{"id":"\\u0061"},{"\\u0069d":"a"},{"id":"b"}]', ['a'], '[{"id":"\\u0061"},{"\\u0069d":"a"}]'],
    ['is not misled by ids further in', '[{"id":"b","owner":{"id":"a"},"all":[{"id":"a"}]}]', ['a'], '[]'],
    ['drops what has no id', '[1,null,"a",["a"],{},{"id":null},{"id":1},{"id":["a"]},{"id":"a"}]', ['a'], '[{"id":"a"}]'],
    ['is not an object', '{"data":[{"id":"a"}]}', ['a'], undefined],
    ['is not a string', '"[]"', ['a'], undefined],
  ])) {
    it(name, () => assert.equal(cutDown(text, { list: ids }), expected))
  }

  it('that is not JSON is not taken apart', () => {
    for (const text of ['', '[', '[{"id":"a"}', '[{"id":"a"},]', '[] []']) {
      assert.throws(() => cutDown(text, { list: ['a'] }), SyntaxError)
    }
  })

  it('is filtered as JSON.parse would do it', () => {
    const ids = ['a', 'b"', '\\', '€']
    for (let seed = 1; seed < 500; seed += 1) {
      const items = randomItems(seed)
      const text = JSON.stringify(items, undefined, seed % 3)
      const kept = JSON.parse(/** @type {string} */ (cutDown(text, { list: ids })))
      assert.deepEqual(kept, items.filter((item) => ids.includes(item?.id)))
    }
  })
})

describe('rosters', () => {
  const rosters = new Map(Object.entries({ agents: ['a'], teams: /** @type {const} */ ('all'), workflows: [] }))
  for (const [name, text, expected] of /** @type {[string, string, string | undefined][]} */ ([
    ['are cut down where they are', '{"n":1e2, "agents": [{"id":"a"},{"id":"b"}], "teams":[{"id":"t"}],"workflows":[{"id":"w"}] }',
      '{"n":1e2, "agents": [{"id":"a"}], "teams":[{"id":"t"}],"workflows":[] }'],
    ['may be missing', '{}', '{}'],
    ['may be null', '{"agents":null}', '{"agents":null}'],
    ['are found by any spelling of their name, and each time', '{"agent\\u0073":[{"id":"b"}],"agents":[{"id":"b"},{"id":"a"}]}',
      '{"agent\\u0073":[],"agents":[{"id":"a"}]}'],
    ['are not looked for further in', '{"x":{"agents":[{"id":"b"}]}}', '{"x":{"agents":[{"id":"b"}]}}'],
    ['are arrays', '{"agents":{"b":1}}', undefined],
    ['are in an object', '[]', undefined],
  ])) {
    it(name, () => assert.equal(cutDown(text, { rosters }), expected))
  }
})

/** Items that are hard to take apart. @param {number} seed @returns {any[]} */
function randomItems(seed) {
  let state = seed
  const next = (/** @type {number} */ below) => (state = (state * 48271) % 2147483647) % below
  const texts = ['a', 'b"', '\\', '€', '],[', '{"id":"a"}', '\\"', '']
  /** @returns {any} */
  const value = (/** @type {number} */ depth) => {
    switch (next(depth > 3 ? 3 : 5)) {
      case 0: return texts[next(texts.length)]
      case 1: return next(1000)
      case 2: return null
      case 3: return Array.from({ length: next(3) }, () => value(depth + 1))
      default: return { id: value(depth + 1), [texts[next(texts.length)]]: value(depth + 1) }
    }
  }
  return Array.from({ length: next(6) }, () => value(0))
}
