// The pages of the Worker, in real workerd: with assets, without, and without a policy.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
// Of Miniflare, whose classes are others than Node's.
import { Response as Answer } from 'miniflare'
import { policyWith, secrets } from '../js/tokens.js'
import { startWorker } from './gateway.js'

/** As the platform has it: files below `/preview/`, a redirect for what has another name, and 404. @param {any} request */
const ASSETS = ({ url, headers }) => {
  const { pathname } = new URL(url)
  if (pathname === '/preview/index.html') return new Answer(null, { status: 307, headers: { location: '/preview/' } })
  if (pathname !== '/preview/') return new Answer('none', { status: 404 })
  return headers.get('if-none-match') === '"1"' ? new Answer(null, { status: 304 }) : new Answer('<!doctype html>', { headers: { 'content-type': 'text/html', etag: '"1"' } })
}
const ORIGIN = () => new Answer('from the origin')

describe('the pages of the worker', () => {
  for (const [what, options, cases] of /** @type {[string, any, [string, any, number, string | undefined][]][]} */ ([
    ['are served, and only with what they are for', { bindings: { POLICY: policyWith(), ...secrets }, serviceBindings: { ASSETS, ORIGIN } }, [
      ['/.gate/preview/', {}, 200, '<!doctype html>'], ['/.gate/preview/', { method: 'HEAD' }, 200, ''], ['/.gate/preview/', { headers: { 'if-none-match': '"1"' } }, 304, ''], ['/.gate/preview', {}, 308, ''],
      ['/.gate/preview/', { method: 'POST', body: 'x' }, 405, undefined], ['/.gate/preview/', { method: 'DELETE' }, 405, undefined],
      ['/.gate/preview/none.js', {}, 404, undefined], ['/.gate/preview/index.html', {}, 404, undefined], ['/.gate/previews/', {}, 404, undefined], ['/preview/', {}, 401, undefined],
    ]],
    ['are none where none are deployed', { bindings: { POLICY: policyWith(), ...secrets }, serviceBindings: { ORIGIN } }, [['/.gate/preview/', {}, 404, undefined], ['/.gate/preview', {}, 404, undefined]]],
    ['are there while there is no policy', { bindings: { POLICY: '{' }, serviceBindings: { ASSETS, ORIGIN } }, [['/.gate/preview/', {}, 200, '<!doctype html>'], ['/anything', {}, 503, undefined]]],
  ])) {
    it(what, async () => {
      const worker = startWorker({ ...options, handleStructuredLogs: () => {} })
      try {
        for (const [path, init, status, body] of cases) {
          const response = await worker.dispatchFetch(`http://gate.example${path}`, { redirect: 'manual', ...init })
          const text = await response.text()
          assert.equal(response.status, status, `${init.method ?? 'GET'} ${path}`)
          if (body !== undefined) assert.equal(text, body)
          else assert.doesNotMatch(text, /doctype|from the origin/)
          if (status === 200 || status === 304) assert.match(response.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
        }
      } finally {
        await worker.dispose()
      }
    })
  }
})
