//! The JSON Schema of the policy document, made from the types that read it.

use serde_json::{Map, Value, json};

use super::document::PolicyDocument;

/// The schema (draft 2020-12), as it is shipped in the package.
///
/// Of all schemas that fit a value, editors show the innermost description, and that of a definition
/// instead of what stands beside its reference. So it is where a definition is used that it is
/// described; what a member may be says nothing of itself where it would hide what the member says;
/// and the values of an enumeration have their descriptions in `enumDescriptions`, as VS Code and
/// Monaco read them.
#[must_use]
pub fn schema() -> Value {
    let mut schema = described();
    let definitions = schema.get_mut("$defs").and_then(Value::as_object_mut);
    let mut said = Map::new();
    for (name, definition) in definitions.into_iter().flatten() {
        if let Some(text) = definition.as_object_mut().and_then(|one| one.remove("description")) {
            said.insert(format!("#/$defs/{name}"), text);
        }
    }
    each(&mut schema, &|members| {
        if let Some(text) = members.get("$ref").and_then(|name| said.get(name.as_str()?)) {
            members.entry("description").or_insert_with(|| text.clone());
        }
        enumerated(members);
        told_by_member(members);
    });
    schema
}

/// The same with everything that the types say, for people who read all of it.
#[must_use]
pub fn described() -> Value {
    let mut schema = schemars::schema_for!(PolicyDocument).to_value();
    each(&mut schema, &|members| {
        without_null(members);
        bounded(members);
        in_paragraphs(members);
    });
    if let Some(members) = schema.as_object_mut() {
        members.insert("$id".into(), "https://gatewright.dev/policy.schema.json".into());
        members.insert("title".into(), "gatewright policy".into());
    }
    schema
}

/// Changes every object of a schema, the inner ones first. What holds schemas by name has none of the
/// members that are changed, or has them as schemas.
fn each(schema: &mut Value, change: &impl Fn(&mut Map<String, Value>)) {
    match schema {
        Value::Array(schemas) => schemas.iter_mut().for_each(|one| each(one, change)),
        Value::Object(members) => {
            members.values_mut().for_each(|one| each(one, change));
            change(members);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Takes `null` out: what may be left out is left out.
fn without_null(members: &mut Map<String, Value>) {
    if members.get("default") == Some(&Value::Null) {
        members.remove("default");
    }
    if let Some(Value::Array(types)) = members.get_mut("type") {
        types.retain(|one| one != "null");
        if let [one] = types.as_slice() {
            let one = one.clone();
            members.insert("type".into(), one);
        }
    }
    if let Some(Value::Array(any)) = members.get_mut("anyOf") {
        any.retain(|one| one["type"] != "null");
        if let [Value::Object(one)] = any.as_slice() {
            let one = one.clone();
            members.remove("anyOf");
            for (name, value) in one {
                members.entry(name).or_insert(value);
            }
        }
    }
}

/// The bounds of a number, for readers that know no format of its name.
fn bounded(members: &mut Map<String, Value>) {
    let maximum = match members.get("format").and_then(Value::as_str) {
        Some("uint32") => u32::MAX,
        Some("uint16") => u32::from(u16::MAX),
        _ => return,
    };
    members.remove("format");
    members.insert("maximum".into(), maximum.into());
}

/// Lines end where the text does, and not where the source broke them.
fn in_paragraphs(members: &mut Map<String, Value>) {
    if let Some(Value::String(text)) = members.get_mut("description") {
        let paragraphs = text.split("\n\n").map(|paragraph| paragraph.replace('\n', " "));
        *text = paragraphs.collect::<Vec<_>>().join("\n\n");
    }
}

/// Words that are a schema each become one enumeration.
fn enumerated(members: &mut Map<String, Value>) {
    let Some(Value::Array(words)) = members.get("oneOf") else { return };
    if words.iter().any(|word| word.get("const").is_none()) {
        return;
    }
    let all = |name: &str| words.iter().map(|word| word[name].clone()).collect::<Value>();
    let (values, descriptions) = (all("const"), all("description"));
    members.remove("oneOf");
    members.insert("type".into(), json!("string"));
    members.insert("enum".into(), values);
    members.insert("enumDescriptions".into(), descriptions);
}

/// What an alternative says of itself goes to its members, if they say nothing.
fn told_by_member(members: &mut Map<String, Value>) {
    for alternatives in ["oneOf", "anyOf"] {
        let alternatives = members.get_mut(alternatives).and_then(Value::as_array_mut);
        for one in alternatives.into_iter().flatten().filter_map(Value::as_object_mut) {
            let Some(said) = one.remove("description") else { continue };
            let told = one.get_mut("properties").and_then(Value::as_object_mut);
            for member in
                told.into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut)
            {
                member.entry("description").or_insert_with(|| said.clone());
            }
        }
    }
}
