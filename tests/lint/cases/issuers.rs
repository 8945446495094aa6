//! Whose credentials are believed.

use serde_json::{Value, json};

use super::{Case, ISSUER, case, issuer, keys};

const RSA: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

#[expect(clippy::too_many_lines, reason = "it is a table")]
pub(super) fn issuers() -> Vec<Case> {
    let rsa = json!({ "jwk": { "kty": "RSA", "e": "AQAB", "n": RSA } });
    let oct = json!({ "kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA" });
    let mut two = issuer(
        &json!({ "issuer": "any", "algorithms": ["HS256"], "jwks_uri": null, "keys": [{ "env": "KEY" }] }),
    );
    let one = two.clone();
    let mut other = crate::base()["authentication"]["issuers"][0].clone();
    other["name"] = "other".into();
    two["authentication"]["issuers"].as_array_mut().unwrap().push(other);
    let at = |member: &str| -> &'static str { format!("{ISSUER}/{member}").leak() };
    let keyed = |members: Value| json!({ "authentication": { "virtual_keys": members } });
    // Its admins may do what needs these scopes.
    let asking = |scopes: &Value| {
        let mut patch = issuer(&json!({ "admin_scope": "ops:admin" }));
        patch["routes"] =
            json!({ "rules": [{ "method": "POST", "path": "/reindex", "scopes": scopes }] });
        patch
    };
    vec![
        case(
            issuer(&json!({ "audience": "any" })),
            &[("lint_audience_any", at("audience"))],
            issuer(&json!({ "audience": ["any"] })),
        ),
        case(issuer(&json!({ "issuer": "any" })), &[("lint_issuer_any", at("issuer"))], one),
        case(two, &[("lint_issuer_any", at("issuer"))], issuer(&json!({}))),
        case(
            issuer(&json!({ "require_expiry": false })),
            &[("lint_expiry_optional", at("require_expiry"))],
            issuer(&json!({ "require_expiry": true })),
        ),
        case(
            issuer(&json!({ "flavour": "agno-3.1" })),
            &[("lint_expiry_optional", at("flavour")), ("lint_lifetime_long", at("flavour"))],
            issuer(&json!({ "flavour": "agno-3.1", "require_expiry": true })),
        ),
        case(
            issuer(&json!({ "max_lifetime_seconds": 7_776_001 })),
            &[("lint_lifetime_long", at("max_lifetime_seconds"))],
            issuer(&json!({ "max_lifetime_seconds": 7_776_000 })),
        ),
        case(
            issuer(&json!({ "max_lifetime_seconds": 0 })),
            &[("lint_lifetime_zero", at("max_lifetime_seconds"))],
            issuer(&json!({ "max_lifetime_seconds": 1 })),
        ),
        case(
            issuer(&json!({ "leeway_seconds": 61 })),
            &[("lint_leeway_large", at("leeway_seconds"))],
            issuer(&json!({ "leeway_seconds": 60 })),
        ),
        case(
            // An RSA key that does not say so is for the padding that is named first.
            keys(&json!(["RS256", "PS256", "ES256"]), &json!([rsa])),
            &[
                ("lint_algorithm_unused", at("algorithms/1")),
                ("lint_algorithm_unused", at("algorithms/2")),
            ],
            keys(&json!(["RS256", "PS256", "ES256"]), &json!([rsa, { "env": "KEY" }])),
        ),
        case(
            issuer(&json!({ "algorithms": ["RS256", "ES256", "RS256"], "audience": ["a", "a"] })),
            &[("lint_redundant", at("audience/1")), ("lint_redundant", at("algorithms/2"))],
            issuer(&json!({ "algorithms": ["RS256", "RS384"] })),
        ),
        case(
            keys(
                &json!(["HS256"]),
                &json!([{ "env": "KEY" }, { "jwk": oct }, { "jwks": { "keys": [oct] } }]),
            ),
            &[
                ("lint_secret_in_policy", at("keys/1/jwk")),
                ("lint_secret_in_policy", at("keys/2/jwks")),
            ],
            keys(&json!(["RS256"]), &json!([rsa, { "jwks": { "keys": [rsa["jwk"]] } }])),
        ),
        case(
            issuer(&json!({ "jwks_uri": "http://localhost/jwks" })),
            &[("lint_jwks_local", at("jwks_uri"))],
            issuer(&json!({ "jwks_uri": "https://localhost/jwks" })),
        ),
        case(
            issuer(&json!({ "admin_scope": "openid" })),
            &[("lint_admin_scope_ordinary", at("admin_scope"))],
            issuer(&json!({ "admin_scope": "ops:admin" })),
        ),
        case(
            issuer(&json!({ "admin_scope": "agents:run" })),
            &[("lint_admin_scope_ordinary", at("admin_scope"))],
            issuer(&json!({ "admin_scope": "agent_os:admin" })),
        ),
        case(
            issuer(&json!({ "admin_scope": "reports:read" })),
            &[("lint_admin_scope_ordinary", at("admin_scope"))],
            issuer(&json!({ "admin_scope": "reports:write" })),
        ),
        case(
            asking(&json!(["ops:admin", "reports:read"])),
            &[("lint_admin_scope_ordinary", at("admin_scope"))],
            asking(&json!(["ops:admin"])),
        ),
        case(
            issuer(&json!({ "admin_scope": "approvals:write" })),
            &[("lint_admin_scope_ordinary", at("admin_scope"))],
            issuer(&json!({ "admin_scope": "approvals:all" })),
        ),
        case(
            json!({ "teams": null, "groups": null }),
            &[("lint_team_claim_unmet", at("claims/team"))],
            json!({ "teams": { "support": { "groups": ["helpers"] } } }),
        ),
        case(
            keyed(json!({ "prefix": "" })),
            &[("lint_keys_prefix", "/authentication/virtual_keys/prefix")],
            keyed(json!({ "prefix": "sk-" })),
        ),
        case(
            keyed(json!({ "prefix": "ey" })),
            &[("lint_keys_prefix", "/authentication/virtual_keys/prefix")],
            keyed(json!({ "prefix": "eyes-" })),
        ),
        case(
            keyed(json!({ "default_agents": "all" })),
            &[("lint_keys_unrestricted", "/authentication/virtual_keys/default_agents")],
            keyed(json!({ "default_agents": "none" })),
        ),
    ]
}
