// From the way a recorded AgentOS was configured to the policy that makes a gate decide like it.

/** What AgentOS calls itself in all recordings: the audience it verifies where none is configured. */
const OS_ID = 'my-os'

/** Paths that AgentOS leaves open. The profile has them; a gate without the profile is told. */
const OPEN = ['/', '/health', '/info', '/docs', '/redoc', '/openapi.json', '/docs/oauth2-redirect']

/** A member that is not here has a meaning that nobody has thought about: better no test than a wrong one. */
const KNOWN = {
  config: [
    'authz', 'authorization_object', 'manual', 'no_authz', 'env', 'os', 'a2a', 'agui', 'company', 'mount',
    'root_path', 'user_directory', 'users',
  ],
  settings: [
    'verification_keys', 'algorithm', 'verify_audience', 'audience', 'issuer', 'user_isolation', 'admin_scope',
    'excluded_route_paths', 'authorization', 'token_source', 'cookie_name', 'token_header_key', 'scopes_claim',
    'user_id_claim', 'session_id_claim', 'scope_mappings', 'validate', 'roles', 'seed_admin', 'assign',
  ],
  env: ['JWT_VERIFICATION_KEY', 'OS_SECURITY_KEY'],
  os: ['internal_service_token'],
}

/**
 * Translates a configuration.
 *
 * @param {any} config
 * @returns {{ policy: object, secrets: Record<string, string>, unusable?: string } | { untranslatable: string }}
 */
export function translate(config) {
  const settings = config.authz ?? config.authorization_object ?? config.manual ?? {}
  const env = config.env ?? {}
  refuseUnknown(config, KNOWN.config)
  refuseUnknown(settings, KNOWN.settings)
  refuseUnknown(env, KNOWN.env)
  refuseUnknown(config.os ?? {}, KNOWN.os)

  if (settings.roles) return { untranslatable: 'roles are assigned in a database of AgentOS' }
  if (settings.validate === false) return { untranslatable: 'a gate that verifies no signature is none' }
  const keys = [...new Set([...(settings.verification_keys ?? []), env.JWT_VERIFICATION_KEY ?? []].flat())]
  if (keys.length === 0 && env.OS_SECURITY_KEY) return { untranslatable: 'one password for everybody is no token' }
  if (keys.length === 0) return { untranslatable: 'an AgentOS that is open to everybody needs no gate' }

  const names = keys.map((_, index) => `KEY_${index}`)
  return {
    policy: {
      version: 1,
      authentication: {
        issuers: [issuerOf(settings, names)],
        credential: credentialOf(settings),
      },
      routes: routesOf(config, settings),
      isolation: settings.user_isolation ? {} : 'off',
    },
    secrets: Object.fromEntries(names.map((name, index) => [name, keys[index]])),
    unusable: unusable(settings.algorithm ?? 'RS256', keys),
  }
}

/**
 * @param {object} object
 * @param {string[]} known
 */
function refuseUnknown(object, known) {
  const unknown = Object.keys(object).filter((member) => !known.includes(member))
  if (unknown.length > 0) throw new Error(`members of a configuration are not translated: ${unknown.join(', ')}`)
}

/**
 * @param {any} settings
 * @param {string[]} keys names of secrets
 */
function issuerOf(settings, keys) {
  // An audience that is configured and not verified is not looked at, and an empty one neither.
  const audience = settings.verify_audience ? [settings.audience ?? OS_ID].flat().filter(Boolean) : []
  return {
    name: 'agentos',
    issuer: settings.issuer ?? 'any',
    audience: audience.length > 0 ? audience : 'any',
    algorithms: [settings.algorithm ?? 'RS256'],
    keys: keys.map((env) => ({ env })),
    claims: {
      subject: settings.user_id_claim ?? 'sub',
      session: settings.session_id_claim ?? 'session_id',
      scopes: settings.scopes_claim ?? 'scopes',
    },
    admin_scope: settings.admin_scope || 'agent_os:admin',
    flavour: 'agno-3.1',
  }
}

/** @param {any} settings */
function credentialOf(settings) {
  const source = settings.token_source ?? 'header'
  return {
    ...(source !== 'cookie' && { header: (settings.token_header_key ?? 'Authorization').toLowerCase() }),
    ...(source !== 'header' && { cookie: settings.cookie_name ?? 'access_token' }),
  }
}

/**
 * @param {any} config
 * @param {any} settings
 */
function routesOf(config, settings) {
  // Middleware that is mounted by hand looks at scopes when it is told to, or given mappings.
  const scoped = config.manual ? (settings.authorization ?? settings.scope_mappings !== undefined) : !config.no_authz
  if (!scoped) return { flavour: 'agno-3.1', public: OPEN }
  const rules = Object.entries(settings.scope_mappings ?? {}).map(([key, scopes]) => {
    const [method, path] = key.split(' ')
    return { method, path, scopes }
  })
  return {
    profile: 'agentos',
    flavour: 'agno-3.1',
    public: settings.excluded_route_paths ?? [],
    rules,
    interfaces: ['company', 'a2a', 'agui'].filter((name) => config[name]),
    ...(config.mount && { mount: config.mount }),
  }
}

/**
 * Why a gate does not start with keys that AgentOS starts with, and then refuses every token.
 *
 * @param {string} algorithm
 * @param {string[]} keys
 */
function unusable(algorithm, keys) {
  const isPem = (/** @type {string} */ key) => key.startsWith('-----BEGIN ')
  if (algorithm.startsWith('HS')) return keys.some(isPem) ? 'a public key is no secret' : undefined
  return keys.every(isPem) ? undefined : 'a secret is no public key'
}
