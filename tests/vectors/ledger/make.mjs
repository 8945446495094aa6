// Makes the ledger and its checkpoint anew, as the Worker does, with a key that is for tests alone:
//   node tests/vectors/ledger/make.mjs
import { writeFileSync } from 'node:fs'
import { GENESIS, hashOf, lineOf, signedOf } from '../../../pkg/state/chain.js'
import { readSigner } from '../../../pkg/state/signer.js'

/** 32 times `g`. */
export const JWK = {
  kty: 'OKP', crv: 'Ed25519', d: 'Z2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2c', x: 'EqQVksi3wX1AWeeym2Ho_5bHQV8vgDNI8vAX4Fueodo',
}

const shard = 'tenant:größe "1"\n'
const entries = [
  '{}', '', '{"action":"agent.create"}', '"quotes" \\ back\\\\slashes / and \\u0000', 'line\nbreaks\r\n\u2028\u2029\t\b\f',
  '\u0000\u0001\u001f\u007f\u0080', 'ä€\u{1f600}\u{10ffff}\ufffd\ufeff', JSON.stringify({ lone: '\ud800', other: '\udfff\ud83d' }),
  '1:a2:bb', `{"amount":500.000000000000000000001,"text":"${'x'.repeat(5000)}"}`,
]

let previous = GENESIS
let text = ''
for (const [index, entry] of entries.entries()) {
  const row = {
    seq: index + 1, at: index === 1 ? 0 : 1_795_000_000_000 + index, kind: ['control', 'approval', 'decision', 'log'][index % 4],
    source: index % 3 === 0 ? 'edge_ü' : '0123456789abcdef', number: index === 2 ? Number.MAX_SAFE_INTEGER : index, entry, previous,
  }
  previous = await hashOf(shard, row)
  text += lineOf(shard, { ...row, hash: previous })
}
const { key, sign } = await readSigner(JSON.stringify(JWK))
const said = { shard, seq: entries.length, hash: previous, at: 1_795_000_001_000, key }
const { key: _, ...members } = said
const checkpoint = { version: 1, ...members, signature: await sign(signedOf(said)), key }
const write = (/** @type {string} */ name, /** @type {string} */ content) => writeFileSync(new URL(name, import.meta.url), content)
write('rows.jsonl', text)
write('checkpoint.json', `${JSON.stringify(checkpoint, undefined, 2)}\n`)
