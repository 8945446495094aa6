const { poison } = require('./watch.js')
const gatewright = require('gatewright')
const { cases } = require('./cases.js')

module.exports = () => cases(gatewright, poison)
