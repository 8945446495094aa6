// The OpenAPI 3.1 document of the gate's own paths, made of the table that routes them.

/** @typedef {import('./app.js').Route} Route */
/** @typedef {import('./schema.js').Schema} Schema */

const RIGHTS = /** @type {Record<string, string>} */ ({
  known: 'any good credential', read: '`gate:read`', write: '`gate:write`', evaluate: '`gate:evaluate`, or a key of the kind `sdk`',
  approve: 'the scope of approvers', admin: '`gate:admin`',
})

const OBJECT = { content: { 'application/json': { schema: { type: 'object' } } } }
const PROBLEM = {
  description: 'Why not (RFC 9457).',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

/** @param {readonly Route[]} routes */
export function openApiOf(routes) {
  /** @type {Record<string, Record<string, object>>} */
  const paths = {}
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'gatewright', version: '1', description: 'How the gate is asked and managed.' },
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A token or virtual key of the policy, or the master key.' },
        sdk: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'A key of the kind `sdk`.' },
      },
      schemas: {
        Problem: {
          type: 'object',
          properties: { title: { type: 'string' }, status: { type: 'integer' }, code: { type: 'string' }, detail: { type: 'string' } },
          required: ['title', 'status', 'code', 'detail'],
        },
      },
    },
  }
}

/** @param {Route} route */
function operationOf({ path, right, orRight, summary, shape = 'problem', body, status = 200, media, query = {}, isCreation, hasVersion }) {
  const text = { type: 'string' }
  const parameters = [
    ...[...path.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: text })),
    ...Object.entries(query).map(([name, description]) => ({ name, in: 'query', description, schema: text })),
    ...(isCreation ? [{ name: 'Idempotency-Key', in: 'header', schema: text, description: 'Under one key it is created once.' }] : []),
    ...(hasVersion ? [{ name: 'If-Match', in: 'header', schema: text, description: 'The ETag of what was read.' }] : []),
  ]
  const needs = [right, orRight].flatMap((one) => (one === undefined ? [] : [RIGHTS[one]])).join(' or ')
  return {
    summary,
    ...(needs !== '' && { description: `Needs ${needs}.` }),
    security: right === undefined ? [] : right === 'evaluate' ? [{ bearer: [] }, { sdk: [] }] : [{ bearer: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: written(body) } } } }),
    responses: {
      [status]: { description: 'It is done.', ...(status !== 204 && (media === undefined ? OBJECT : { content: { [media]: { schema: { type: 'string' } } } })) },
      default: shape === 'problem' ? PROBLEM : { description: 'Why not, in the words of the platform.', ...OBJECT },
    },
  }
}

/** As JSON Schema has it. @param {Schema} schema @returns {object} */
function written({ nullable, properties, items, anyOf, required, ...others }) {
  const schema = {
    ...others,
    ...(properties && { properties: Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, written(member)])) }),
    ...(items && { items: written(items) }),
    ...(anyOf && { anyOf: anyOf.map(written) }),
    ...(required && required.length > 0 && { required }),
  }
  return nullable ? { anyOf: [schema, { type: 'null' }] } : schema
}
