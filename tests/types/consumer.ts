// Code as users write it, against the package as it is installed. It is never run; `tsc` reads it.
import { type Decision, type Gate, PolicyError, type Store, createGate, memoryStore } from 'gatewright'
import type { IncomingMessage } from 'node:http'

export async function decide(incoming: IncomingMessage, env: { KEY: string; DB: object }): Promise<Decision> {
  const gate: Gate = await createGate({ policy: { version: 1 }, secrets: env, maxStaleSeconds: 0 })
  const { method = '', url = '', headers } = incoming
  await gate.decide(new Request('https://gate.example/'))
  await gate.decide({ method, url, headers: [['authorization', 'Bearer x']] })
  const listing = gate.accessible({ scopes: ['agents:read'] }, 'agents', 'read')
  const ids: readonly string[] = listing === 'all' ? [] : listing
  if (ids.length === 0) gate.close()
  return gate.decide({ method, url, headers }, { explain: true })
}

export async function enforce(gate: Gate, request: Request): Promise<Response> {
  const response = await gate.enforce(request, (forwarded, { context }) => {
    const subject: string | undefined = context.subject
    return subject ? fetch(forwarded) : new Response()
  })
  // @ts-expect-error: there is no deciding without headers
  await gate.decide({ method: 'GET', url: '/' })
  // @ts-expect-error: a decision is not for changing
  ;(await gate.decide(request)).decision = true
  return response
}

export const inMemory: Store = memoryStore({
  keys: [{ key: 'sk-abc', agents: ['a'], expires: new Date(), routes: ['agent_routes'] }, { key: 'sk-def', team: 't' }],
  teams: { t: { agents: 'all' } },
})

// @ts-expect-error: agents are `all`, `none`, or ids
memoryStore({ keys: [{ key: 'sk-abc', agents: 'some' }] })

export const inDatabase = (database: Map<string, string>): Store => ({
  key: async (hash) => JSON.parse(database.get(hash) ?? 'null') ?? undefined,
})

export const pointerOf = (error: unknown): string => (error instanceof PolicyError ? error.pointer : '')
