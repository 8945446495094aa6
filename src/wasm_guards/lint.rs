//! Findings and places as JSON.

use crate::json::quoted;
use crate::policy::{Policy, Severity};

/// `{"findings":[…]}`, or `{"error":{…}}` if the text is not a policy.
pub(super) fn report(policy: &str) -> String {
    match Policy::lint(policy) {
        Ok(findings) => {
            let findings = findings.iter().map(|finding| {
                let severity = match finding.severity {
                    Severity::Info => "info",
                    Severity::Warning => "warning",
                };
                let place = finding.line.zip(finding.column);
                let text = [finding.code, &finding.pointer, &finding.message];
                entry(text, Some(severity), place)
            });
            format!("{{\"findings\":[{}]}}", findings.collect::<Vec<_>>().join(","))
        }
        Err(error) => {
            let place = error.line.zip(error.column);
            let place = place.or_else(|| Policy::place(policy, &error.pointer));
            let text = [error.code, &error.pointer, &error.message];
            format!("{{\"error\":{}}}", entry(text, None, place))
        }
    }
}

/// `{"line":…,"column":…}`, without members if the policy is not JSON.
pub(super) fn place(policy: &str, pointer: &str) -> String {
    let place = members(Policy::place(policy, pointer));
    format!("{{{}}}", place.trim_start_matches(','))
}

fn entry(
    [code, pointer, message]: [&str; 3],
    severity: Option<&str>,
    place: Option<(usize, usize)>,
) -> String {
    let [code, pointer, message] = [code, pointer, message].map(quoted);
    let severity = severity.map(|severity| format!(",\"severity\":{}", quoted(severity)));
    let (severity, place) = (severity.unwrap_or_default(), members(place));
    format!("{{\"code\":{code},\"pointer\":{pointer},\"message\":{message}{severity}{place}}}")
}

/// The place as members that go on an object.
fn members(place: Option<(usize, usize)>) -> String {
    place.map(|(line, column)| format!(",\"line\":{line},\"column\":{column}")).unwrap_or_default()
}
