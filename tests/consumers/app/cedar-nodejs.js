import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import { decideBy } from './cedar-case.js'

export default async () => decideBy(cedar)
