// What bodies look like: the part of JSON Schema that is needed here, so that what is checked is what the
// OpenAPI document says. Members that are not known are errors, as everywhere.

/**
 * @typedef {object} Schema
 * @property {'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean'} [type]
 * @property {string} [description]
 * @property {Record<string, Schema>} [properties]
 * @property {readonly string[]} [required]
 * @property {boolean} [additionalProperties] true where a platform sends more than is read here
 * @property {Schema} [items]
 * @property {readonly unknown[]} [enum]
 * @property {readonly Schema[]} [anyOf]
 * @property {string} [pattern]
 * @property {number} [minLength]
 * @property {number} [maxLength] of texts
 * @property {number} [minimum]
 * @property {number} [maximum]
 * @property {number} [maxItems]
 * @property {boolean} [nullable] whether `null` stands for what is to be taken away; written as JSON Schema has it
 */

/** @typedef {{ pointer: string, detail: string }} Fault */

/** @type {Record<NonNullable<Schema['type']>, [test: (value: unknown) => boolean, name: string]>} */
const TYPES = {
  object: [(value) => typeof value === 'object' && value !== null && !Array.isArray(value), 'an object'],
  array: [Array.isArray, 'a list'],
  string: [(value) => typeof value === 'string', 'a text'],
  number: [(value) => typeof value === 'number', 'a number'],
  integer: [Number.isInteger, 'a whole number'],
  boolean: [(value) => typeof value === 'boolean', 'true or false'],
}

/**
 * @param {Schema} schema
 * @param {any} value
 * @param {string} [pointer]
 * @returns {Fault[]} none if it is all right
 */
export function faultsOf(schema, value, pointer = '') {
  const fault = (/** @type {string} */ detail) => [{ pointer, detail }]
  if (value === null && schema.nullable) return []
  if (schema.anyOf) {
    return schema.anyOf.some((one) => faultsOf(one, value, pointer).length === 0) ? [] : fault(schema.description ?? 'this is none of what it may be')
  }
  if (schema.enum) return schema.enum.includes(value) ? [] : fault(`expected one of ${schema.enum.join(', ')}`)
  if (schema.type === undefined) return []
  const [isOne, name] = TYPES[schema.type]
  if (!isOne(value)) return fault(`expected ${name}`)
  if (schema.type === 'object') return membersOf(schema, value, pointer)
  if (schema.type === 'array') {
    if (value.length > (schema.maxItems ?? Infinity)) return fault(`at most ${schema.maxItems} items`)
    return value.flatMap((/** @type {unknown} */ item, /** @type {number} */ at) => faultsOf(schema.items ?? {}, item, `${pointer}/${at}`))
  }
  if (typeof value === 'string') {
    const { minLength = 0, maxLength = Infinity, pattern } = schema
    if (value.length < minLength || value.length > maxLength) return fault(`expected a text of ${minLength} to ${maxLength} characters`)
    if (pattern !== undefined && !new RegExp(pattern, 'u').test(value)) return fault(schema.description ?? 'this is not how it is written')
  }
  const { minimum = -Infinity, maximum = Infinity } = schema
  if (typeof value === 'number' && !(value >= minimum && value <= maximum)) return fault(`expected a number from ${minimum} to ${maximum}`)
  return []
}

/** @param {Schema} schema @param {Record<string, unknown>} value @param {string} pointer @returns {Fault[]} */
function membersOf({ properties = {}, required = [], additionalProperties = false }, value, pointer) {
  const below = (/** @type {string} */ name) => `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
  const missing = required.filter((name) => !Object.hasOwn(value, name)).map((name) => ({ pointer: below(name), detail: 'this is missing' }))
  const wrong = Object.entries(value).flatMap(([name, member]) => {
    if (Object.hasOwn(properties, name)) return faultsOf(properties[name], member, below(name))
    return additionalProperties ? [] : [{ pointer: below(name), detail: 'there is no such member' }]
  })
  return [...missing, ...wrong]
}
