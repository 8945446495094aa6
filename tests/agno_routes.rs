//! What `AgentOS` 3.1.10 answered, against the flavour `agno-3.1`: one line, one request.
//!
//! Every line agrees, or it is one of [`DIFFERENCES`], which say what is answered instead and why.

#![expect(clippy::panic, clippy::unwrap_used, reason = "what cannot be set up has failed")]

mod request;

use std::fmt;

use gatewright::{
    Reason,
    decide::scope::{self, Accessible, Gate, Permissions},
    policy::document::{Flavour, Routes},
    request::{Match, Method, Path, RouteTable},
};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Case {
    r#in: Input,
    out: Output,
}

#[derive(Clone, Deserialize)]
struct Input {
    op: Option<String>,
    #[serde(default)]
    method: String,
    #[serde(default)]
    path: String,
    #[serde(default)]
    scopes: Value,
    #[serde(default)]
    company: bool,
    admin_scope: Option<String>,
    /// Added to the table of the platform, and put in its place. In the order they stand in.
    #[serde(default, deserialize_with = "in_order")]
    mappings: Vec<(String, Vec<String>)>,
    #[serde(default, deserialize_with = "in_order")]
    mappings_replace: Vec<(String, Vec<String>)>,
    a2a_prefix: Option<String>,
}

#[derive(Deserialize)]
struct Output {
    #[serde(default)]
    required_scopes: Vec<String>,
    resource_type: Option<String>,
    resource_id: Option<String>,
    #[serde(default)]
    excluded: bool,
    #[serde(default)]
    allowed: bool,
    accessible_ids: Option<Vec<String>>,
    http: Option<Http>,
}

#[derive(Deserialize)]
struct Http {
    status: u16,
    body: Value,
}

/// What is said of a request, in the words of the recording.
#[derive(Debug, PartialEq)]
enum Answer {
    Refused(Reason),
    Public,
    Decided {
        required: Vec<String>,
        resource: (Option<String>, Option<String>),
        allowed: bool,
        ids: Option<Vec<String>>,
    },
}

/// A class of requests that are answered in another way, and how many there are.
struct Difference {
    lines: usize,
    holds: fn(&Input) -> bool,
    expected: fn(&Input) -> Answer,
    /// For whoever reads the table.
    _reason: &'static str,
}

const DIFFERENCES: [Difference; 6] = [
    Difference {
        lines: 6,
        holds: |case| !case.path.starts_with('/'),
        expected: |_| Answer::Refused(Reason::PathNotAbsolute),
        _reason: "no HTTP request has such a path; `*` is for OPTIONS, which has no resource",
    },
    Difference {
        lines: 5,
        holds: |case| case.path.contains("//"),
        expected: |_| Answer::Refused(Reason::PathEmptySegment),
        _reason: "proxies merge slashes, so what is decided might not be what is served",
    },
    Difference {
        lines: 9,
        holds: |case| case.path.split('/').any(|segment| matches!(segment, "." | "..")),
        expected: |_| Answer::Refused(Reason::PathDotSegment),
        _reason: "proxies and clients resolve dot segments",
    },
    Difference {
        lines: 0,
        holds: |case| case.path.chars().any(char::is_control),
        expected: |_| Answer::Refused(Reason::PathControl),
        _reason: "NUL and line ends cut paths and forge log lines",
    },
    Difference {
        lines: 10,
        holds: |case| case.path.len() > 1 && case.path.ends_with('/'),
        expected: |case| {
            answer(&Input { path: case.path.trim_end_matches('/').into(), ..case.clone() })
        },
        _reason: "the recording called functions that the application calls after its \
                  TrailingSlashMiddleware (spec §2.8): they never see this path",
    },
    Difference {
        lines: 2,
        holds: |case| case.method == "OPTIONS",
        expected: |_| Answer::Public,
        _reason: "the middleware lets OPTIONS pass before it calls what was recorded (spec §3.1)",
    },
];

/// Rules with a method of `*` cannot be written down: no request has it (RFC 9110 §9.1).
const NOT_A_METHOD: (usize, &str) = (5, "*");

