// Where a gate does not do what AgentOS 3.1 did, and why. Each says what the gate does instead.

/**
 * @typedef {import('./recordings.mjs').Recording} Recording
 * @typedef {object} Difference
 * @property {string} why
 * @property {(recording: Recording, config: any) => boolean} applies
 * @property {'forwards' | number | number[]} gate the status of its answer
 */

const credential = (/** @type {Recording} */ { request }) =>
  request.authorization ?? request.headers.find(([name]) => name.toLowerCase() === 'authorization')?.[1] ?? ''

/**
 * @param {Recording['request']} request
 * @param {any} config
 */
const isAdmin = ({ token }, config) =>
  token?.claims?.scopes?.includes?.((config.authz ?? config.manual)?.admin_scope || 'agent_os:admin') ?? false

const bearer = (/** @type {Recording} */ recording) => credential(recording).replace(/^bearer\s*/i, '').trim()

/**
 * Whether two servers could read a path in two ways.
 *
 * @param {string} target
 */
function isAmbiguous(target) {
  const [path] = target.split('?')
  let decoded
  try {
    decoded = decodeURIComponent(path)
  } catch {
    return true
  }
  const segments = decoded.split('/').slice(1)
  const isOdd = segments.some((segment, i) => ['.', '..'].includes(segment) || (segment === '' && i < segments.length - 1))
  return isOdd || /%2f/i.test(path) || /[\x00-\x1f\x7f\\]/.test(decoded)
}

/**
 * The JSON texts of header and payload.
 *
 * @param {Recording} recording
 */
function parts(recording) {
  const [header = '', payload = '', signature = ''] = bearer(recording).split('.')
  const text = (/** @type {string} */ part) => Buffer.from(part, 'base64url').toString()
  return { header: text(header), payload: text(payload), signature }
}

/** @param {string} text */
function hasTwice(text) {
  const names = [...text.matchAll(/"([^"]*)"\s*:/g)].map(([, name]) => name)
  return new Set(names).size < names.length
}

/** @param {string} text */
function members(text) {
  try {
    return JSON.parse(text) ?? {}
  } catch {
    return {}
  }
}

/**
 * @param {Recording} recording
 * @param {string | undefined} mount
 */
const isBelow = ({ request }, mount) =>
  mount === undefined || request.target === mount || request.target.startsWith(`${mount}/`)

/**
 * @param {Recording} recording
 * @param {any} config
 */
const inside = ({ request }, { mount = '' }) => request.target.slice(mount.length)

/** @param {Recording} recording */
const wasOpen = ({ response }) => ![401, 403].includes(response.status)

/** @type {Difference[]} */
export const differences = [
  {
    why: 'a path with dot segments, empty segments, control bytes, backslashes or encoded slashes is refused',
    applies: ({ request }) => isAmbiguous(request.target),
    gate: 400,
  },
  {
    why: 'service accounts are in the database of AgentOS; for the gate their tokens are none',
    applies: (recording) => bearer(recording).startsWith('agno_pat_'),
    gate: 401,
  },
  {
    why: 'the password between the services of AgentOS is no token',
    applies: (recording, config) =>
      config.os?.internal_service_token !== undefined && bearer(recording) === config.os.internal_service_token,
    gate: 401,
  },
  {
    why: 'AgentOS fails for a token that is not ASCII, where it compares it with a password; the gate refuses it',
    applies: ({ response }) => response.status === 500,
    gate: 401,
  },
  {
    why: 'what is beside the mount is another application, and no route of the gate',
    applies: (recording, config) => wasOpen(recording) && !isBelow(recording, config.mount),
    gate: [401, 403],
  },
  {
    why: 'at the mount itself a redirect waits, which the gate shows to nobody without a token',
    applies: ({ request, response }, config) =>
      response.status === 307 && request.target === config.mount && !request.token,
    gate: 401,
  },
  {
    why: 'a connection is not upgraded, since the gate cannot read what follows',
    applies: (recording) => wasOpen(recording) && recording.request.headers.some(([name]) => /^upgrade$/i.test(name)),
    gate: 403,
  },
  {
    why: 'a token with a member twice, with padding, or with a header that asks for what PyJWT overlooks, is none',
    applies: (recording) => {
      const { header, payload, signature } = parts(recording)
      const { typ = '', crit, zip } = members(header)
      const isOdd = typeof typ !== 'string' || crit !== undefined || zip !== undefined
      return wasOpen(recording) && (isOdd || hasTwice(header) || hasTwice(payload) || signature.includes('='))
    },
    gate: 401,
  },
  {
    why: 'the administration of users and roles asks for an admin even where it is switched off',
    applies: (recording, config) =>
      recording.response.status === 404 &&
      /^\/(users|authz)(\/|$)/.test(inside(recording, config)) &&
      !isAdmin(recording.request, config),
    gate: 403,
  },
  {
    why: 'middleware that is mounted by hand sees the slash at the end, and leaves it to the second gate to say no',
    applies: ({ request, response }, config) =>
      config.manual !== undefined &&
      request.target.endsWith('/') &&
      /^Access denied to /.test(String(response.body?.detail)),
    gate: 403,
  },
  {
    why: 'of two headers AgentOS reads the first; the gate gets them as one, which is no token',
    applies: ({ request }) => {
      const names = request.headers.map(([name]) => name.toLowerCase())
      return names.filter((name) => name === 'authorization').length + (request.authorization ? 1 : 0) > 1
    },
    gate: 401,
  },
  {
    why: 'a token without audience is one for another audience; AgentOS has two texts for it',
    applies: ({ response }) => /is missing the "aud" claim/.test(String(response.body?.detail)),
    gate: 401,
  },
  {
    why: 'a queue that is switched off says so to everybody; the gate cannot know, and asks for an admin first',
    applies: ({ request, response }, config) =>
      request.target.startsWith('/queue/') && response.status === 503 && !isAdmin(request, config),
    gate: 403,
  },
  {
    why: 'with isolation the gate itself refuses a token without subject; AgentOS does on some routes, behind its gates',
    applies: ({ request, response }, config) =>
      config.authz?.user_isolation &&
      (request.token?.claims?.sub === '__drop__' || /is missing a user identity/.test(String(response.body?.detail))),
    gate: 403,
  },
  {
    why: 'a PEM whose line ends are written as `\\n` is read as what it is meant to be',
    applies: ({ request, response }, config) =>
      String(response.body?.detail).startsWith('Error decoding token: Could not parse') &&
      config.authz?.verification_keys?.some((/** @type {string} */ key) => key.includes('\\n')) &&
      request.token?.key === 'RSA_TEST_KEY',
    gate: 'forwards',
  },
  {
    why: 'no `fetch` can send TRACE or CONNECT',
    applies: ({ request: { method } }) => ['TRACE', 'CONNECT'].includes(method),
    gate: 403,
  },
]
