// The key that checkpoints are signed with: Ed25519, out of a secret, PKCS#8 in PEM or a JWK.

/** @typedef {{ key: string, sign: (text: Uint8Array<ArrayBuffer>) => Promise<string> }} Signer */

/** Line breaks may be written as the two characters `\n`, as they end up in variables. */
const PEM = /^\s*-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----\s*$/

const TRIAL = new TextEncoder().encode('whether the two halves of a key belong together')

/**
 * @param {string} secret
 * @returns {Promise<Signer>}
 * @throws {Error} if it is no such key; says nothing of it
 */
export async function readSigner(secret) {
  try {
    const own = await imported(secret)
    const { x: key } = /** @type {{ x: string }} */ (await crypto.subtle.exportKey('jwk', own))
    const half = await crypto.subtle.importKey('jwk', { kty: 'OKP', crv: 'Ed25519', x: key }, 'Ed25519', false, ['verify'])
    const trial = await crypto.subtle.sign('Ed25519', own, TRIAL)
    if (!(await crypto.subtle.verify('Ed25519', half, trial, TRIAL))) throw new Error('the halves are of two keys')
    return { key, sign: async (text) => base64url(await crypto.subtle.sign('Ed25519', own, text)) }
  } catch {
    // What went wrong may quote the key.
    throw new Error('GATEWRIGHT_LEDGER_KEY is no private key for Ed25519: expected PKCS#8 in PEM, or a JWK')
  }
}

/** @param {string} secret */
async function imported(secret) {
  const [, body] = PEM.exec(secret.replaceAll('\\n', '\n')) ?? []
  if (body === undefined) {
    const { kty, crv, x, d } = JSON.parse(secret)
    return crypto.subtle.importKey('jwk', { kty, crv, x, d }, 'Ed25519', true, ['sign'])
  }
  const der = Uint8Array.from(atob(body.replace(/\s/g, '')), (letter) => letter.charCodeAt(0))
  return crypto.subtle.importKey('pkcs8', der, 'Ed25519', true, ['sign'])
}

/** @param {ArrayBuffer} bytes */
const base64url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
