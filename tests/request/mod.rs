//! Routes as the tests write them down: JSON without faults.

#![expect(clippy::panic, reason = "what cannot be set up has failed")]

use gatewright::policy::document::{Interface, MethodName, Profile, RouteFlavour, Routes, Rule};
use serde_json::Value;

/// The routes that a document describes.
pub(crate) fn routes(document: &Value) -> Routes {
    let items = |name: &str| document[name].as_array().into_iter().flatten();
    Routes {
        profile: match document["profile"].as_str() {
            Some("agentos") => Some(Profile::AgentOs),
            Some("litellm") => Some(Profile::LiteLlm),
            _ => None,
        },
        flavour: match document["flavour"].as_str() {
            Some("agno-3.1") => RouteFlavour::Agno31,
            _ => RouteFlavour::Strict,
        },
        public: items("public").filter_map(text).collect(),
        rules: items("rules").map(rule).collect(),
        interfaces: items("interfaces").map(interface).collect(),
        mount: text(&document["mount"]),
    }
}

fn rule(rule: &Value) -> Rule {
    let scopes = rule["scopes"].as_array();
    Rule {
        method: method(&rule["method"]),
        path: text(&rule["path"]).unwrap_or_default(),
        action: text(&rule["action"]),
        resource: text(&rule["resource"]),
        scopes: scopes.map(|scopes| scopes.iter().filter_map(text).collect()),
    }
}

fn method(method: &Value) -> MethodName {
    match method.as_str() {
        Some("GET") => MethodName::Get,
        Some("HEAD") => MethodName::Head,
        Some("POST") => MethodName::Post,
        Some("PUT") => MethodName::Put,
        Some("PATCH") => MethodName::Patch,
        Some("DELETE") => MethodName::Delete,
        Some("OPTIONS") => MethodName::Options,
        other => panic!("{other:?} is no method"),
    }
}

fn interface(interface: &Value) -> Interface {
    match interface.as_str() {
        Some("company") => Interface::Company,
        Some("a2a") => Interface::A2a,
        Some("agui") => Interface::Agui,
        other => panic!("{other:?} is no interface"),
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(String::from)
}
