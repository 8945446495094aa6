// Mints the tokens of a vector file anew from what its `minted` member says of them, so that a
// reader can see what is in each, and a change of claims is one edit and one command:
//   node tests/vectors/mint.mjs tests/vectors/decisions.json
import { createHmac } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'

const DIGEST = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' }
const base64url = (text) => Buffer.from(text).toString('base64url')

/** A token in parts: `header` and `claims` are objects, or text that is taken as it is. */
export function mint({ header = {}, claims, text, key, signature, cut }, secrets) {
  if (text !== undefined) return text
  const whole = typeof header === 'string' ? header : JSON.stringify({ alg: 'HS256', typ: 'JWT', ...header })
  const payload = typeof claims === 'string' ? claims : JSON.stringify(claims)
  const signed = `${base64url(whole)}.${base64url(payload)}`
  const alg = typeof header === 'object' && header.alg in DIGEST ? header.alg : 'HS256'
  const mac = createHmac(DIGEST[alg], key ?? Object.values(secrets)[0]).update(signed).digest('base64url')
  const token = `${signed}.${signature ?? mac}`
  return cut === undefined ? token : token.slice(0, cut)
}

for (const file of process.argv.slice(2)) {
  const vectors = JSON.parse(readFileSync(file, 'utf8'))
  const tokens = Object.entries(vectors.minted).map(([name, made]) => [name, mint(made, vectors.secrets)])
  vectors.tokens = Object.fromEntries(tokens)
  writeFileSync(file, `${JSON.stringify(vectors, null, 1)}\n`)
  console.log(`${file}: ${tokens.length} tokens`)
}
