// Telling somebody of an approval: signed, to a host that the policy lists, and nowhere else.
//
// What is told is a row beside the approval, written with it, and sent by the alarm: nobody waits for it, and
// it is sent again, later and later, until it is taken or has been tried often enough.
import { hexOf } from './hex.js'

/**
 * @typedef {{ url: string, hosts: string[], secret: string }} Webhook
 * @typedef {{ id: string, event: string, body: string, hook: Webhook }} Delivery
 */

/** What happened to an approval, and what it is called: the words of AgentWarden, where it has one. */
export const EVENTS = /** @type {Record<string, string>} */ ({
  'approval.request': 'approval.requested', 'approval.approve': 'approval.approved', 'approval.deny': 'approval.rejected',
})

/** For so long the other side may take, in milliseconds. */
const PATIENCE = 5000

/** After each failure is waited for so long, in milliseconds. Then it is given up. */
export const BACKOFF = [1000, 4000, 16_000, 60_000, 240_000, 900_000, 3_600_000]

/**
 * Sends it, once.
 *
 * @param {Delivery} delivery
 * @param {Record<string, unknown>} env where the secret is
 * @throws if it was not taken
 */
export async function send({ id, event, body, hook }, env) {
  const secret = env[hook.secret]
  if (typeof secret !== 'string' || secret === '') throw new Error(`there is no secret \`${hook.secret}\``)
  const { protocol, host } = new URL(hook.url)
  if (protocol !== 'https:' || !hook.hosts.includes(host)) throw new Error('this host is not listed')
  const time = Math.floor(Date.now() / 1000)
  const response = await fetch(hook.url, {
    method: 'POST', body, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE),
    headers: {
      'content-type': 'application/json', 'x-gatewright-event': event, 'x-gatewright-delivery': id,
      'x-gatewright-signature': `t=${time},v1=${await signed(secret, `${time}.${body}`)}`,
    },
  })
  await response.body?.cancel()
  if (!response.ok) throw new Error(`it was answered ${response.status}`)
}

/** HMAC-SHA-256, in hexadecimal. @param {string} secret @param {string} text */
async function signed(secret, text) {
  const bytes = new TextEncoder()
  const key = await crypto.subtle.importKey('raw', bytes.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return hexOf(new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes.encode(text))))
}
