//! The schema in the package and the reference in `docs/` say what the types say.
//!
//! After a change: `GATEWRIGHT_WRITE=1 cargo test --features schema --test schema`.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]
use std::collections::BTreeSet;
use std::fmt::Write;

use gatewright::policy::{
    Policy, Secrets,
    schema::{described, schema},
};
use serde_json::{Value, json};

/// Compares a file with what it should be, or writes it when asked to.
fn same(file: &str, expected: &str) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/").to_owned() + file;
    if std::env::var_os("GATEWRIGHT_WRITE").is_some() {
        std::fs::write(&path, expected).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == expected, "{file} is out of date; see the head of tests/schema.rs");
}

#[test]
fn the_package_ships_the_schema() {
    let text = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    same("pkg/policy.schema.json", &text);
}

#[test]
fn the_reference_says_what_the_schema_says() {
    same("docs/policy.md", &reference(&described()));
}

#[test]
fn unknown_members_are_refused_everywhere() {
    let schema = schema();
    let definitions = schema["$defs"].as_object().unwrap().values();
    for object in definitions.chain([&schema]) {
        if object.get("properties").is_some() {
            assert_eq!(object["additionalProperties"], Value::Bool(false), "{object}");
        }
    }
}

/// Each object of the schema, and a place where one stands.
const PLACES: [(&str, &str); 21] = [
    ("PolicyDocument", ""),
    ("Authentication", "/authentication"),
    ("IssuerDocument", "/authentication/issuers/0"),
    ("ClaimPaths", "/authentication/issuers/0/claims"),
    ("CredentialDocument", "/authentication/credential"),
    ("Routes", "/routes"),
    ("Rule", "/routes/rules/0"),
    ("Team", "/teams/t"),
    ("Agent", "/agents/a"),
    ("IsolationMembers", "/isolation"),
    ("VirtualKeys", "/authentication/virtual_keys"),
    ("Answers", "/answers"),
    ("PermissionDocument", "/agents/a/permissions/0"),
    ("ToolDocument", "/tools/t"),
    ("GuardDocument", "/tools/t/guards/0"),
    ("SqlDocument", "/tools/t/guards/0/sql"),
    ("ApprovalsDocument", "/approvals"),
    ("BudgetDocument", "/budgets/0"),
    ("SwitchDocument", "/switches/0"),
    ("ControlDocument", "/control"),
    ("WebhookDocument", "/control/webhook"),
];

