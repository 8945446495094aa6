import { poison } from './watch.js'
import * as gatewright from 'gatewright/inline'
import 'gatewright/inline-guards'
import 'gatewright/inline-lint'
import { cases } from './cases.js'

export default () => cases(gatewright, poison)
