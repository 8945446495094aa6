import * as cedar from '@cedar-policy/cedar-wasm'
import { decideBy } from './cedar-case.js'

export default async () => decideBy(cedar)
