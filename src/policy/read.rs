//! From text to a document: strict JSON, then member by member, and the place of every error.
//!
//! It is written by hand, since what is derived weighs five times as much in the module. That it
//! reads what the schema says is held by `tests/schema.rs`.

mod actions;
mod agents;
mod at;
mod control;
mod issuer;
mod routes;
mod state;

use at::{At, read};

use super::PolicyError;
use super::document::{
    Authentication, CredentialDocument, GuardDocument, Isolation, IsolationMembers, OffWord,
    PolicyDocument, Routes, SwitchDocument,
};
use crate::json::{self, Json, JsonError};

/// How deep a policy may be nested. A JWK Set of keys in an issuer goes to 8.
const DEPTH: usize = 32;

/// The one version of the format.
const VERSION: u32 = 1;

/// Reads the document.
pub(super) fn document(text: &str) -> Result<PolicyDocument, PolicyError> {
    let json = json::parse(text.as_bytes(), DEPTH).map_err(not_json)?;
    read(&json, policy)
}

/// Whether there is a document to be read, whatever it says.
pub(super) fn is_json(text: &str) -> bool {
    json::parse(text.as_bytes(), DEPTH).is_ok()
}

/// The routes of a policy by themselves.
impl std::str::FromStr for Routes {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        let json = json::parse(text.as_bytes(), DEPTH).map_err(not_json)?;
        read(&json, routes::routes)
    }
}

/// Switches by themselves, as a store holds them.
impl SwitchDocument {
    /// Reads a list of switches, as strictly as those of a policy.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] with the place in the list.
    pub fn list(json: &Json) -> Result<Vec<Self>, PolicyError> {
        read(json, |at| at.list(state::switch))
    }
}

/// The guards of a tool by themselves.
pub(crate) fn guards(text: &str) -> Result<Vec<GuardDocument>, PolicyError> {
    let json = json::parse(text.as_bytes(), DEPTH).map_err(not_json)?;
    read(&json, |at| at.list(actions::guard))
}

fn not_json(error: JsonError) -> PolicyError {
    let (code, pointer, message, line, column) = match error {
        JsonError::Depth => ("policy_depth", String::new(), "nested too deeply", None, None),
        JsonError::Duplicate { pointer, line, column } => {
            let message = "this member stands here twice; keep one";
            ("policy_duplicate_member", pointer, message, Some(line), Some(column))
        }
        JsonError::Syntax { line, column } => {
            ("policy_syntax", String::new(), "this is not JSON", Some(line), Some(column))
        }
    };
    PolicyError { code, pointer, message: message.into(), line, column }
}

fn policy(at: &At<'_>) -> PolicyDocument {
    let object = at.object(&[
        "$schema",
        "version",
        "authentication",
        "routes",
        "mode",
        "answers",
        "groups",
        "teams",
        "agents",
        "tools",
        "approvals",
        "budgets",
        "switches",
        "isolation",
        "control",
    ]);
    let version = object.required("version");
    if version.number() != VERSION {
        version.refuse("policy_version", &format!("the only version there is is {VERSION}"));
    }
    PolicyDocument {
        schema: object.text("$schema"),
        version: VERSION,
        authentication: authentication(&object.required("authentication")),
        routes: routes::routes(&object.required("routes")),
        mode: object.given("mode").map(|at| state::mode(&at)).unwrap_or_default(),
        answers: object.given("answers").map(|at| state::answers(&at)).unwrap_or_default(),
        groups: object.names("groups", agents::ids),
        teams: object.names("teams", agents::team),
        agents: object.optional("agents").map(|at| at.names(agents::agent)),
        tools: object.names("tools", actions::tool),
        approvals: object.given("approvals").map(|at| state::approvals(&at)).unwrap_or_default(),
        budgets: object.list("budgets", state::budget),
        switches: object.list("switches", state::switch),
        isolation: object.optional("isolation").map(|at| isolation(&at)),
        control: object.given("control").map(|at| control::control(&at)).unwrap_or_default(),
    }
}

fn authentication(at: &At<'_>) -> Authentication {
    let object = at.object(&["issuers", "credential", "virtual_keys"]);
    let credential = object.given("credential").map(|at| credential(&at));
    Authentication {
        issuers: object.list("issuers", issuer::issuer),
        virtual_keys: object.optional("virtual_keys").map(|at| agents::virtual_keys(&at)),
        credential: credential.unwrap_or_default(),
    }
}

fn credential(at: &At<'_>) -> CredentialDocument {
    let object = at.object(&["header", "cookie"]);
    CredentialDocument { header: object.text("header"), cookie: object.text("cookie") }
}

fn isolation(at: &At<'_>) -> Isolation {
    if at.json.as_str() == Some("off") {
        return Isolation::Word(OffWord::Off);
    }
    if at.json.as_object().is_none() {
        at.expected("`off` or an object");
    }
    let object = at.object(&["user", "session", "max_body_bytes"]);
    let default = IsolationMembers::default();
    Isolation::Members(IsolationMembers {
        user: object.texts("user").unwrap_or(default.user),
        session: object.texts("session").unwrap_or(default.session),
        max_body_bytes: object.number("max_body_bytes").unwrap_or(default.max_body_bytes),
    })
}
