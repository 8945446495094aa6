// A small shop that pays money back, on this machine only. It believes whoever asks; the gate in front of it does not.
import { serveJson } from '../serve.mjs'

/** @param {{ port?: number }} [options] the port; any free one by default */
export const startOrigin = ({ port = 0 } = {}) => serveJson(port, {
  'POST /refunds': ({ body, subject }) => ({ status: 201, body: { result: `paid back ${body?.amount}`, asked_by: subject } }),
})
