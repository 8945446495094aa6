//! The route table as people read it.

use serde::Serialize;

use super::{Guard, Match, Path, RouteTable};

/// A route, with what it asks of its caller.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct ListedRoute<'t> {
    /// The HTTP method.
    pub method: &'static str,
    /// The path as the table has it: with captures, or, in `agno-3.1`, as a pattern.
    pub path: &'t str,
    /// What is done.
    pub action: &'t str,
    /// To what.
    #[serde(rename = "type")]
    pub kind: &'t str,
    /// The scopes needed for whatever resource of the kind, all of them.
    pub scopes: Vec<String>,
    /// Whether only those get through who may do everything.
    pub admin: bool,
    /// Which segment of the path is the id of the resource, counted from 0, below the mount.
    pub segment: Option<usize>,
}

/// Stands for a segment that a capture or a star takes.
const SAMPLE: &str = "0-0";

impl RouteTable {
    /// Every route that a request can come to, in the order of the table.
    #[must_use]
    pub fn listed(&self) -> Vec<ListedRoute<'_>> {
        let routes = self.routes().iter().zip(0_u32..);
        let lines = routes.filter(|(route, _)| !route.path.is_empty());
        lines
            .filter_map(|(route, number)| {
                let sample = format!("{}{}", self.mount(), sample(&route.path));
                let path = Path::parse(sample.as_bytes(), self.flavour(), self.mount()).ok()?;
                // What another line takes is no route of this one.
                let Match::Route(found) = self.find(route.method, &path) else { return None };
                if found.number != number {
                    return None;
                }
                let mut scopes: Vec<String> =
                    found.needs.scopes.iter().map(|scope| scope.text().to_owned()).collect();
                if let Some(Guard::Resource { family, action }) = found.needs.guard {
                    let scope = format!("{}:{action}", family.kind());
                    if !scopes.contains(&scope) {
                        scopes.push(scope);
                    }
                }
                Some(ListedRoute {
                    method: route.method.name(),
                    path: &route.path,
                    action: &route.action,
                    kind: &route.kind,
                    scopes,
                    admin: found.needs.guard == Some(Guard::Admin),
                    segment: found.resource_segment,
                })
            })
            .collect()
    }
}

/// A path that a template or a pattern is for.
fn sample(path: &str) -> String {
    let segments = path.split('/').map(|segment| match segment.as_bytes() {
        [b'{', .., b'}'] => SAMPLE.to_owned(),
        _ => segment.replace('*', SAMPLE),
    });
    segments.collect::<Vec<_>>().join("/")
}
