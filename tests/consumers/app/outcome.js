// What a consumer says in the end, in every runtime: what it got for each case, or why it got nothing.

/** @param {() => Promise<unknown>} run */
export async function outcome(run) {
  try {
    return { results: await run() }
  } catch (error) {
    return { error: String(error) }
  }
}
