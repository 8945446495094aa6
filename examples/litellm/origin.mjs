// A small agent gateway with the paths of LiteLLM's, on this machine only. It believes whoever asks; the gate in
// front of it does not.
import { serveJson } from '../serve.mjs'

/** The agents of LiteLLM's documentation. */
export const AGENTS = [{ agent_id: 'agent-123', name: 'Support Agent' }, { agent_id: 'agent-456', name: 'Sales Agent' }]

/**
 * @param {{ port?: number, agents?: typeof AGENTS }} [options] the port; any free one by default
 */
export function startOrigin({ port = 0, agents = AGENTS } = {}) {
  return serveJson(port, {
    'GET /v1/agents': () => ({ body: { agents } }),
    'POST /a2a/:id': ({ id, body, subject }) => {
      if (!agents.some(({ agent_id: one }) => one === id)) return { status: 404, body: { detail: `Agent '${id}' not found` } }
      const said = body?.message?.parts?.map((/** @type {{ text?: string }} */ { text }) => text ?? '').join('') ?? ''
      return { body: { agent_id: id, result: `you said: ${said}`, vouched_for: subject } }
    },
  })
}
