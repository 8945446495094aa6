// One decision of OPA.

/** @param {any} opa @param {unknown} policy bytes, or a module where nothing is compiled */
export async function decideBy(opa, policy) {
  const loaded = await opa.loadPolicy(policy)
  return [{ name: 'allow', expected: true, got: loaded.evaluate({ agent: 'research' })[0].result }]
}
