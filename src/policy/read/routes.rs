//! Reads the routes.

use super::at::{At, Read};
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

pub(super) fn routes(at: &At<'_>) -> Read<Routes> {
    let object = at.object(&["profile", "flavour", "public", "rules", "interfaces", "mount"])?;
    let profile = object.optional("profile");
    let flavour = object.given("flavour").map(|at| at.word(&FLAVOURS)).transpose()?;
    let public = object.texts("public")?;
    let rules = object.given("rules").map(|at| at.list(rule)).transpose()?;
    let interfaces = object.given("interfaces").map(|at| at.list(|at| at.word(&INTERFACES)));
    Ok(Routes {
        profile: profile.map(|at| at.word(&PROFILES)).transpose()?,
        flavour: flavour.unwrap_or_default(),
        public: public.unwrap_or_default(),
        rules: rules.unwrap_or_default(),
        interfaces: interfaces.transpose()?.unwrap_or_default(),
        mount: object.text("mount")?,
    })
}

fn rule(at: &At<'_>) -> Read<Rule> {
    let object = at.object(&["method", "path", "action", "resource", "scopes"])?;
    Ok(Rule {
        method: object.required("method")?.word(&METHODS)?,
        path: object.required("path")?.text()?,
        action: object.text("action")?,
        resource: object.text("resource")?,
        scopes: object.texts("scopes")?,
    })
}
