//! Policies of agents and tools.

use gatewright::decide::Pdp;
use gatewright::policy::{Policy, Secrets};
use serde_json::{Value, json};

/// The time all tests begin at, in seconds.
pub(crate) const NOW: f64 = 1_790_000_000.0;

/// A policy with these members, besides those that every policy has.
pub(crate) fn document(members: &Value) -> String {
    let mut document = json!({
        "version": 1,
        "authentication": { "issuers": [{
            "name": "main", "issuer": "any", "audience": "any", "algorithms": ["ES256"],
            "jwks_uri": "https://id.example/keys",
        }] },
        "routes": { "profile": "agentos" },
    });
    let all = document.as_object_mut().unwrap();
    all.extend(members.as_object().unwrap().clone());
    document.to_string()
}

/// A decision point with such a policy.
pub(crate) fn pdp(members: &Value) -> Pdp {
    Pdp::new(Policy::parse(&document(members), &Secrets::new()).unwrap())
}
