//! Reads the routes.

use super::at::At;
use crate::policy::document::{Interface, MethodName, Profile, RouteFlavour, Routes, Rule};

const METHODS: [(&str, MethodName); 7] = [
    ("GET", MethodName::Get),
    ("HEAD", MethodName::Head),
    ("POST", MethodName::Post),
    ("PUT", MethodName::Put),
    ("PATCH", MethodName::Patch),
    ("DELETE", MethodName::Delete),
    ("OPTIONS", MethodName::Options),
];

const FLAVOURS: [(&str, RouteFlavour); 3] = [
    ("strict", RouteFlavour::Strict),
    ("agno-3.1", RouteFlavour::Agno31),
    ("litellm-1.109", RouteFlavour::LiteLlm1109),
];

const PROFILES: [(&str, Profile); 2] =
    [("agentos", Profile::AgentOs), ("litellm", Profile::LiteLlm)];

const INTERFACES: [(&str, Interface); 3] =
    [("company", Interface::Company), ("a2a", Interface::A2a), ("agui", Interface::Agui)];

pub(super) fn routes(at: &At<'_>) -> Routes {
    let object = at.object(&["profile", "flavour", "public", "rules", "interfaces", "mount"]);
    let interfaces = object.given("interfaces");
    Routes {
        profile: object.word("profile", &PROFILES),
        flavour: object.given_word("flavour", &FLAVOURS).unwrap_or_default(),
        public: object.texts("public").unwrap_or_default(),
        rules: object.list("rules", rule),
        interfaces: interfaces.map(|at| at.words(&INTERFACES)).unwrap_or_default(),
        mount: object.text("mount"),
    }
}

fn rule(at: &At<'_>) -> Rule {
    let object = at.object(&["method", "path", "action", "resource", "scopes"]);
    Rule {
        method: object.required("method").word(&METHODS).unwrap_or(MethodName::Get),
        path: object.required("path").text(),
        action: object.text("action"),
        resource: object.text("resource"),
        scopes: object.texts("scopes"),
    }
}
