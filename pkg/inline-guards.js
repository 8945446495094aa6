// The module that judges URLs, patterns and SQL, inside: for whoever imports `gatewright/inline`, and
// has a policy with such guards. It is compiled when the first of them is asked.
import { moduleOf } from './base64.js'
import { loadGuardsWith } from './guards.js'
import guards from './wasm/gatewright_guards_inline.js'

loadGuardsWith(() => moduleOf(guards, 'gatewright/inline-guards'))
