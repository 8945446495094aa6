// Where nothing is compiled at run time, the policy is a module of its own.
import opa from '@open-policy-agent/opa-wasm'
import policy from './opa-policy.wasm'
import { decideBy } from './opa-case.js'

export default () => decideBy(opa, policy)
