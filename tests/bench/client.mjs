// A load generator: HTTP/1.1 over sockets that are kept open, one request after the other on each.
//
// It reads no more of an answer than it has to, so that on the same machine it takes little from what is measured.
import { connect } from 'node:net'
import { performance } from 'node:perf_hooks'

const ANSWER_MS = 10_000

/**
 * @typedef {object} Asked
 * @property {string} url
 * @property {Record<string, string>} headers
 * @property {string} body
 * @property {number} status that every answer has to have
 */

/**
 * Asks for so many milliseconds over so many connections.
 *
 * @param {Asked} asked
 * @param {number} connections
 * @param {number} milliseconds
 * @returns {Promise<{ perSecond: number, times: number[] }>} with the milliseconds that each answer took
 */
export async function load(asked, connections, milliseconds) {
  const start = performance.now()
  const until = start + milliseconds
  const times = (await Promise.all(Array.from({ length: connections }, () => connection(asked, until)))).flat()
  return { perSecond: (times.length * 1000) / (performance.now() - start), times }
}

/** @param {Asked} asked @param {number} until @returns {Promise<number[]>} */
function connection({ url, headers, body, status }, until) {
  const { hostname, port, host, pathname } = new URL(url)
  const lines = [
    `POST ${pathname} HTTP/1.1`, `host: ${host}`, `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ]
  const request = Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`)
  /** @type {number[]} */
  const times = []
  return new Promise((resolve, reject) => {
    let sentAt = 0
    let received = ''
    const socket = connect(Number(port), hostname)
    const send = () => {
      sentAt = performance.now()
      socket.write(request)
    }
    socket.setNoDelay(true).setEncoding('latin1').on('connect', send).on('error', reject)
    socket.setTimeout(ANSWER_MS, () => socket.destroy(new Error(`no answer within ${ANSWER_MS} ms`)))
    socket.on('close', () => reject(new Error('the connection was closed')))
    socket.on('data', (chunk) => {
      received += chunk
      if (!isWhole(received)) return
      times.push(performance.now() - sentAt)
      // What is measured has to be what is meant.
      if (received.slice(9, 12) !== String(status)) return socket.destroy(new Error(`not ${status}: ${received}`))
      received = ''
      if (performance.now() < until) return send()
      socket.removeAllListeners('close').destroy()
      resolve(times)
    })
  })
}

/** @param {string} answer */
function isWhole(answer) {
  const head = answer.indexOf('\r\n\r\n')
  if (head < 0) return false
  const length = /\r\ncontent-length: *(\d+)/i.exec(answer.slice(0, head))
  return length === null ? answer.endsWith('\r\n0\r\n\r\n') : answer.length >= head + 4 + Number(length[1])
}
