import { poison } from './watch.js'
import * as gatewright from 'gatewright'
import { cases } from './cases.js'

export default () => cases(gatewright, poison)