#[test]
fn the_reader_knows_the_members_of_the_schema_and_no_other() {
    let schema = schema();
    let whole = json!({
        "version": 1,
        "authentication": { "credential": {}, "virtual_keys": {}, "issuers": [{
            "name": "n", "issuer": "any", "audience": "any", "algorithms": ["HS256"], "claims": {},
        }] },
        "routes": { "rules": [{ "method": "GET", "path": "/x", "scopes": [] }] },
        "teams": { "t": { "agents": "all" } },
        "agents": { "a": { "permissions": [{ "action": "x" }] } },
        "tools": { "t": { "guards": [{ "at": "/x", "sql": {} }] } },
        "answers": {},
        "approvals": {},
        "budgets": [{ "name": "b", "calls": 1 }],
        "switches": [{ "stop": "all" }],
        "isolation": {},
        "control": { "webhook": { "url": "https://a.example/", "hosts": ["a.example"], "secret": "S" } },
    });
    for (name, place) in PLACES {
        let mut document = whole.clone();
        document.pointer_mut(place).unwrap()["?"] = json!(1);
        let Err(error) = Policy::parse(&document.to_string(), &Secrets::new()) else { panic!() };
        assert_eq!(
            (error.code, &*error.pointer),
            ("policy_unknown_member", &*format!("{place}/?"))
        );
        let object = if place.is_empty() { &schema } else { &schema["$defs"][name] };
        let expected: BTreeSet<&str> =
            object["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let known: BTreeSet<&str> = error.message.split('`').skip(1).step_by(2).collect();
        assert_eq!(known, expected, "{name}");
    }
    let objects = schema["$defs"].as_object().unwrap().values();
    let count = objects.filter(|object| object.get("properties").is_some()).count();
    assert_eq!(count + 1, PLACES.len(), "an object of the schema has no place here");
}

/// The reference: the document first, then every type it uses, in the order it uses them.
fn reference(schema: &Value) -> String {
    let mut text = String::from(
        "# The policy\n\nMade from the types that read it. Unknown members are errors; members that \
         are not said to be required may be left out.\n",
    );
    let mut waiting = vec![("PolicyDocument".to_owned(), schema.clone())];
    let mut done = BTreeSet::new();
    while !waiting.is_empty() {
        let (name, object) = waiting.remove(0);
        if !done.insert(name.clone()) {
            continue;
        }
        write!(text, "\n## {name}\n\n{}\n", plain(&object["description"])).unwrap();
        rows(&mut text, &object);
        for next in mentioned(&object) {
            waiting.push((next.clone(), schema["$defs"][&next].clone()));
        }
    }
    text
}

fn rows(text: &mut String, object: &Value) {
    if let Some(members) = object["properties"].as_object() {
        text.push_str("\n| member | type | |\n|---|---|---|\n");
        let required: Vec<&str> =
            object["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, member) in members {
            let must = if required.contains(&name.as_str()) { "**Required.** " } else { "" };
            let row = (kind(member), plain(&member["description"]));
            writeln!(text, "| `{name}` | {} | {must}{} |", row.0, row.1).unwrap();
        }
    }
    let alternatives = object["oneOf"].as_array().or(object["anyOf"].as_array());
    let values = object["enum"].as_array();
    if alternatives.is_some() || values.is_some() {
        text.push('\n');
    }
    for one in alternatives.into_iter().flatten() {
        writeln!(text, "- {}: {}", kind(one), plain(&one["description"])).unwrap();
    }
    if let Some(values) = values {
        let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
        writeln!(text, "One of {}.", values.join(", ")).unwrap();
    }
}

/// A type in a few words.
fn kind(schema: &Value) -> String {
    if let Some(name) = reference_name(schema) {
        return format!("[{name}](#{})", name.to_lowercase());
    }
    if let Some(value) = schema.get("const") {
        return format!("`{value}`");
    }
    if let Some(values) = schema["enum"].as_array() {
        return values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(" or ");
    }
    if let Some(any) = schema["anyOf"].as_array() {
        let kinds = any.iter().filter(|one| one["type"] != "null").map(kind);
        return kinds.collect::<Vec<_>>().join(" or ");
    }
    if let Some(members) = schema["properties"].as_object() {
        let members = members.iter().map(|(name, member)| format!("`{name}`: {}", kind(member)));
        return format!("{{ {} }}", members.collect::<Vec<_>>().join(", "));
    }
    if schema["items"].is_object() {
        return format!("list of {}", kind(&schema["items"]));
    }
    if schema["additionalProperties"].is_object() {
        return format!("names to {}", kind(&schema["additionalProperties"]));
    }
    match &schema["type"] {
        Value::String(one) => one.clone(),
        Value::Array(all) => {
            all.iter().filter_map(Value::as_str).filter(|one| *one != "null").collect()
        }
        _ => "anything".into(),
    }
}

fn reference_name(schema: &Value) -> Option<String> {
    Some(schema["$ref"].as_str()?.strip_prefix("#/$defs/")?.to_owned())
}

/// The definitions that a schema mentions, in order.
fn mentioned(schema: &Value) -> Vec<String> {
    match schema {
        Value::Object(members) => reference_name(schema)
            .into_iter()
            .chain(
                members
                    .iter()
                    .filter(|(name, _)| *name != "$defs")
                    .flat_map(|(_, one)| mentioned(one)),
            )
            .collect(),
        Value::Array(items) => items.iter().flat_map(mentioned).collect(),
        _ => Vec::new(),
    }
}

fn plain(description: &Value) -> String {
    description.as_str().unwrap_or_default().replace('\n', " ").replace('|', "\\|")
}