#[test]
fn agrees_with_agentos() {
    let mut seen = [0; DIFFERENCES.len()];
    let (mut agreed, mut without_method) = (0, 0);
    for line in include_str!("vectors/agno/cases.jsonl").lines() {
        let case: Case = serde_json::from_str(line).unwrap();
        if case.r#in.op.is_some() {
            continue;
        }
        let answer = answer(&case.r#in);
        if case.r#in.method == NOT_A_METHOD.1 {
            without_method += 1;
        } else if let Some(at) = DIFFERENCES.iter().position(|known| (known.holds)(&case.r#in)) {
            assert_eq!(answer, (DIFFERENCES[at].expected)(&case.r#in), "{line}");
            seen[at] += 1;
        } else {
            assert_eq!(answer, recorded(&case.out), "{line}");
            check_words(&case, line);
            agreed += 1;
        }
    }
    assert_eq!(seen, DIFFERENCES.map(|known| known.lines));
    assert_eq!((agreed, without_method), (1087, NOT_A_METHOD.0));
}

fn recorded(out: &Output) -> Answer {
    if out.excluded {
        return Answer::Public;
    }
    Answer::Decided {
        required: out.required_scopes.clone(),
        resource: (out.resource_type.clone(), out.resource_id.clone()),
        allowed: out.allowed,
        ids: out.accessible_ids.clone(),
    }
}

/// The words of a refusal name the scopes needed.
fn check_words(case: &Case, line: &str) {
    let Some(http) = &case.out.http else {
        return;
    };
    let scopes = case.out.required_scopes.join(", ");
    let detail = format!("Insufficient permissions. Required scope(s): {scopes}");
    assert_eq!((http.status, &http.body), (403, &json!({ "detail": detail })), "{line}");
}

fn answer(case: &Input) -> Answer {
    let table = RouteTable::compile(&routes(case), "/routes").unwrap();
    let target = encode(&case.path);
    let path = match Path::parse(target.as_bytes(), Flavour::Agno31, table.mount()) {
        Ok(path) => path,
        Err(reason) => return Answer::Refused(reason),
    };
    let found = match table.find(Method::from_name(&case.method), &path) {
        Match::Public => return Answer::Public,
        Match::Unmatched | Match::Respelt => panic!("everything is a route"),
        Match::Route(found) => found,
    };
    let permissions = permissions(case);
    let gate = scope::check_scopes(&found, &path, &permissions);
    let ids = match (gate, found.resource_kind, found.listing_action) {
        (Gate::Passed { listing: true }, Some(kind), Some(action)) => {
            Some(ids(permissions.accessible(kind, &[action])))
        }
        _ => None,
    };
    Answer::Decided {
        required: found.needs.scopes().map(Into::into).collect(),
        resource: (
            found.resource_kind.map(Into::into),
            found.resource(&path).map(|(_, id)| id.to_owned()),
        ),
        allowed: matches!(gate, Gate::Passed { .. }),
        ids,
    }
}

fn ids(accessible: Accessible<'_>) -> Vec<String> {
    match accessible {
        Accessible::All => vec!["*".into()],
        Accessible::Ids(ids) => ids.into_iter().map(Into::into).collect(),
    }
}

/// The claim as spec §3.7 reads it.
fn permissions(case: &Input) -> Permissions {
    let scopes = match &case.scopes {
        Value::String(one) => vec![Value::from(one.as_str())],
        Value::Array(list) => list.clone(),
        _ => Vec::new(),
    };
    let texts: Option<Vec<&str>> = scopes.iter().map(Value::as_str).collect();
    let admin_scope = case.admin_scope.as_deref().unwrap_or_default();
    texts.map_or_else(Permissions::unreadable, |texts| {
        Permissions::parse(&texts, Flavour::Agno31, admin_scope)
    })
}

fn routes(case: &Input) -> Routes {
    let mut rules = Vec::new();
    let mut rule = |key: &str, scopes: &[String]| {
        let (method, path) = key.split_once(' ').unwrap();
        if method != NOT_A_METHOD.1 {
            rules.push(json!({ "method": method, "path": path, "scopes": scopes }));
        }
    };
    for (key, scopes) in case.mappings.iter().chain(&case.mappings_replace) {
        rule(key, scopes);
    }
    let mut interfaces = Vec::new();
    if case.company {
        interfaces.push("company");
    }
    match case.a2a_prefix.as_deref().map(|prefix| prefix.trim_end_matches('/')) {
        None => {}
        Some("/a2a") => interfaces.push("a2a"),
        Some(prefix) => {
            let table = include_str!("vectors/agno/default-scope-mappings.json");
            let table = in_order(&mut serde_json::Deserializer::from_str(table)).unwrap();
            for (key, scopes) in table.iter().filter(|(key, _)| key.contains(" /a2a/")) {
                rule(&key.replace("/a2a", prefix), scopes);
            }
        }
    }
    let profile = case.mappings_replace.is_empty().then_some("agentos");
    let routes = json!({
        "profile": profile, "flavour": "agno-3.1", "rules": rules, "interfaces": interfaces,
    });
    request::routes(&routes)
}

/// The path as it is sent. The recording has it as the application sees it.
fn encode(path: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"%?#\\".contains(&byte);
    let spelled = path.bytes().map(|byte| match byte {
        byte if is_plain(byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    });
    spelled.collect()
}

/// Reads an object as the list that it is.
fn in_order<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<(String, Vec<String>)>, D::Error> {
    struct InOrder;
    impl<'de> Visitor<'de> for InOrder {
        type Value = Vec<(String, Vec<String>)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object of lists")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
            let mut list = Vec::new();
            while let Some(member) = members.next_entry()? {
                list.push(member);
            }
            Ok(list)
        }
    }
    from.deserialize_map(InOrder)
}
