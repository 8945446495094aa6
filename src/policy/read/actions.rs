//! Reads what an agent may do, and with which arguments.

use super::at::At;
use super::state::APPROVALS;
use crate::policy::document::{
    GuardDocument, LevelName, PermissionDocument, SqlDialect, SqlDocument, ToolDocument,
};

pub(super) const LEVELS: [(&str, LevelName); 4] = [
    ("read", LevelName::Read),
    ("write", LevelName::Write),
    ("execute", LevelName::Execute),
    ("delete", LevelName::Delete),
];

const DIALECTS: [(&str, SqlDialect); 3] = [
    ("postgresql", SqlDialect::PostgreSql),
    ("mysql", SqlDialect::MySql),
    ("sqlite", SqlDialect::Sqlite),
];

pub(super) fn permission(at: &At<'_>) -> PermissionDocument {
    let object =
        at.object(&["action", "max_amount", "amount", "requires_approval", "approval", "dry_run"]);
    PermissionDocument {
        action: object.required("action").text(),
        max_amount: object.decimal("max_amount"),
        amount: object.text("amount"),
        requires_approval: object.flag("requires_approval").unwrap_or(false),
        approval: object.word("approval", &APPROVALS),
        dry_run: object.flag("dry_run").unwrap_or(false),
    }
}

pub(super) fn tool(at: &At<'_>) -> ToolDocument {
    let object = at.object(&["level", "guards", "approval", "dry_run"]);
    ToolDocument {
        level: object.word("level", &LEVELS),
        guards: object.list("guards", guard),
        approval: object.word("approval", &APPROVALS),
        dry_run: object.flag("dry_run").unwrap_or(false),
    }
}

pub(super) fn guard(at: &At<'_>) -> GuardDocument {
    let object = at.object(&[
        "at",
        "required",
        "max_amount",
        "minimum",
        "maximum",
        "enum",
        "pattern",
        "hosts",
        "ports",
        "schemes",
        "paths",
        "sql",
    ]);
    GuardDocument {
        at: object.required("at").text(),
        required: object.flag("required"),
        max_amount: object.decimal("max_amount"),
        minimum: object.decimal("minimum"),
        maximum: object.decimal("maximum"),
        values: object.optional("enum").map(|at| at.list(|at| at.json.clone())),
        pattern: object.text("pattern"),
        hosts: object.optional_texts("hosts"),
        ports: object.optional("ports").map(|at| at.list(port)),
        schemes: object.optional_texts("schemes"),
        paths: object.text("paths"),
        sql: object.optional("sql").map(|at| sql(&at)),
    }
}

fn port(at: &At<'_>) -> u16 {
    let port = at.json.as_number().and_then(|port| u16::try_from(port.as_u64()?).ok());
    if port.is_none() {
        at.expected("a port, a whole number from 0 to 65535");
    }
    port.unwrap_or_default()
}

fn sql(at: &At<'_>) -> SqlDocument {
    let object = at.object(&["writes", "dialect"]);
    SqlDocument {
        writes: object.texts("writes").unwrap_or_default(),
        dialect: object.given_word("dialect", &DIALECTS).unwrap_or_default(),
    }
}
