//! From text to a document: strict JSON, then member by member, and the place of every error.
//!
//! It is written by hand, since what is derived weighs five times as much in the module. That it
//! reads what the schema says is held by `tests/schema.rs`.

mod actions;
mod agents;
mod at;
mod issuer;
mod routes;
mod state;

use at::{At, Read};

use super::PolicyError;
use super::document::{
    Authentication, CredentialDocument, GuardDocument, Isolation, IsolationMembers, OffWord,
    PolicyDocument, Routes,
};
use crate::json::{self, JsonError};

/// How deep a policy may be nested. A JWK Set of keys in an issuer goes to 8.
const DEPTH: usize = 32;

/// The one version of the format.
const VERSION: u32 = 1;

/// Reads the document.
pub(super) fn document(text: &str) -> Result<PolicyDocument, PolicyError> {
    let json = json::parse(text.as_bytes(), DEPTH).map_err(not_json)?;
    policy(&At::root(&json)).map_err(|error| *error)
}

/// The routes of a policy by themselves.
impl std::str::FromStr for Routes {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        let json = json::parse(text.as_bytes(), DEPTH).map_err(not_json)?;
        routes::routes(&At::root(&json)).map_err(|error| *error)
    }
}

/// The guards of a tool by themselves.
pub(crate) fn guards(text: &str) -> Result<Vec<GuardDocument>, PolicyError> {
    let json = json::parse(text.as_bytes(), DEPTH).map_err(not_json)?;
    At::root(&json).list(actions::guard).map_err(|error| *error)
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

fn policy(at: &At<'_>) -> Read<PolicyDocument> {
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
    ])?;
    let version = object.required("version")?;
    if version.number()? != VERSION {
        let message = format!("the only version there is is {VERSION}");
        return Err(version.refuse("policy_version", message));
    }
    Ok(PolicyDocument {
        schema: object.text("$schema")?,
        version: VERSION,
        authentication: authentication(&object.required("authentication")?)?,
        routes: routes::routes(&object.required("routes")?)?,
        mode: object.given("mode").map(|at| state::mode(&at)).transpose()?.unwrap_or_default(),
        answers: object
            .given("answers")
            .map(|at| state::answers(&at))
            .transpose()?
            .unwrap_or_default(),
        groups: object.names("groups", agents::ids)?,
        teams: object.names("teams", agents::team)?,
        agents: object.optional("agents").map(|at| at.names(agents::agent)).transpose()?,
        tools: object.names("tools", actions::tool)?,
        approvals: object
            .given("approvals")
            .map(|at| state::approvals(&at))
            .transpose()?
            .unwrap_or_default(),
        budgets: object.list("budgets", state::budget)?,
        switches: object.list("switches", state::switch)?,
        isolation: object.optional("isolation").map(|at| isolation(&at)).transpose()?,
    })
}

fn authentication(at: &At<'_>) -> Read<Authentication> {
    let object = at.object(&["issuers", "credential", "virtual_keys"])?;
    let credential = object.given("credential").map(|at| credential(&at)).transpose()?;
    Ok(Authentication {
        issuers: object.list("issuers", issuer::issuer)?,
        virtual_keys: object
            .optional("virtual_keys")
            .map(|at| agents::virtual_keys(&at))
            .transpose()?,
        credential: credential.unwrap_or_default(),
    })
}

fn credential(at: &At<'_>) -> Read<CredentialDocument> {
    let object = at.object(&["header", "cookie"])?;
    Ok(CredentialDocument { header: object.text("header")?, cookie: object.text("cookie")? })
}

fn isolation(at: &At<'_>) -> Read<Isolation> {
    if at.json.as_object().is_none() {
        let word = at.word(&[("off", OffWord::Off)]);
        return word.map(Isolation::Word).map_err(|_| at.expected("`off` or an object"));
    }
    let object = at.object(&["user", "session", "max_body_bytes"])?;
    let default = IsolationMembers::default();
    let user = object.texts("user")?;
    let session = object.texts("session")?;
    let max_body_bytes = object.number("max_body_bytes")?;
    Ok(Isolation::Members(IsolationMembers {
        user: user.unwrap_or(default.user),
        session: session.unwrap_or(default.session),
        max_body_bytes: max_body_bytes.unwrap_or(default.max_body_bytes),
    }))
}
