// A small agent platform with the shapes of Agno AgentOS, on this machine only. Like an AgentOS
// without authorization, it believes whoever asks; the gate in front of it does not.
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { bytesOf, serve } from '../serve.mjs'

/**
 * @typedef {{ id: string, name: string }} Component
 * @typedef {Record<string, string | undefined>} Form
 * @typedef {{ session_id: string, session_type: string, user_id?: string, created_at: string }} Session
 *
 * @typedef {object} Asked
 * @property {string[]} ids what the path names, in its order
 * @property {URLSearchParams} query
 * @property {Form} form
 * @property {string | undefined} subject whom the gate vouches for
 *
 * @typedef {{ status?: number, body: unknown } | { events: AsyncIterable<Event> }} Answer
 * @typedef {{ event: string, [member: string]: unknown }} Event
 */

const PAUSE_MS = 30

const component = (/** @type {string} */ id) => ({ id, name: id })

/** @type {Record<string, Component[]>} */
const ROSTER = {
  agents: [component('web-search-agent'), component('finance-agent')],
  teams: [component('research-team')],
  workflows: [component('daily-report')],
}
const NAMES = /** @type {Record<string, string>} */ ({ agents: 'Agent', teams: 'Team', workflows: 'Workflow' })

const BROKEN = { status: 500, body: { detail: 'Internal Server Error' } }

/** An answer that is not the one asked for. */
class Refusal extends Error {
  /**
   * @param {number} status
   * @param {unknown} detail
   */
  constructor(status, detail) {
    super(String(detail))
    this.answer = { status, body: { detail } }
  }
}

/**
 * Starts the platform.
 *
 * @param {{ port?: number }} [options] the port; any free one by default
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startOrigin({ port = 0 } = {}) {
  const routes = routesOf(new Map())
  return serve(port, async (incoming, outgoing) => {
    try {
      await send(outgoing, await answer(routes, incoming))
    } catch (error) {
      if (outgoing.headersSent) return outgoing.destroy()
      await send(outgoing, error instanceof Refusal ? error.answer : BROKEN)
    }
  })
}

/**
 * What the platform can do. `:id` stands for one segment.
 *
 * @param {Map<string, Session>} sessions
 * @returns {Record<string, (asked: Asked) => Answer>}
 */
function routesOf(sessions) {
  /** @type {ReturnType<typeof routesOf>} */
  const routes = {
    'GET /': () => ({ body: { name: 'AgentOS', health: '/health', info: '/info' } }),
    'GET /health': () => ({ body: { status: 'ok' } }),
    'GET /info': () => ({ body: { os_id: 'my-agent-os', auth_mode: 'none' } }),
    'GET /config': () => ({ body: { os_id: 'my-agent-os', ...ROSTER } }),
    'GET /sessions': ({ query }) => {
      const user = query.get('user_id')
      const data = [...sessions.values()].filter(({ user_id }) => user === null || user_id === user)
      return { body: { data, meta: { page: 1, total_count: data.length } } }
    },
    'GET /sessions/:id': ({ ids, query }) => ({ body: find(sessions, ids[0], query.get('user_id')) }),
    'DELETE /sessions/:id': ({ ids, query }) => {
      const session = sessions.get(ids[0])
      if (session && (query.get('user_id') ?? session.user_id) === session.user_id) sessions.delete(ids[0])
      return { status: 204, body: undefined }
    },
  }
  for (const [family, all] of Object.entries(ROSTER)) {
    const get = (/** @type {string} */ id) => {
      const found = all.find((one) => one.id === id)
      if (!found) throw new Refusal(404, `${NAMES[family]} not found`)
      return found
    }
    routes[`GET /${family}`] = () => ({ body: all })
    routes[`GET /${family}/:id`] = ({ ids }) => ({ body: get(ids[0]) })
    routes[`POST /${family}/:id/runs`] = (asked) => run(sessions, family, get(asked.ids[0]), asked)
  }
  return routes
}

/**
 * @param {Map<string, Session>} sessions
 * @param {string} id
 * @param {string | null} user
 */
