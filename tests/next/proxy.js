// In Node, where the gate is made before the first request.
import { createGate } from 'gatewright'
import { gatewright } from 'gatewright/next'
import { NextResponse } from 'next/server'

const gate = await createGate({ policy: process.env.POLICY ?? '', secrets: process.env, report: ({ reason }) => console.log(`denied ${reason}`) })

export const proxy = gatewright(gate, NextResponse)
