//! Reads an issuer.

use super::at::At;
use crate::policy::document::{
    AlgorithmName, AnyWord, Audience, ClaimPaths, Flavour, IssuerDocument, KeyDocument,
};

const FLAVOURS: [(&str, Flavour); 2] = [("strict", Flavour::Strict), ("agno-3.1", Flavour::Agno31)];

const ALGORITHMS: [(&str, AlgorithmName); 13] = [
    ("HS256", AlgorithmName::HS256),
    ("HS384", AlgorithmName::HS384),
    ("HS512", AlgorithmName::HS512),
    ("RS256", AlgorithmName::RS256),
    ("RS384", AlgorithmName::RS384),
    ("RS512", AlgorithmName::RS512),
    ("PS256", AlgorithmName::PS256),
    ("PS384", AlgorithmName::PS384),
    ("PS512", AlgorithmName::PS512),
    ("ES256", AlgorithmName::ES256),
    ("ES384", AlgorithmName::ES384),
    ("ES512", AlgorithmName::ES512),
    ("EdDSA", AlgorithmName::EdDSA),
];

pub(super) fn issuer(at: &At<'_>) -> IssuerDocument {
    let object = at.object(&[
        "name",
        "issuer",
        "audience",
        "algorithms",
        "keys",
        "jwks_uri",
        "claims",
        "typ",
        "leeway_seconds",
        "require_expiry",
        "max_lifetime_seconds",
        "max_token_bytes",
        "admin_scope",
        "flavour",
    ]);
    IssuerDocument {
        name: object.required("name").text(),
        issuer: object.required("issuer").text(),
        audience: audience(&object.required("audience")),
        algorithms: object.required("algorithms").words(&ALGORITHMS),
        keys: object
            .given("keys")
            .map(|at| at.list(key))
            .unwrap_or_default()
            .into_iter()
            .flatten()
            .collect(),
        jwks_uri: object.text("jwks_uri"),
        claims: object.given("claims").map(|at| claims(&at)).unwrap_or_default(),
        typ: object.text("typ"),
        leeway_seconds: object.number("leeway_seconds"),
        require_expiry: object.flag("require_expiry"),
        max_lifetime_seconds: object.number("max_lifetime_seconds"),
        max_token_bytes: object.number("max_token_bytes"),
        admin_scope: object.text("admin_scope"),
        flavour: object.given_word("flavour", &FLAVOURS).unwrap_or_default(),
    }
}

fn audience(at: &At<'_>) -> Audience {
    if at.json.as_str() == Some("any") {
        return Audience::Word(AnyWord::Any);
    }
    if at.json.as_array().is_none() {
        at.expected("`any` or a list");
    }
    Audience::List(at.texts())
}

fn key(at: &At<'_>) -> Option<KeyDocument> {
    const KINDS: [&str; 4] = ["env", "jwk", "jwks", "pem"];
    let object = at.object(&KINDS);
    let mut given = KINDS.into_iter().filter_map(|kind| Some((kind, object.given(kind)?)));
    let (Some((kind, key)), None) = (given.next(), given.next()) else {
        at.expected("exactly one of the members `env`, `jwk`, `jwks`, `pem`");
        return None;
    };
    Some(match kind {
        "env" => KeyDocument::Env(key.text()),
        "pem" => KeyDocument::Pem(key.text()),
        _ => {
            if key.json.as_object().is_none() {
                key.expected("an object");
            }
            let json = key.json.clone();
            if kind == "jwk" { KeyDocument::Jwk(json) } else { KeyDocument::Jwks(json) }
        }
    })
}

fn claims(at: &At<'_>) -> ClaimPaths {
    let object = at.object(&["subject", "session", "scopes", "team", "agents", "tenant"]);
    let default = ClaimPaths::default();
    ClaimPaths {
        subject: object.text("subject").unwrap_or(default.subject),
        session: object.text("session").unwrap_or(default.session),
        scopes: object.text("scopes").unwrap_or(default.scopes),
        team: object.text("team"),
        agents: object.text("agents"),
        tenant: object.text("tenant"),
    }
}
