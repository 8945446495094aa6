// docs/bench.md is written by two benchmarks, each its own part of it.
import { readFileSync, writeFileSync } from 'node:fs'

const FILE = 'docs/bench.md'
const LOAD = '<!-- load -->\n'

/**
 * Writes one part, and leaves the other as it is.
 *
 * @param {{ decisions?: string, load?: string }} parts
 */
export function write(parts) {
  const [decisions, load] = readFileSync(FILE, 'utf8').split(LOAD)
  const written = { decisions, load, ...parts }
  writeFileSync(FILE, [written.decisions, written.load].filter(Boolean).map((part) => `${part.trim()}\n`).join(`\n${LOAD}`))
}
