// The id of a JSON-RPC request, so that a denial can name it.
import { readBody } from './body.js'

/** @typedef {string | number | null} RpcId */

/** No more of a body is read for an id, in bytes. */
const LIMIT = 64 * 1024

/**
 * Never rejects: `null`, as JSON-RPC 2.0 §5 has it, where the id cannot be told.
 *
 * @param {Request} request
 * @returns {Promise<RpcId>}
 */
export async function readRpcId(request) {
  if (request.bodyUsed || Number(request.headers.get('content-length')) > LIMIT) return null
  try {
    const bytes = await readBody(request.body, LIMIT)
    const id = bytes && JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))?.id
    return typeof id === 'string' || Number.isSafeInteger(id) ? id : null
  } catch {
    return null
  }
}
