// The same for Next's edge runtime.
import opa from '@open-policy-agent/opa-wasm'
import policy from './opa-policy.wasm?module'
import { decideBy } from './opa-case.js'

export default () => decideBy(opa, policy)
