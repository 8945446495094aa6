import opa from '@open-policy-agent/opa-wasm'
import { decideBy } from './opa-case.js'
import { policy } from './opa-policy.js'

export default () => decideBy(opa, policy)
