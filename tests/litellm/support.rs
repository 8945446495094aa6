//! Policies, keys, and short ways to ask.

use gatewright::decide::{Answer, Decision, Listing, Outcome, Pdp, Request};
use gatewright::policy::{Policy, Secrets};
use gatewright::request::{Family, Method};
use serde_json::{Value, json};

/// The time all tests happen at, in seconds.
pub(crate) const NOW: f64 = 1_790_000_000.0;

/// A key that can be one.
pub(crate) const KEY: &str = "sk-0123456789abcdef";

/// A decision point, and what its store holds.
pub(crate) struct Gate {
    pub(crate) pdp: Pdp,
    headers: usize,
}

/// A policy that takes keys, in the flavour `strict`, with these members besides.
pub(crate) fn strict(other: &Value) -> Gate {
    gate(&json!({ "profile": "litellm" }), &json!({}), other)
}

/// The same in the flavour `litellm-1.109`, where a key may use all agents by default.
pub(crate) fn as_litellm(other: &Value) -> Gate {
    let routes = json!({ "profile": "litellm", "flavour": "litellm-1.109" });
    gate(&routes, &json!({ "default_agents": "all" }), other)
}

pub(crate) fn gate(routes: &Value, keys: &Value, other: &Value) -> Gate {
    let mut policy = json!({
        "version": 1, "authentication": { "virtual_keys": keys }, "routes": routes,
    });
    for (name, value) in other.as_object().unwrap() {
        policy[name] = value.clone();
    }
    let policy = Policy::parse(&policy.to_string(), &Secrets::new()).unwrap();
    Gate { pdp: Pdp::new(policy), headers: 5 }
}

/// A request to invoke an agent.
pub(crate) fn invoke(agent: &str) -> (Method, String) {
    (Method::Post, format!("/a2a/{agent}"))
}

impl Gate {
    /// Asks with a key that has this record.
    pub(crate) fn ask(&mut self, record: &Value, request: &(Method, String)) -> Decision {
        let bearer = format!("Bearer {KEY}");
        self.send(Some(&bearer), &[], Some(record), request)
    }

    /// Asks with these headers. Whatever key is in them has this record.
    pub(crate) fn send(
        &mut self,
        authorization: Option<&str>,
        headers: &[(usize, &str)],
        record: Option<&Value>,
        (method, path): &(Method, String),
    ) -> Decision {
        let mut lines = vec![""; self.headers];
        for (place, value) in headers {
            lines[*place] = value;
        }
        let lines = lines.join("\n");
        let request = Request {
            method: *method,
            path: path.as_bytes(),
            authorization: authorization.map(str::as_bytes),
            cookie: None,
            keys: (!headers.is_empty()).then_some(lines.as_bytes()),
            upgrade: false,
            any_case: false,
            explain: false,
        };
        match self.pdp.begin(&request, NOW) {
            Outcome::Decided(decision) => decision,
            Outcome::Pending(_) => panic!("waits for a signature"),
            Outcome::NeedsKey { slot, .. } => {
                let record = record.map(ToString::to_string);
                self.pdp.finish_key(slot, record.as_deref().map(str::as_bytes), NOW)
            }
        }
    }

    pub(crate) fn reason(&mut self, record: &Value, request: &(Method, String)) -> &'static str {
        self.ask(record, request).reason.code()
    }

    pub(crate) fn allows(&mut self, record: &Value, agent: &str) -> bool {
        self.ask(record, &invoke(agent)).reason.allows()
    }

    pub(crate) fn answer(&mut self, record: &Value, request: &(Method, String)) -> Answer {
        let decision = self.ask(record, request);
        self.pdp.answer(&decision, request.0, request.1.as_bytes())
    }

    /// What `GET /v1/agents` shows. `None` if it is denied.
    pub(crate) fn listed(&mut self, record: &Value) -> Option<Vec<String>> {
        const PATH: &str = "/v1/agents";
        let decision = self.ask(record, &(Method::Get, PATH.into()));
        if !decision.reason.allows() {
            return None;
        }
        match self.pdp.listing(&decision, Method::Get, PATH.as_bytes(), Family::Agents) {
            Listing::All => Some(vec!["*".into()]),
            Listing::Ids(ids) => Some(ids.into_iter().map(str::to_owned).collect()),
        }
    }
}
