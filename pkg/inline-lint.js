// The module that looks policies over, inside: for whoever imports `gatewright/inline`, and calls `lintPolicy`.
import { moduleOf } from './base64.js'
import { loadLintWith } from './lint.js'
import lint from './wasm/gatewright_lint_inline.js'

loadLintWith(() => moduleOf(lint, 'gatewright/inline-lint'))
