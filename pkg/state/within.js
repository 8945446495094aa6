// Waiting, but not for ever.

/** For so long an object of the state may take to answer, in milliseconds. */
export const PATIENCE = 2000

/**
 * @template T
 * @param {Promise<T>} work
 * @param {number} [milliseconds]
 * @returns {Promise<T>}
 */
export async function within(work, milliseconds = PATIENCE) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('the state did not answer in time')), milliseconds)
  })
  try {
    return /** @type {T} */ (await Promise.race([work, late]))
  } finally {
    clearTimeout(timer)
  }
}
