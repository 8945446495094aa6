//! The JSON Schema of the policy document, made from the types that read it.

use super::document::PolicyDocument;

/// The schema (draft 2020-12), as it is shipped in the package.
#[must_use]
pub fn schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(PolicyDocument).to_value();
    if let Some(members) = schema.as_object_mut() {
        members.insert("$id".into(), "https://gatewright.dev/policy.schema.json".into());
        members.insert("title".into(), "gatewright policy".into());
    }
    schema
}
