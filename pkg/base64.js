// A module out of the text that it is carried as.

/**
 * @param {string} base64
 * @param {string} name of the entry that carries it
 */
export function moduleOf(base64, name) {
  const binary = atob(base64)
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = binary.charCodeAt(at)
  try {
    return new WebAssembly.Module(bytes)
  } catch (cause) {
    throw new Error(
      `${name} could not compile its module (${cause}). Cloudflare Workers and Vercel's edge compile nothing while they ` +
        "run: import `gatewright` there. In a page the content security policy has to allow it: `script-src 'wasm-unsafe-eval'`.",
      { cause },
    )
  }
}
