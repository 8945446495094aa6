// Times things against each other in one process. What matters is the ratio: both sides see the
// same machine, the same minute, the same neighbours.

const ROUNDS = 15
const ROUND_MS = 40

/** Engines compile what is used often: a token seen for the first time is not a first request. */
const WARM_UP = 6

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]

/** Runs every contender in turn, round by round, and returns the median microseconds of each. */
export async function race(contenders, { rounds = ROUNDS, roundMs = ROUND_MS } = {}) {
  const names = Object.keys(contenders)
  const times = Object.fromEntries(names.map((name) => [name, []]))
  for (const name of names) await round(contenders[name], roundMs)
  for (let i = 0; i < rounds; i += 1) {
    for (const name of names) times[name].push(await round(contenders[name], roundMs))
  }
  return Object.fromEntries(names.map((name) => [name, median(times[name])]))
}

/** Microseconds a call, over as many calls as fit into a round. */
async function round(call, roundMs) {
  const start = performance.now()
  let calls = 0
  let end = start
  do {
    for (let i = 0; i < 16; i += 1) await call()
    calls += 16
    end = performance.now()
  } while (end - start < roundMs)
  return ((end - start) * 1000) / calls
}

/** Microseconds a call when each input may be used once: the whole list, `rounds` times over. */
export async function once(inputs, contenders) {
  const names = Object.keys(contenders)
  const share = Math.floor(inputs.length / (ROUNDS + WARM_UP))
  const times = Object.fromEntries(names.map((name) => [name, []]))
  for (let i = 0; i < ROUNDS + WARM_UP; i += 1) {
    const part = inputs.slice(i * share, (i + 1) * share)
    // Whoever goes second finds the inputs warm, so they take turns.
    for (const name of i % 2 ? names : names.toReversed()) {
      const start = performance.now()
      for (const input of part) await contenders[name](input)
      if (i >= WARM_UP) times[name].push(((performance.now() - start) * 1000) / part.length)
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times[name])]))
}

/** Rows of cells as a Markdown table. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, i) => (i ? '--:' : '---'))), ...rows.map(line)].join('\n')
}

/** Microseconds for people. */
export const us = (number) => (number < 10 ? number.toFixed(2) : number.toFixed(0))
