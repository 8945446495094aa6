// The request as the origin gets it.
//
// Nothing about identity comes in from outside: every `x-gatewright-*` header is dropped, also one
// spelt with underscores, which some servers take for the same. What the gate says itself is
//
//   x-gatewright-subject   who was verified, percent-encoded where it is not visible ASCII
//   x-gatewright-session   in which session, if the token names one, likewise
//   x-gatewright-decision  `allow;reason=allowed;policy=sha256:…` (an item as of RFC 9651 §3.3)
//
// and on public routes nothing, since there nobody was verified.
import { FLAG } from './engine.js'
import { isFiltered } from './filter.js'
import { pathOf } from './request.js'

export const OURS = /^x[-_]gatewright([-_]|$)/

/** Headers for the next hop only (RFC 9110 §7.6.1). */
const HOP_BY_HOP = [
  'connection', 'keep-alive', 'proxy-authorization', 'proxy-connection', 'te', 'trailer',
  'transfer-encoding', 'upgrade',
]

/** `Connection` may not name these (RFC 9110 §7.6.1): without them another request would arrive. */
const END_TO_END = ['authorization', 'cookie', 'content-encoding', 'content-type', 'host']

/** An answer to these is not the whole list, so it cannot be filtered. */
const CONDITIONAL = ['if-match', 'if-modified-since', 'if-none-match', 'if-range', 'if-unmodified-since', 'range']

/**
 * @param {Request} request
 * @param {import('./isolation.js').Change} change
 * @param {import('./decision.js').Verdict} verdict
 * @param {import('./session.js').Tables['credential']} credential where the token or key was
 * @returns {Request | undefined} undefined for a method that the platform does not send, such as TRACE
 */
export function upstream(request, change, verdict, credential) {
  const headers = new Headers(change.headers ?? request.headers)
  for (const name of nominated(headers, [credential.header, ...(credential.keys ?? [])])) headers.delete(name)
  for (const name of HOP_BY_HOP) headers.delete(name)
  identify(headers, verdict, credential)
  if (isFiltered(verdict.listings)) for (const name of CONDITIONAL) headers.delete(name)
  const hasContent = request.method !== 'GET' && request.method !== 'HEAD'
  if (!hasContent) headers.delete('content-length')
  /** @type {RequestInit & { duplex: 'half' }} */
  const init = {
    method: request.method,
    headers,
    // In a GET it means nothing (RFC 9110 §9.3.1), and the platform would send none.
    body: hasContent ? (change.body ?? request.body) : null,
    // A redirect is the caller's to follow, through the gate.
    redirect: 'manual',
    signal: request.signal,
    // A body that streams is sent as it comes.
    duplex: 'half',
  }
  try {
    return new Request(change.url ?? request.url, init)
  } catch {
    return undefined
  }
}

/**
 * Puts who was verified into the headers, and takes out whatever else claims to say so.
 *
 * @param {Headers} headers
 * @param {import('./decision.js').Verdict} verdict
 * @param {import('./session.js').Tables['credential']} credential
 */
export function identify(headers, { decision, flags, who }, { dropped }) {
  // The origin would take the caller for whoever these say it is.
  for (const name of dropped) headers.delete(name)
  for (const name of [...headers.keys()]) if (OURS.test(name)) headers.delete(name)
  if (flags & FLAG.PUBLIC) return
  const { reason, policy } = decision.context
  headers.set('x-gatewright-decision', `allow;reason=${reason};policy=${policy}`)
  if (who.subject !== undefined) headers.set('x-gatewright-subject', visible(who.subject))
  if (who.session !== undefined) headers.set('x-gatewright-session', visible(who.session))
}

/**
 * Where a request goes below the address of the origin: path and query as they are.
 *
 * @param {string} origin
 * @param {string} url
 */
export function joinOrigin(origin, url) {
  const base = new URL(origin)
  const path = pathOf(url)
  const query = url.indexOf('?')
  return base.origin + base.pathname.replace(/\/$/, '') + path + (query < 0 ? '' : url.slice(query))
}

/**
 * @param {Headers} headers
 * @param {(string | null)[]} credentials
 */
function nominated(headers, credentials) {
  const names = (headers.get('connection') ?? '').toLowerCase().split(',')
  return names
    .map((name) => name.trim())
    .filter((name) => /^[\w!#$%&'*+.^`|~-]+$/.test(name) && !credentials.includes(name) && !END_TO_END.includes(name))
}

/** @param {string} text */
const visible = (text) => text.replace(/[^\x21-\x24\x26-\x7e]/gu, encodeURIComponent)
