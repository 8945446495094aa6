//! Reads the routes.

use super::at::{At, Read};
use super::issuer::FLAVOURS;
use crate::policy::document::{Interface, MethodName, Profile, Routes, Rule};

const METHODS: [(&str, MethodName); 7] = [
    ("GET", MethodName::Get),
    ("HEAD", MethodName::Head),
    ("POST", MethodName::Post),
    ("PUT", MethodName::Put),
    ("PATCH", MethodName::Patch),
    ("DELETE", MethodName::Delete),
    ("OPTIONS", MethodName::Options),
];

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
        profile: profile.map(|at| at.word(&[("agentos", Profile::AgentOs)])).transpose()?,
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
