const opa = require('@open-policy-agent/opa-wasm')
const { decideBy } = require('./opa-case.js')
const { policy } = require('./opa-policy.js')

module.exports = () => decideBy(opa, policy)
