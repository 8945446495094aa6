// Reading bodies whole, but never more of them than allowed.

/**
 * @param {ReadableStream<Uint8Array> | null} body
 * @param {number} limit in bytes
 * @returns {Promise<Uint8Array<ArrayBuffer> | undefined>} undefined if there is more; the rest is not read
 */
export async function readBody(body, limit) {
  if (body === null) return new Uint8Array(0)
  const reader = body.getReader()
  /** @type {Uint8Array[]} */
  const chunks = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return concat(chunks, size)
    size += value.length
    if (size > limit) {
      // Not awaited: the sender may take its time, and its trouble is none of ours.
      reader.cancel().catch(() => {})
      return undefined
    }
    chunks.push(value)
  }
}

/**
 * @param {Uint8Array[]} chunks
 * @param {number} [size] of them together
 */
export function concat(chunks, size = chunks.reduce((sum, chunk) => sum + chunk.length, 0)) {
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

/**
 * The media type in a `Content-Type`, without its parameters, and the charset among them.
 *
 * @param {Headers} headers
 */
export function mediaType(headers) {
  const value = (headers.get('content-type') ?? '').toLowerCase()
  return { type: value.split(';', 1)[0].trim(), charset: /;\s*charset="?([^\s;"]*)/.exec(value)?.[1] }
}

/** @param {string} type */
export const isJson = (type) => /^application\/([\w.!#$&^-]+\+)?json$/.test(type)
