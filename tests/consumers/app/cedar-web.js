import init, * as cedar from '@cedar-policy/cedar-wasm/web'
import { decideBy } from './cedar-case.js'

export default async () => {
  await init()
  return decideBy(cedar)
}
