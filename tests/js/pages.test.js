// The pages: what is served of them, how, and what is not.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isPage, page } from '../../pkg/pages.js'

/** Assets as the platform serves them, and what they were asked. @param {(request: Request) => Response} answer */
function assetsOf(answer) {
  /** @type {Request[]} */
  const asked = []
  return { asked, fetch: async (/** @type {Request} */ request) => { asked.push(request); return answer(request) } }
}
const ask = (/** @type {string} */ path, /** @type {RequestInit} */ init = {}) => new Request(`https://gate.example${path}`, init)
const html = () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html', etag: '"1"', 'cache-control': 'public, max-age=0' } })

const WANTED = /** @type {const} */ ([
  ['content-security-policy', /default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'/],
  ['cross-origin-opener-policy', /^same-origin$/], ['cross-origin-resource-policy', /^same-origin$/], ['referrer-policy', /^no-referrer$/], ['x-content-type-options', /^nosniff$/],
])
/** @param {Response | undefined} response */
function isGuarded(response) {
  for (const [name, value] of WANTED) assert.match(response?.headers.get(name) ?? '', value, name)
  assert.doesNotMatch(response?.headers.get('content-security-policy') ?? '', /unsafe-inline|'unsafe-eval'|\*|https?:/)
}

describe('a page', () => {
  for (const path of ['/.gate/preview/', '/.gate/preview/app.js', '/.gate/preview/gatewright_preview_bg.wasm']) {
    it(`is served with all its headers: ${path}`, async () => {
      const assets = assetsOf(html)
      const response = await page(ask(path), path, assets)
      assert.deepEqual([response?.status, await response?.text(), response?.headers.get('etag'), response?.headers.get('content-type')], [200, '<!doctype html>', '"1"', 'text/html'])
      isGuarded(response)
      assert.equal(new URL(assets.asked[0].url).pathname, path.slice('/.gate'.length))
    })
  }

  it('that is known already is not sent again, and its headers are', async () => {
    const assets = assetsOf(() => new Response(null, { status: 304, headers: { etag: '"1"' } }))
    const response = await page(ask('/.gate/preview/', { headers: { 'if-none-match': '"1"' } }), '/.gate/preview/', assets)
    assert.deepEqual([response?.status, assets.asked[0].headers.get('if-none-match')], [304, '"1"'])
    isGuarded(response)
  })

  it('is asked for with nothing of the request but that', async () => {
    const assets = assetsOf(html)
    await page(ask('/.gate/preview/', { headers: { authorization: 'Bearer x', cookie: 'a=b', 'x-forwarded-host': 'evil.example', range: 'bytes=0-1' } }), '/.gate/preview/', assets)
    assert.deepEqual([...assets.asked[0].headers], [])
  })

  it('has no body for HEAD, and its headers all the same', async () => {
    const assets = assetsOf(({ method }) => new Response(method === 'HEAD' ? null : 'body'))
    const response = await page(ask('/.gate/preview/', { method: 'HEAD' }), '/.gate/preview/', assets)
    assert.deepEqual([assets.asked[0].method, response?.status, await response?.text()], ['HEAD', 200, ''])
    isGuarded(response)
  })

  it('without its slash is one step away', async () => {
    const response = await page(ask('/.gate/preview'), '/.gate/preview', assetsOf(() => assert.fail('no file is asked for')))
    assert.deepEqual([response?.status, response?.headers.get('location')], [308, '/.gate/preview/'])
  })

  for (const [what, answer] of /** @type {[string, () => Response][]} */ ([
    ['is not there', () => new Response('no', { status: 404 })], ['would lead elsewhere', () => new Response(null, { status: 307, headers: { location: 'https://evil.example/' } })],
    ['moved', () => new Response(null, { status: 301, headers: { location: '/preview' } })], ['fails', () => new Response('stack', { status: 500 })], ['is in part', () => new Response('p', { status: 206 })],
  ])) it(`that ${what} is none`, async () => assert.equal(await page(ask('/.gate/preview/x'), '/.gate/preview/x', assetsOf(answer)), undefined))

  it('is none where no pages are deployed', async () => {
    for (const path of ['/.gate/preview', '/.gate/preview/']) assert.equal(await page(ask(path), path, undefined), undefined)
  })
})

it('a path of a page is below it, and nothing that only looks so', () => {
  for (const [path, is] of /** @type {const} */ ([
    ['/.gate/preview', true], ['/.gate/preview/', true], ['/.gate/preview/app.js', true], ['/.gate/previews', false], ['/.gate/preview.json', false], ['/.gate/', false], ['/preview/', false], ['/x/.gate/preview/', false],
  ])) assert.equal(isPage(path), is, path)
})
