//! Reads what an agent may do, and with which arguments.

use super::at::{At, Read};
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

pub(super) fn permission(at: &At<'_>) -> Read<PermissionDocument> {
    let object =
        at.object(&["action", "max_amount", "amount", "requires_approval", "approval", "dry_run"])?;
    Ok(PermissionDocument {
        action: object.required("action")?.text()?,
        max_amount: object.decimal("max_amount")?,
        amount: object.text("amount")?,
        requires_approval: object.flag("requires_approval")?.unwrap_or(false),
        approval: object.optional("approval").map(|at| at.word(&APPROVALS)).transpose()?,
        dry_run: object.flag("dry_run")?.unwrap_or(false),
    })
}

pub(super) fn tool(at: &At<'_>) -> Read<ToolDocument> {
    let object = at.object(&["level", "guards", "approval", "dry_run"])?;
    Ok(ToolDocument {
        level: object.optional("level").map(|at| at.word(&LEVELS)).transpose()?,
        guards: object.list("guards", guard)?,
        approval: object.optional("approval").map(|at| at.word(&APPROVALS)).transpose()?,
        dry_run: object.flag("dry_run")?.unwrap_or(false),
    })
}

pub(super) fn guard(at: &At<'_>) -> Read<GuardDocument> {
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
    ])?;
    let ports = object.optional("ports").map(|at| at.list(port)).transpose()?;
    let values = object.optional("enum").map(|at| at.list(|at| Ok(at.json.clone())));
    Ok(GuardDocument {
        at: object.required("at")?.text()?,
        required: object.flag("required")?,
        max_amount: object.decimal("max_amount")?,
        minimum: object.decimal("minimum")?,
        maximum: object.decimal("maximum")?,
        values: values.transpose()?,
        pattern: object.text("pattern")?,
        hosts: object.optional("hosts").map(|at| at.texts()).transpose()?,
        ports,
        schemes: object.optional("schemes").map(|at| at.texts()).transpose()?,
        paths: object.text("paths")?,
        sql: object.optional("sql").map(|at| sql(&at)).transpose()?,
    })
}

fn port(at: &At<'_>) -> Read<u16> {
    let port = at.number().ok().and_then(|number| u16::try_from(number).ok());
    port.ok_or_else(|| at.expected("a port, a whole number from 0 to 65535"))
}

fn sql(at: &At<'_>) -> Read<SqlDocument> {
    let object = at.object(&["writes", "dialect"])?;
    let dialect = object.given("dialect").map(|at| at.word(&DIALECTS)).transpose()?;
    Ok(SqlDocument {
        writes: object.texts("writes")?.unwrap_or_default(),
        dialect: dialect.unwrap_or_default(),
    })
}
