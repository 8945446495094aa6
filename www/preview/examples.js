// The examples: each a policy that a platform's own documentation speaks of, and callers to look at it with.

const WEB = ['agents:read', 'agents:web-search-agent:run']

/**
 * @typedef {import('./caller.js').Caller} Caller
 * @typedef {object} Example
 * @property {string} id
 * @property {string} name
 * @property {string} about
 * @property {object} policy
 * @property {{ name: string, caller: Caller }[]} callers
 * @property {string} request
 * @property {object} [context] arguments to check actions with
 */

/** @type {Example[]} */
export const EXAMPLES = [
  {
    id: 'agno',
    name: 'Agno AgentOS',
    about: 'Per-agent scopes in JWTs: three users, two agents',
    policy: {
      version: 1,
      authentication: {
        issuers: [
          { name: 'agentos', issuer: 'any', audience: 'any', algorithms: ['HS256'], keys: [{ env: 'JWT_VERIFICATION_KEY' }] },
        ],
      },
      routes: { profile: 'agentos' },
      agents: { 'web-search-agent': {}, 'finance-agent': {} },
    },
    callers: [
      { name: 'web_user', caller: { kind: 'scopes', issuer: 0, subject: 'web_user', scopes: WEB } },
      { name: 'finance_user', caller: { kind: 'scopes', issuer: 0, subject: 'finance_user', scopes: ['agents:read', 'agents:finance-agent:run'] } },
      { name: 'power_user', caller: { kind: 'scopes', issuer: 0, subject: 'power_user', scopes: [...WEB, 'agents:finance-agent:run'] } },
      { name: 'nobody', caller: { kind: 'nobody' } },
    ],
    request: 'POST /agents/finance-agent/runs',
  },
  {
    id: 'layers',
    name: 'AgentOS layers',
    about: 'Authentication, scopes, isolation, guards on tools, human approval',
    policy: {
      version: 1,
      authentication: {
        issuers: [
          {
            name: 'control plane', issuer: 'https://os.example/', audience: ['my-agent-os'], algorithms: ['RS256'],
            jwks_uri: 'https://os.example/.well-known/jwks.json',
          },
        ],
      },
      routes: { profile: 'agentos' },
      agents: {
        analyst: { levels: ['read'] },
        engineer: { levels: ['read', 'write', 'execute'], block: ['db.drop'] },
      },
      tools: {
        'db.query': { level: 'read', guards: [{ at: '/sql', sql: {} }] },
        'db.write': { level: 'write', guards: [{ at: '/sql', sql: { writes: ['dash'] } }] },
        'file.read': { level: 'read', guards: [{ at: '/path', paths: '/srv/reports' }] },
        'http.get': { level: 'read', guards: [{ at: '/url', hosts: ['api.example.com', '*.example.org'] }] },
        'deploy.run': { level: 'execute', approval: 'approval' },
        'mail.send': { level: 'write', approval: 'confirmation' },
      },
      approvals: { expires_seconds: 900 },
    },
    callers: [
      { name: 'end user', caller: { kind: 'scopes', issuer: 0, subject: 'ann', scopes: ['agents:analyst:run'], session: 's-1' } },
      { name: 'builder', caller: { kind: 'scopes', issuer: 0, subject: 'bob', scopes: ['agents:read', 'agents:*:run', 'sessions:read'] } },
      { name: 'internal service', caller: { kind: 'scopes', issuer: 0, subject: 'svc', scopes: ['agent_os:admin'] } },
    ],
    request: 'POST /agents/analyst/runs',
    context: { sql: 'SELECT * FROM dash.sales', path: '/srv/reports/may.csv', url: 'https://api.example.com/v1' },
  },
  {
    id: 'litellm',
    name: 'LiteLLM',
    about: 'Agents of a virtual key and of its team, intersected',
    policy: {
      version: 1,
      authentication: { virtual_keys: {} },
      routes: { profile: 'litellm' },
      answers: { dialect: 'litellm-docs' },
      agents: { 'agent-123': { name: 'Support Agent' }, 'agent-456': { name: 'Sales Agent' } },
      teams: { 'support-team': { agents: ['agent-123'] } },
    },
    callers: [
      { name: 'key for agent-123', caller: { kind: 'key', record: { agents: ['agent-123'] } } },
      { name: 'key of the team', caller: { kind: 'key', record: { team: 'support-team' } } },
      { name: 'key and team disagree', caller: { kind: 'key', record: { agents: ['agent-456'], team: 'support-team' } } },
      { name: 'a bare key', caller: { kind: 'key', record: {} } },
    ],
    request: 'POST /a2a/agent-456',
  },
  {
    id: 'agentwarden',
    name: 'AgentWarden',
    about: 'Actions of an agent, with amounts and approvals',
    policy: {
      version: 1,
      authentication: { virtual_keys: {} },
      routes: {},
      agents: {
        'support-bot': {
          permissions: [
            { action: 'stripe.refund', max_amount: 100 },
            { action: 'stripe.refund', max_amount: 500, requires_approval: true },
            { action: 'email.send' },
            { action: 'crm.*' },
          ],
        },
        'finance-bot': {
          permissions: [
            { action: 'stripe.refund', max_amount: 1000 },
            { action: 'stripe.payout', max_amount: 250, requires_approval: true },
          ],
        },
        'retired-bot': { active: false, permissions: [{ action: 'email.send' }] },
      },
      budgets: [{ name: 'refunds', per: 'agent', actions: ['stripe.refund'], spend: 2000, window_seconds: 86400 }],
    },
    callers: [{ name: 'the agents themselves', caller: { kind: 'nobody' } }],
    request: 'POST /sdk/check',
  },
  {
    id: 'agentpatterns',
    name: 'AgentPatterns',
    about: 'Tools by level, behind a policy gateway',
    policy: {
      version: 1,
      authentication: { virtual_keys: {} },
      routes: {},
      agents: { assistant: { levels: ['read', 'write'] }, janitor: { levels: ['read', 'delete'], allow: ['read_user', 'delete_user'] } },
      tools: {
        read_user: { level: 'read' },
        update_user_status: { level: 'write' },
        send_webhook: { level: 'execute' },
        delete_user: { level: 'delete', approval: 'approval' },
      },
    },
    callers: [{ name: 'the agents themselves', caller: { kind: 'nobody' } }],
    request: 'GET /agents',
  },
]
