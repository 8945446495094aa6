// A policy for OPA's interface (ABI 1.3), written by hand: it answers `true` to every question. The compiler
// from Rego is not on npm, and for what imports where its work makes no difference.

/** The JSON texts in memory that answers are taken from. */
const TEXTS = { 16: '{}', 32: '{"decide":0}', 64: '[{"result":true}]' }

/** Where input and data may go. */
const HEAP = 1024

const utf8 = new TextEncoder()
const I32 = 0x7f

/** An unsigned number, as the format has it. @param {number} value @returns {number[]} */
const leb = (value) => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)])

/** A signed one: with room for its sign. @param {number} value @returns {number[]} */
const signed = (value) => (value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >>> 7)])

/** @param {number[][]} items */
const vector = (items) => [...leb(items.length), ...items.flat()]
/** @param {string} text */
const name = (text) => vector([...utf8.encode(text)].map((byte) => [byte]))
/** @param {number} id @param {number[]} content */
const section = (id, content) => [id, ...leb(content.length), ...content]
/** @param {number} value */
const constant = (value) => [0x41, ...signed(value)]

/** Each with the number of its parameters and what it returns: a number, or its first parameter. */
const FUNCTIONS = /** @type {const} */ ([
  ['builtins', 0, 16], ['entrypoints', 0, 32], ['opa_malloc', 1, HEAP], ['opa_heap_ptr_get', 0, HEAP],
  ['opa_json_parse', 2, 'first'], ['opa_json_dump', 1, 'first'], ['opa_eval', 7, 64],
])
const GLOBALS = { opa_wasm_abi_version: 1, opa_wasm_abi_minor_version: 3 }

/** The module. */
export const policy = new Uint8Array([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
  ...section(1, vector(FUNCTIONS.map(([, count]) => [0x60, ...vector(Array(count).fill([I32])), ...vector([[I32]])]))),
  ...section(2, vector([[...name('env'), ...name('memory'), 2, 0, 1]])),
  ...section(3, vector(FUNCTIONS.map((_, index) => [index]))),
  ...section(6, vector(Object.values(GLOBALS).map((value) => [I32, 0, ...constant(value), 0x0b]))),
  ...section(7, vector([
    ...FUNCTIONS.map(([called], index) => [...name(called), 0, index]),
    ...Object.keys(GLOBALS).map((called, index) => [...name(called), 3, index]),
  ])),
  ...section(10, vector(FUNCTIONS.map(([, , answer]) => {
    const body = [0, ...(answer === 'first' ? [0x20, 0] : constant(answer)), 0x0b]
    return [...leb(body.length), ...body]
  }))),
  ...section(11, vector(Object.entries(TEXTS).map(([at, text]) => [0, ...constant(Number(at)), 0x0b, ...name(`${text}\0`)]))),
])
