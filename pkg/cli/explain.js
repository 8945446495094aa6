// `gatewright explain`: what a policy says to one request, layer by layer.
import { PolicyError, createGate } from '../node.js'
import { SECRETS, UsageError, readArguments, readSecrets, readText } from './arguments.js'
import { faultOf, lineOf } from './check.js'
import { green, plain, print, printJson, red, table, warn } from './report.js'

const TEXT = /** @type {const} */ ({ type: 'string' })

/** @param {string[]} args */
export async function explain(args) {
  const options = {
    ...SECRETS, request: TEXT, token: TEXT, 'token-file': TEXT, key: TEXT,
    header: /** @type {const} */ ({ type: 'string', multiple: true }), json: /** @type {const} */ ({ type: 'boolean' }),
  }
  const given = readArguments(args, options, ['POLICY'])
  const file = given.words[0]
  const request = await requestOf(given)
  const text = await readText(file, 'the policy')
  const secrets = await readSecrets(given)
  const isJson = given.flags.has('json')
  let gate
  try {
    gate = await createGate({ policy: text, secrets, report: ({ event, error }) => warn(plain(`${event} ${error ?? ''}`.trim())) })
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    const fault = faultOf(error, text)
    if (isJson) printJson({ error: fault })
    else print(`${red('error')} ${lineOf(file === '-' ? 'stdin' : file, fault)}`)
    return 2
  }
  const decision = await gate.decide(request, { explain: true })
  gate.close()
  if (isJson) printJson(decision)
  else tell(request, decision)
  return decision.decision ? 0 : 1
}

/** @param {import('./arguments.js').Arguments} given */
async function requestOf({ values }) {
  const one = (/** @type {string} */ name) => values.get(name)?.[0]
  const line = one('request')
  if (line === undefined) throw new UsageError("say which request: `--request 'POST /agents/x/runs'`")
  const [, method, url] = /^([A-Za-z]+) +(\S+)$/.exec(line) ?? []
  if (url === undefined) throw new UsageError("a request is a method and a path: `--request 'POST /agents/x/runs'`")
  const headers = (values.get('header') ?? []).map((header) => {
    const [, name, value] = /^([^\s:]+):\s*(.*)$/s.exec(header) ?? []
    if (name === undefined) throw new UsageError("a header is a name and a value: `--header 'x-name: value'`")
    return /** @type {[string, string]} */ ([name, value])
  })
  const path = one('token-file')
  const credentials = [one('token'), path === undefined ? undefined : (await readText(path, 'the token')).trim(), one('key')]
  const [credential, ...others] = credentials.filter((one) => one !== undefined)
  if (others.length > 0) throw new UsageError('choose one of `--token`, `--token-file` and `--key`')
  if (credential !== undefined) headers.push(['authorization', `Bearer ${credential}`])
  return { method: method.toUpperCase(), url, headers }
}

/**
 * @param {{ method: string, url: string }} request
 * @param {import('../index.d.ts').Decision} decision
 */
function tell({ method, url }, { decision, context }) {
  const { reason, message, subject, action, resource, scopes, shadowed, trace = [] } = context
  const verdict = decision ? green('allowed') : red('denied')
  // A token may stand in the query, which decides nothing.
  print(`${verdict}: ${plain(`${method} ${url.split('?')[0]}`)}`)
  /** @type {[string, string | undefined][]} */
  const facts = [
    ['reason', `${reason}: ${message}`], ['subject', subject], ['action', action],
    ['resource', resource && [resource.type, resource.id].filter((part) => part !== undefined).join(' ')],
    ['scopes', scopes?.join(' ')], ['shadowed', shadowed],
  ]
  const known = facts.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, plain(value)]]))
  for (const line of table(known)) print(`  ${line}`)
  print('')
  const rows = trace.map(({ layer, outcome, because }) => [layer, outcome, because].map(plain))
  for (const line of table([['layer', 'outcome', 'because'], ...rows])) print(line)
}
