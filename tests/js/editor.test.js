// A policy with `"$schema"` in an editor: what the language service of VS Code shows, completes and reports.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import service from 'vscode-json-languageservice'
import { createGate } from '../../pkg/node.js'
import { policyWith, secrets } from './tokens.js'

/** @typedef {Record<string, any>} Schema */
/** @typedef {(string | number)[]} Path */

const schemaText = readFileSync(new URL('../../pkg/policy.schema.json', import.meta.url), 'utf8')
/** @type {Schema} */
const root = JSON.parse(schemaText)
const NAME = './node_modules/gatewright/policy.schema.json'

const editor = service.getLanguageService({
  workspaceContext: { resolveRelativePath: (name, from) => new URL(name, from).href },
  schemaRequestService: async (url) => {
    if (url !== 'file:///project/node_modules/gatewright/policy.schema.json') throw new Error(`nothing is at ${url}`)
    return schemaText
  },
})

/** What a reference stands for. What stands beside it, goes first. @param {Schema} schema @returns {Schema} */
const resolved = ({ $ref, ...own }) => ($ref === undefined ? own : resolved({ ...root.$defs[$ref.split('/').at(-1)], ...own }))

/** Every schema of the document, at one place where it stands. @param {Schema} schema @param {Path} path @param {Set<string>} seen @returns {Generator<{ path: Path, schema: Schema }>} */
function* schemas(schema, path = [], seen = new Set()) {
  if (schema.$ref && seen.has(schema.$ref)) return yield { path, schema: resolved(schema) }
  if (schema.$ref) seen.add(schema.$ref)
  const whole = resolved(schema)
  yield { path, schema: whole }
  for (const [name, member] of Object.entries(whole.properties ?? {})) yield* schemas(member, [...path, name], seen)
  if (typeof whole.additionalProperties === 'object') yield* schemas(whole.additionalProperties, [...path, 'x'], seen)
  if (whole.items) yield* schemas(whole.items, [...path, 0], seen)
  for (const one of [...(whole.anyOf ?? []), ...(whole.oneOf ?? [])]) yield* schemas(one, path, seen)
}

/** A value that fits. @param {Schema} schema @returns {any} */
function fitting(schema) {
  const { const: only, enum: words, type, minimum, anyOf, oneOf, required = [], properties } = resolved(schema)
  if (only !== undefined) return only
  if (words) return words[0]
  if (anyOf ?? oneOf) return fitting((anyOf ?? oneOf)[0])
  switch (type) {
    case 'string': return 'x'
    case 'boolean': return true
    case 'array': return []
    case 'object': return Object.fromEntries(required.map((/** @type {string} */ name) => [name, fitting(properties[name])]))
    default: return minimum ?? 1
  }
}

/** Values that do not, each of another kind. @param {Schema} schema @returns {unknown[]} */
function unfitting({ const: only, enum: words, type, minimum, maximum, anyOf, oneOf }) {
  if (only !== undefined) return [only + 1, 'x']
  if (words) return ['no-such-word', 5]
  if (anyOf ?? oneOf) return [5, true]
  const others = { string: [5, []], boolean: ['x', 0], array: [5, {}], object: [5, []], number: ['x', true], integer: ['x', 1.5] }[/** @type {string} */ (type)] ?? []
  return [...others, ...(minimum === undefined ? [] : [minimum - 1]), ...(maximum === undefined ? [] : [maximum + 1])]
}

/** A document with a value at a path. @param {Path} path @param {unknown} value */
const documentWith = (path, value) => ({
  $schema: NAME,
  .../** @type {object} */ (path.reduceRight((inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }), value)),
})

/** Opens a document. @param {object | string} document */
function opened(document) {
  const text = typeof document === 'string' ? document : JSON.stringify(document, undefined, 2)
  const file = service.TextDocument.create('file:///project/gate.json', 'json', 1, text)
  const json = editor.parseJSONDocument(file)
  /** @param {Path} path @returns {any} the property, or the item of a list */
  const at = (path) => path.reduce((/** @type {any} */ node, step) => {
    const value = node.valueNode ?? node
    return typeof step === 'number' ? value.items[step] : value.properties.find((/** @type {any} */ one) => one.keyNode.value === step)
  }, /** @type {any} */ (json).root)
  const textOf = (/** @type {any} */ { start, end }) => text.slice(file.offsetAt(start), file.offsetAt(end))
  return {
    at, textOf, text,
    hover: async (/** @type {number} */ offset) => String(/** @type {any} */ (await editor.doHover(file, file.positionAt(offset), json))?.contents?.[0] ?? ''),
    complete: async (/** @type {number} */ offset) => (await editor.doComplete(file, file.positionAt(offset), json))?.items ?? [],
    problems: () => editor.doValidation(file, json),
  }
}