function find(sessions, id, user) {
  const session = sessions.get(id)
  if (!session || (user !== null && session.user_id !== user)) throw new Refusal(404, 'Session not found')
  return session
}

/**
 * Runs a component, which answers with what it was told.
 *
 * @param {Map<string, Session>} sessions
 * @param {string} family
 * @param {Component} component
 * @param {Asked} asked
 * @returns {Answer}
 */
function run(sessions, family, component, { form, subject }) {
  const { message, stream = 'true', user_id, session_id = randomUUID() } = form
  if (message === undefined) {
    throw new Refusal(422, [{ type: 'missing', loc: ['body', 'message'], msg: 'Field required', input: null }])
  }
  const kind = NAMES[family].toLowerCase()
  const session = sessions.get(session_id) ?? {
    session_id, session_type: kind, user_id, [`${kind}_id`]: component.id, created_at: new Date().toISOString(),
  }
  if (session.user_id !== user_id) throw new Refusal(404, 'Session not found')
  sessions.set(session_id, session)
  const content = `you said: ${message}`
  const head = { run_id: randomUUID(), [`${kind}_id`]: component.id, session_id, user_id, vouched_for: subject }
  return stream === 'false'
    ? { body: { ...head, content, status: 'COMPLETED' } }
    : { events: events(head, content) }
}

/**
 * @param {Record<string, unknown>} head
 * @param {string} content
 * @returns {AsyncGenerator<Event>}
 */
async function* events(head, content) {
  yield { event: 'RunStarted', ...head }
  for (const word of content.split(' ')) {
    yield { event: 'RunContent', ...head, content: `${word} ` }
    await pause(PAUSE_MS)
  }
  yield { event: 'RunCompleted', ...head, content }
}

/**
 * Finds the route and asks it.
 *
 * @param {ReturnType<typeof routesOf>} routes
 * @param {import('node:http').IncomingMessage} incoming
 * @returns {Promise<Answer>}
 */
async function answer(routes, incoming) {
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://origin')
  const segments = (pathname.replace(/\/+$/, '') || '/').split('/')
  let known = false
  for (const [route, handle] of Object.entries(routes)) {
    const [method, path] = route.split(' ')
    const wanted = path.split('/')
    const fits = wanted.length === segments.length && wanted.every((one, i) => one === ':id' || one === segments[i])
    if (!fits) continue
    known = true
    if (method !== incoming.method) continue
    const ids = segments.filter((_, i) => wanted[i] === ':id').map(decodeURIComponent)
    const form = method === 'POST' ? await readForm(incoming) : {}
    const subject = incoming.headers['x-gatewright-subject']
    return handle({ ids, query: searchParams, form, subject: Array.isArray(subject) ? subject[0] : subject })
  }
  throw known ? new Refusal(405, 'Method Not Allowed') : new Refusal(404, 'Not Found')
}

/**
 * Reads a form or a JSON object.
 *
 * @param {import('node:http').IncomingMessage} incoming
 * @returns {Promise<Form>}
 */
async function readForm(incoming) {
  const type = incoming.headers['content-type'] ?? ''
  const body = await bytesOf(incoming)
  if (body === undefined) throw new Refusal(413, 'Content Too Large')
  try {
    if (type.startsWith('application/json')) {
      const members = Object.entries(JSON.parse(body.toString()))
      return Object.fromEntries(members.map(([name, value]) => [name, String(value)]))
    }
    const form = await new Response(body, { headers: { 'content-type': type } }).formData()
    return Object.fromEntries([...form].map(([name, value]) => [name, String(value)]))
  } catch {
    return {}
  }
}

/**
 * @param {import('node:http').ServerResponse} outgoing
 * @param {Answer} answer
 */
async function send(outgoing, answer) {
  if ('events' in answer) {
    outgoing.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
    for await (const event of answer.events) {
      outgoing.write(`event: ${event.event}\ndata: ${JSON.stringify(event)}\n\n`)
    }
    return outgoing.end()
  }
  const { status = 200, body } = answer
  if (body === undefined) return outgoing.writeHead(status).end()
  return outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
