// The same by `require`, which takes modules since Node 20.19.
import gatewright = require('gatewright')
import express = require('gatewright/express')

export const middleware = async (policy: gatewright.Policy) => express.gatewright(await gatewright.createGate({ policy }))
