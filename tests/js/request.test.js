import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pathOf, readRequest } from '../../pkg/request.js'

describe('the path of a URL', () => {
  for (const [url, path] of [
    ['/', '/'],
    ['/agents/a?b=c', '/agents/a'],
    ['/agents/%61//../b', '/agents/%61//../b'],
    ['/agents#x?y', '/agents#x'],
    ['//evil.example/agents', '//evil.example/agents'],
    ['http://gate', ''],
    ['http://gate/', '/'],
    ['http://gate?next=/agents', ''],
    ['http://gate#/agents', ''],
    ['https://gate:8443/agents/a?b=/c#d', '/agents/a'],
    ['https://gate/agents/a#d?e', '/agents/a'],
    ['https://user:pw@gate/agents', '/agents'],
    ['agents/a', '/a'],
    ['', ''],
    ['?', ''],
    ['*', ''],
  ]) {
    it(`of \`${url}\` is \`${path}\``, () => assert.equal(pathOf(url), path))
  }
})

describe('the headers of a request', () => {
  const places = { header: 'x-token', cookie: 'token' }
  /** @param {any} headers */
  const read = (headers, where = places) => readRequest({ method: 'GET', url: '/', headers }, where)

  it('are those that the policy looks at', () => {
    const headers = { 'x-token': 'a', cookie: 'token=b', authorization: 'Bearer c' }
    assert.deepEqual(read(headers), { method: 'GET', path: '/', credential: 'a', cookie: 'token=b', keys: undefined, upgrade: false, anyCase: false, headAsGet: false })
    const { credential, cookie } = read(headers, { header: null, cookie: null })
    assert.deepEqual([credential, cookie], [undefined, undefined])
  })

  it('are joined if there are several, so that none hides', () => {
    assert.equal(read([['X-Token', 'a'], ['x-token', 'b']]).credential, 'a, b')
    assert.equal(read({ 'X-Token': 'a', 'x-token': ['b', 'c'] }).credential, 'a, b, c')
    assert.equal(read({ Cookie: ['a=1', 'b=2'] }).cookie, 'a=1; b=2')
  })

  it('are not there if they are undefined, and are there if they are empty', () => {
    assert.equal(read({ 'x-token': undefined }).credential, undefined)
    assert.equal(read({ 'x-token': '' }).credential, '')
  })

  it('may have the name of a method of `Headers`', () => {
    assert.equal(read({ get: 'x', 'x-token': 'a' }).credential, 'a')
  })

  it('ask for an upgrade, to whatever', () => {
    assert.equal(read({ Upgrade: 'h2c' }).upgrade, true)
    assert.equal(read(new Headers({ upgrade: 'websocket' })).upgrade, true)
  })
})
