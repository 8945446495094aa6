// What can be set up, as the control API takes it. Whether it makes a policy, the core says besides.

/** @typedef {import('./schema.js').Schema} Schema */

/** @type {(description: string) => Schema} */
const name = (description) => ({ type: 'string', minLength: 1, maxLength: 256, description })
/** @type {(description: string) => Schema} */
const flag = (description) => ({ type: 'boolean', description })
/** @type {(description: string) => Schema} */
const names = (description) => ({ type: 'array', items: name('A name.'), maxItems: 10_000, description })
/** @type {(description: string) => Schema} */
const amount = (description) => ({ type: 'number', minimum: 0, description })

/** @type {Schema} */
const id = {
  type: 'string', pattern: '^[A-Za-z0-9_.:-]{1,128}$',
  description: 'An id: 1 to 128 letters, digits, `_`, `.`, `:` or `-`. One is made up if it is left out.',
}

/** @type {Schema} */
const agents = {
  anyOf: [{ enum: ['all', 'none'] }, { type: 'array', items: name('An id.'), maxItems: 10_000 }],
  description: '`all`, `none`, or ids of agents.',
}

/** @param {Record<string, Schema>} properties @param {string[]} [required] @returns {Schema} */
const object = (properties, required = []) => ({ type: 'object', properties, required, additionalProperties: false })

export const AGENT = object({
  id,
  name: name('The name it goes by in paths.'),
  title: name('What people call it.'),
  description: { type: 'string', maxLength: 1000, description: 'What it is for.' },
  active: flag('Whether it may be used. True by default.'),
  levels: { type: 'array', items: { enum: ['read', 'write', 'execute', 'delete'] }, description: 'The levels of tools it may use.' },
  allow: names('The actions it may do.'),
  block: names('The actions it may never do.'),
  permissions: flag('Whether permissions speak of it. True by default: then it may do what one of them covers, and nothing without one.'),
  shadow: flag('Whether what it is denied is only recorded.'),
})

export const PERMISSION = object({
  id,
  action: name('The action, or `service.*`.'),
  max_amount: amount('How large the amount may be.'),
  amount: { type: 'string', maxLength: 256, description: 'Where in the context the amount is, as a JSON Pointer.' },
  requires_approval: flag('Whether a person has to approve it.'),
  approval: { enum: ['approval', 'confirmation'], description: 'Which person.' },
  dry_run: flag('Whether it is checked and then denied.'),
}, ['action'])

export const TEAM = object({
  id,
  name: name('What people call it.'),
  agents,
  groups: names('Groups of the policy whose agents are the team\'s as well.'),
  blocked: flag('Whether nobody of it is let in.'),
  spend: amount('What it has spent.'),
  max_budget: amount('How much it may spend.'),
})

export const SWITCH = object({
  id,
  stop: { enum: ['all', 'writes', 'tenant', 'agent', 'subject', 'action'], description: 'What is stopped.' },
  target: name('Which tenant, agent, subject or action.'),
  why: { type: 'string', maxLength: 1000, description: 'Why.' },
}, ['stop'])

const KEY_MEMBERS = {
  alias: name('What people call it.'),
  agents,
  groups: names('Groups of the policy whose agents it may use as well.'),
  team: name('Its team.'),
  subject: name('Who it stands for.'),
  session: name('Which session.'),
  expires: /** @type {Schema} */ ({
    anyOf: [
      { type: 'number', minimum: 0, maximum: 253_402_214_400 },
      { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\d[Tt ]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?([Zz]|[+-]\\d\\d:\\d\\d)$' },
    ],
    description: 'When it ends: seconds since 1970, or a time as RFC 3339 has it.',
  }),
  blocked: flag('Whether it is refused.'),
  routes: names('The routes it is for.'),
  admin: flag('Whether it may do everything. Only who may do that themselves sets it.'),
  ceiling: object({ agents, groups: names('Groups of the policy.') }),
  spend: amount('What was spent.'),
  max_budget: amount('How much may be.'),
}

export const KEY = object({
  kind: { enum: ['virtual', 'sdk'], description: '`virtual` for requests to agents, `sdk` for checks. `virtual` by default.' },
  ...KEY_MEMBERS,
})

/** @param {Schema} shape @returns {Schema} a merge patch (RFC 7396): what is `null` is taken away */
export function patchOf({ properties = {} }) {
  const { id: _, kind: __, ...others } = properties
  return object(Object.fromEntries(Object.entries(others).map(([member, schema]) => [member, { ...schema, nullable: true }])))
}

export const DECISION = object({
  approve: flag('Whether it is approved.'),
  note: { type: 'string', maxLength: 1000, description: 'What there is to say of it.' },
}, ['approve'])
