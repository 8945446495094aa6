//! Policies, signers and short ways to ask.

use base64ct::{Base64UrlUnpadded, Encoding};
use gatewright::Reason;
use gatewright::decide::{Outcome, Pdp, Request};
use gatewright::policy::{Policy, Secrets};
use gatewright::request::Method;
use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};
use serde_json::{Value, json};

/// The time all tests begin at, in seconds.
pub(crate) const NOW: f64 = 1_790_000_000.0;

/// A key pair and its name.
pub(crate) struct Signer {
    key: SigningKey,
    kid: &'static str,
}

impl Signer {
    pub(crate) fn es256(kid: &'static str) -> Self {
        Self { key: SigningKey::from_slice(&[7; 32]).unwrap(), kid }
    }

    pub(crate) fn other_es256(kid: &'static str) -> Self {
        Self { key: SigningKey::from_slice(&[9; 32]).unwrap(), kid }
    }

    /// The public key. Without a name it has no `kid`.
    pub(crate) fn jwk(&self) -> Value {
        let point = self.key.verifying_key().to_encoded_point(false);
        let text = |bytes: &[u8]| Base64UrlUnpadded::encode_string(bytes);
        let mut jwk = json!({
            "kty": "EC", "crv": "P-256", "alg": "ES256",
            "x": text(point.x().unwrap()), "y": text(point.y().unwrap()),
        });
        if !self.kid.is_empty() {
            jwk["kid"] = json!(self.kid);
        }
        jwk
    }

    pub(crate) fn token(&self, claims: &Value) -> String {
        let mut header = json!({ "alg": "ES256", "typ": "JWT" });
        if !self.kid.is_empty() {
            header["kid"] = json!(self.kid);
        }
        let part = |json: &Value| Base64UrlUnpadded::encode_string(json.to_string().as_bytes());
        let signed = format!("{}.{}", part(&header), part(claims));
        let signature: Signature = self.key.sign(signed.as_bytes());
        format!("{signed}.{}", Base64UrlUnpadded::encode_string(&signature.to_bytes()))
    }
}

/// A policy with one issuer that has these keys.
pub(crate) fn document(algorithms: Value, keys: Value) -> String {
    json!({
        "version": 1,
        "authentication": { "issuers": [{
            "name": "main", "issuer": "any", "audience": "any",
            "algorithms": algorithms, "keys": keys,
        }] },
        "routes": { "profile": "agentos" },
    })
    .to_string()
}

pub(crate) fn unseeded(text: &str) -> Pdp {
    Pdp::new(Policy::parse(text, &Secrets::new()).unwrap())
}

fn seeded(text: &str) -> Pdp {
    let mut pdp = unseeded(text);
    pdp.seed((1, 2));
    pdp
}

pub(crate) fn policy(algorithms: Value, keys: Value) -> Pdp {
    seeded(&document(algorithms, keys))
}

/// A decision point whose issuer publishes its keys.
pub(crate) fn fetching(algorithms: Value) -> Pdp {
    let mut text: Value = serde_json::from_str(&document(algorithms, json!([]))).unwrap();
    text["authentication"]["issuers"][0]["jwks_uri"] = json!("https://id.example/keys");
    seeded(&text.to_string())
}

/// Asks to run an agent.
pub(crate) fn begin(pdp: &mut Pdp, token: &str, now: f64) -> Outcome {
    ask(pdp, token, "/agents/research/runs", false, now)
}

/// The same at another path.
pub(crate) fn begin_at(pdp: &mut Pdp, token: &str, path: &str, any_case: bool) -> Outcome {
    ask(pdp, token, path, any_case, NOW)
}

fn ask(pdp: &mut Pdp, token: &str, path: &str, any_case: bool, now: f64) -> Outcome {
    let authorization = format!("Bearer {token}");
    let request = Request {
        method: Method::Post,
        path: path.as_bytes(),
        authorization: Some(authorization.as_bytes()),
        cookie: None,
        keys: None,
        upgrade: false,
        any_case,
        explain: false,
    };
    pdp.begin(&request, now)
}

/// What is decided at once, if it is.
pub(crate) fn decided(pdp: &mut Pdp, token: &str, now: f64) -> Option<Reason> {
    match begin(pdp, token, now) {
        Outcome::Decided(decision) => Some(decision.reason),
        Outcome::Pending(_) | Outcome::NeedsKey { .. } => None,
    }
}

pub(crate) fn reason(outcome: Outcome) -> Reason {
    match outcome {
        Outcome::Decided(decision) => decision.reason,
        Outcome::Pending(_) | Outcome::NeedsKey { .. } => panic!("waits for something else"),
    }
}

pub(crate) fn allowed(outcome: Outcome) -> bool {
    reason(outcome).allows()
}
