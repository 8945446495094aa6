// At the edge, where the gate is made from the first request.
import { createGate } from 'gatewright'
import { gatewright } from 'gatewright/next'
import { NextResponse } from 'next/server'

const makeGate = () => createGate({ policy: process.env.POLICY ?? '', secrets: process.env, report: ({ reason }) => console.log(`denied ${reason}`) })

export const middleware = gatewright(makeGate, NextResponse)