/** As the service escapes it for Markdown. @param {string} text */
const escaped = (text) => text.trim().replace(/[\\`*_{}[\]()<>#+\-.!]/g, '\\$&').replace(/\n/g, '\\\n')

const all = [...schemas(root)]
const objects = all.filter(({ schema }) => schema.properties)
const named = ({ path = /** @type {Path} */ ([]) }) => `/${path.join('/')}`

describe('the schema of the policy in an editor', () => {
  it('is found by the name that the documents give it, which the gate takes', async () => {
    const policy = { $schema: NAME, ...policyWith() }
    assert.deepEqual(await opened(policy).problems(), [])
    ;(await createGate({ policy, secrets })).close()
    await assert.rejects(createGate({ policy: { ...policy, $schema: 5 }, secrets }), { code: 'policy_value', pointer: '/$schema' })
  })

  it('has an object for each place of the document', () => {
    const definitions = Object.values(root.$defs).filter((/** @type {Schema} */ one) => one.properties)
    assert.ok(objects.length > definitions.length, `${objects.length}`)
  })

  for (const { path, schema } of objects) {
    const members = Object.entries(/** @type {Record<string, Schema>} */ (schema.properties)).filter(([name]) => name !== '$schema')

    it(`explains and completes every member of ${named({ path })}`, async () => {
      const { at, complete } = opened(documentWith(path, {}))
      const place = path.length === 0 ? opened('{ "$schema": "" }') : undefined
      const node = path.length === 0 ? undefined : at(path)
      const brace = (node?.valueNode ?? node)?.offset
      const items = place ? await opened(`{"$schema": "${NAME}", }`).complete(`{"$schema": "${NAME}", `.length) : await complete(brace + 1)
      for (const [name, member] of members) {
        const { description } = member
        assert.ok(description, `${name} has a description`)
        const item = items.find(({ label }) => label === name)
        assert.equal(item?.documentation, description, name)

        const document = opened(documentWith([...path, name], fitting(member)))
        const told = await document.hover(document.at([...path, name]).keyNode.offset + 1)
        assert.ok(told.includes(escaped(description)), `${name}: ${told}`)
      }
    })

    it(`reports what is wrong at its place in ${named({ path })}`, async () => {
      for (const [name, member] of members) {
        const wrong = unfitting(resolved(member))
        for (const value of wrong) {
          const document = opened(documentWith([...path, name], value))
          const places = (await document.problems()).map(({ range }) => document.textOf(range))
          assert.ok(places.includes(JSON.stringify(value)), `${name}: ${JSON.stringify(value)}, and not ${places.join(' ')}`)
        }
        const right = opened(documentWith([...path, name], fitting(member)))
        const { valueNode } = right.at([...path, name])
        const inside = right.text.slice(valueNode.offset, valueNode.offset + valueNode.length)
        assert.ok(!(await right.problems()).some(({ range }) => right.textOf(range) === inside), `${name}: ${inside}`)
      }
      const unknown = opened(documentWith([...path, 'misspelt'], 1))
      const [{ range, message } = { range: undefined, message: '' }] = (await unknown.problems()).filter(({ message }) => /misspelt/.test(message))
      assert.equal(range && unknown.textOf(range), '"misspelt"', message)
    })
  }

  for (const { path, schema } of all.filter(({ schema }) => schema.enum)) {
    it(`completes and explains the values at ${named({ path })}`, async () => {
      assert.equal(schema.enumDescriptions?.length, schema.enum.length)
      const { at, complete } = opened(documentWith(path, ''))
      const node = at(path)
      const items = await complete((node.valueNode ?? node).offset + 1)
      for (const [index, value] of schema.enum.entries()) {
        const item = items.find(({ label }) => label === JSON.stringify(value))
        assert.equal(item?.documentation, schema.enumDescriptions[index], value)
        const document = opened(documentWith(path, value))
        const found = document.at(path)
        assert.ok((await document.hover((found.valueNode ?? found).offset + 1)).includes(escaped(schema.enumDescriptions[index])), value)
      }
    })
  }
})

describe('the defaults of the schema', () => {
  for (const { path, schema } of all.filter(({ schema }) => schema.default !== undefined)) {
    it(`are what the gate does without ${named({ path })}`, () => {
      assert.deepEqual(unfitting(schema).includes(schema.default), false)
      // What people are told, and what an editor writes for them, is the same.
      const [, told] = /\b(True|False) by default/.exec(schema.description) ?? []
      if (typeof schema.default === 'boolean') assert.equal(told, schema.default ? 'True' : 'False')
    })
  }
})
