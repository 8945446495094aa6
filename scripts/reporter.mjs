// A reporter for node:test. Its summary is one line that says what ran, and it names what did not.
//
// Node's own summary counts a file without any test as a passed test, and a skipped suite not at all.
import { resolve } from 'node:path'

/** @param {AsyncIterable<{ type: string, data: any }>} events */
export default async function* report(events) {
  let passed = 0
  let failed = 0
  const skipped = []
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue
    if (data.skip !== undefined || data.todo !== undefined) skipped.push(data.name)
    else if (type === 'test:fail') failed += data.details.type === 'suite' ? 0 : 1
    else if (data.file === resolve(data.name)) {
      failed += 1
      yield `no test in ${data.name}\n`
    } else passed += data.details.type === 'suite' ? 0 : 1
  }
  for (const name of skipped) yield `skipped: ${name}\n`
  yield `${passed} passed, ${failed} failed, ${skipped.length} skipped\n`
}
