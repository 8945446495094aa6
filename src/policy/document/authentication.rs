//! Whose credentials are believed.

use super::{AccessWord, Flavour};
use crate::json::Json;

/// Whose tokens are believed, and where in a request they are.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct Authentication {
    /// Those who sign tokens. A token's `iss` picks one. With `virtual_keys` there may be none.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub issuers: Vec<IssuerDocument>,
    /// Opaque keys such as `sk-…`, whose records the store holds. None are taken by default.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub virtual_keys: Option<VirtualKeys>,
    /// Where in a request the token is. The `Authorization` header by default.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub credential: CredentialDocument,
}

/// Where in a request the token is.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct CredentialDocument {
    /// The header that carries the token. `authorization` by default, unless a cookie is named.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub header: Option<String>,
    /// The cookie that carries the token. With both, the header goes first.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub cookie: Option<String>,
}

/// Somebody who signs tokens.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct IssuerDocument {
    /// What people call this issuer. Shown in traces and logs.
    pub name: String,
    /// The exact `iss` of its tokens, or the word `any`, which one issuer at most may have.
    pub issuer: String,
    /// The audiences that are us: a list, of which a token's `aud` must hold one, or `"any"`.
    pub audience: Audience,
    /// The algorithms its keys may be used with. Nothing else is accepted, whatever a token says.
    pub algorithms: Vec<AlgorithmName>,
    /// Its keys. Several for rotation: each that may be meant is tried. A key that is weak or
    /// cannot be read is an error of the policy.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub keys: Vec<KeyDocument>,
    /// Where its JWK Set is published (RFC 7517 §5). HTTPS only.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub jwks_uri: Option<String>,
    /// Where in the token the things are that the gate wants to know.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub claims: ClaimPaths,
    /// The `typ` a token must have (RFC 8725 §3.11), such as `at+jwt` (RFC 9068). None by default.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub typ: Option<String>,
    /// How far clocks may be apart, in seconds. 0 by default (10 in the flavour `agno-3.1`);
    /// 300 at most.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub leeway_seconds: Option<u32>,
    /// Whether a token without `exp` is refused. True by default (false in `agno-3.1`).
    #[cfg_attr(feature = "schema", schemars(default))]
    pub require_expiry: Option<bool>,
    /// How far `exp` may lie ahead, in seconds. 31 days by default; without bound in `agno-3.1`.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub max_lifetime_seconds: Option<u32>,
    /// How large a token may be, in bytes. 8192 by default, and at most.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub max_token_bytes: Option<u32>,
    /// The scope that grants everything. `agent_os:admin` by default.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub admin_scope: Option<String>,
    /// How claims are read: `strict`, or as AgentOS 3.1 reads them.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub flavour: Flavour,
}

/// The audiences that are us.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(untagged))]
pub enum Audience {
    /// The word `any`: the audience is not looked at.
    Word(AnyWord),
    /// One of these must be in the token's `aud`.
    List(Vec<String>),
}

/// The word `any`.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum AnyWord {
    /// Not looked at.
    #[cfg_attr(feature = "schema", schemars(rename = "any"))]
    Any,
}

/// A signature algorithm (RFC 7518 §3.1, RFC 8037 §3.1). `none` is not one.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum AlgorithmName {
    /// HMAC with SHA-256 and a shared secret of at least 256 bits.
    HS256,
    /// HMAC with SHA-384 and a shared secret of at least 384 bits.
    HS384,
    /// HMAC with SHA-512 and a shared secret of at least 512 bits.
    HS512,
    /// `RSASSA-PKCS1-v1_5` with SHA-256.
    RS256,
    /// `RSASSA-PKCS1-v1_5` with SHA-384.
    RS384,
    /// `RSASSA-PKCS1-v1_5` with SHA-512.
    RS512,
    /// RSASSA-PSS with SHA-256.
    PS256,
    /// RSASSA-PSS with SHA-384.
    PS384,
    /// RSASSA-PSS with SHA-512.
    PS512,
    /// ECDSA on P-256 with SHA-256.
    ES256,
    /// ECDSA on P-384 with SHA-384.
    ES384,
    /// ECDSA on P-521 with SHA-512.
    ES512,
    /// Ed25519 (RFC 8037).
    EdDSA,
}

#[cfg(feature = "schema")]
type JsonObject = serde_json::Map<String, serde_json::Value>;

/// A key, or where it is. Exactly one member.
#[derive(Clone)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename_all = "lowercase"))]
pub enum KeyDocument {
    /// The name of a secret that holds a PEM public key, a JWK, a JWK Set or, for HS algorithms,
    /// the shared secret itself.
    Env(String),
    /// A public JWK (RFC 7517 §4).
    Jwk(#[cfg_attr(feature = "schema", schemars(with = "JsonObject"))] Json),
    /// A JWK Set of public keys (RFC 7517 §5).
    Jwks(#[cfg_attr(feature = "schema", schemars(with = "JsonObject"))] Json),
    /// A public key in PEM (`-----BEGIN PUBLIC KEY-----`, RFC 7468 §13).
    Pem(String),
}

/// Shows what kind of key it is. A JWK might be a private one, put here by mistake.
impl std::fmt::Debug for KeyDocument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Env(_) => "Env",
            Self::Jwk(_) => "Jwk",
            Self::Jwks(_) => "Jwks",
            Self::Pem(_) => "Pem",
        })
    }
}

/// Where in a token's claims things are: names divided by dots, `realm_access.roles`. A claim
/// whose own name holds dots is found by its whole name first.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields, default))]
pub struct ClaimPaths {
    /// Who it is. `sub` by default.
    pub subject: String,
    /// In which session. `session_id` by default.
    pub session: String,
    /// With which scopes: an array, or a string divided by spaces. `scopes` by default.
    pub scopes: String,
    /// In which team. Not looked for by default; once it is, a token without it is refused.
    pub team: Option<String>,
    /// For which agents the token is: a list of ids. Not looked for by default; once it is, a
    /// token without it reaches no agent.
    pub agents: Option<String>,
    /// Of which tenant. Not looked for by default.
    pub tenant: Option<String>,
}

impl Default for ClaimPaths {
    fn default() -> Self {
        Self {
            subject: "sub".into(),
            session: "session_id".into(),
            scopes: "scopes".into(),
            team: None,
            agents: None,
            tenant: None,
        }
    }
}

/// Opaque keys, as `LiteLLM` hands them out. What a key may do stands in its record, which is
/// found by the SHA-256 of the key.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields, default))]
pub struct VirtualKeys {
    /// What every key begins with. `sk-` by default.
    pub prefix: String,
    /// The headers a key may come in, besides that of tokens. By default those of `LiteLLM`:
    /// `x-litellm-api-key`, `api-key`, `x-api-key`, `x-goog-api-key`,
    /// `ocp-apim-subscription-key`.
    pub headers: Vec<String>,
    /// Which agents a key may use where neither its record nor its team says. `none` by default;
    /// `all` is what `LiteLLM` does.
    pub default_agents: AccessWord,
}

impl Default for VirtualKeys {
    fn default() -> Self {
        let headers = [
            "x-litellm-api-key",
            "api-key",
            "x-api-key",
            "x-goog-api-key",
            "ocp-apim-subscription-key",
        ];
        Self {
            prefix: "sk-".into(),
            headers: headers.map(Into::into).into(),
            default_agents: AccessWord::None,
        }
    }
}
