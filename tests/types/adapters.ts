// The gate in front of frameworks, as users write it. It is never run; `tsc` reads it.
import { createServer } from 'node:http'
import { createServer as createServer2 } from 'node:http2'
import Fastify from 'fastify'
import { type Gate, createGate } from 'gatewright'
import { gatewright as forExpress } from 'gatewright/express'
import { gatewright as forFastify } from 'gatewright/fastify'
import { withGate } from 'gatewright/fetch'
import { type GateVariables, gatewright } from 'gatewright/hono'
import { gatewright as forNext } from 'gatewright/next'
import { createWorker } from 'gatewright/worker'
import { Hono } from 'hono'
import { Router } from 'itty-router'

export const app = new Hono<{ Bindings: { KEY: string }; Variables: GateVariables }>()
app.use(gatewright((c) => createGate({ policy: '{}', secrets: c.env })))
app.get('/whoami', (c) => c.json({ subject: c.get('decision').context.subject }))

export const middleware = (gate: Gate) => forExpress(gate)
export const fastify = async (gate: Gate) => Fastify().register(forFastify, { gate })
export const fastify2 = async (gate: Gate) => Fastify({ http2: true }).register(forFastify, { gate })
export const server2 = (gate: Gate) => createServer2((req, res) => forExpress(gate)(req, res, () => res.end()))
export const server = (gate: Gate) => createServer((req, res) => forExpress(gate)(req, res, () => res.end()))
export const wrapped = withGate({ fetch: (_: Request, env: { KEY: string }) => new Response(env.KEY) }, (env) => createGate({ policy: '{}', secrets: env }))

export const itty = (gate: Gate) => withGate(Router(), gate)

class NextResponse extends Response {
  static next(_: { request?: { headers?: Headers } }): NextResponse {
    return new NextResponse()
  }
}
export const proxy = (gate: Gate) => forNext(gate, NextResponse)
// @ts-expect-error: without `NextResponse` the headers of a request cannot be changed
export const forgotten = (gate: Gate) => forNext(gate)

export default createWorker({ policy: { version: 1 }, report: ({ event, reason }) => console.log(event, reason) })
