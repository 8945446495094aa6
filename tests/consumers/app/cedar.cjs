const cedar = require('@cedar-policy/cedar-wasm')
const { decideBy } = require('./cedar-case.js')

module.exports = async () => decideBy(cedar)
