//! What is found for a request: a route, what it needs, and what of the path it is about.

use super::{Family, Guard, Method, Needs, Path, RequiredScope, scope::is_part};
use crate::policy::document::Flavour;

/// What a route is about.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RouteInfo {
    /// The method it is for.
    pub method: Method,
    /// The path as the table has it, with captures or as a pattern. Empty for what no line is about.
    pub path: Box<str>,
    /// What is done: the last part of the scope needed, or the method where none is.
    pub action: String,
    /// To what: the resource type in `AuthZEN`.
    pub kind: String,
}

/// What a table says of a request.
#[derive(Clone, Copy, Debug)]
pub enum Match<'t> {
    /// Open to everybody, token or not.
    Public,
    /// No route.
    Unmatched,
    /// Another route than this is, or one at all, where paths are served in any case: see
    /// [`find_served`](super::RouteTable::find_served).
    Respelt,
    /// A route.
    Route(Found<'t>),
}

/// A route that was found.
#[derive(Clone, Copy, Debug)]
pub struct Found<'t> {
    /// Which one: its place in [`RouteTable::routes`](super::RouteTable::routes).
    pub number: u32,
    /// What it asks of its caller.
    pub needs: Needs<'t>,
    /// The kind of the resource that the path is about, as scopes name it.
    pub resource_kind: Option<&'t str>,
    /// Which segment of the path is the id of the resource.
    pub resource_segment: Option<usize>,
    /// Whose members the answer lists. Not every caller may see all of them.
    pub listing: Option<Family>,
    /// The action that lets in, to a list, who has it on single members only.
    pub listing_action: Option<&'t str>,
    /// Whether the answer has lists of all families in it (`GET /config`).
    pub roster: bool,
    /// Whether the platform asks for a session here and for no user: then nothing but the session
    /// says whose it is.
    pub by_session: bool,
    /// Whether it is about the register of agents (`/v1/agents` of `LiteLLM`), and not about using
    /// one.
    pub register: bool,
    /// Whose rules the route follows.
    pub flavour: Flavour,
}

/// What one route needs.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) scopes: Vec<RequiredScope>,
    pub(super) guard: Option<Guard>,
    pub(super) resource: Option<Named>,
}

/// A resource that a rule names.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) kind: Box<str>,
    pub(super) segment: Option<usize>,
}

impl<'t> Found<'t> {
    /// The kind and id of the resource, if the path names one.
    #[must_use]
    pub fn resource<'p>(&self, path: &'p Path<'_>) -> Option<(&'t str, &'p str)> {
        Some((self.resource_kind?, path.segment(self.resource_segment?)?))
    }

    /// The kind of what is asked for, as scopes name it: that of the resource in the path, or
    /// else of the scopes needed. Empty if the route is about nothing of the kind.
    #[must_use]
    pub fn kind(&self) -> &'t str {
        if let Some(kind) = self.resource_kind {
            return kind;
        }
        let mut kinds = self.needs.scopes.iter().filter_map(|scope| Some(scope.ends()?.0));
        let first = kinds.clone().next();
        let family = kinds.find(|kind| Family::from_kind(kind).is_some());
        family.or(first).unwrap_or_default()
    }

    /// The scopes that would let a request for this path in and nothing else, as far as there
    /// are such.
    #[must_use]
    pub fn narrowest(&self, path: &Path<'_>) -> Vec<String> {
        let resource = self.resource(path).filter(|(_, id)| is_part(id));
        let narrow = |kind: &str, action: &str| match resource {
            Some((of, id)) if of == kind => format!("{kind}:{id}:{action}"),
            _ => format!("{kind}:{action}"),
        };
        let required = self.needs.scopes.iter().map(|scope| match scope.text().split_once(':') {
            Some((kind, action)) if !action.contains(':') => narrow(kind, action),
            _ => scope.text().to_owned(),
        });
        let guard = self.needs.guard.and_then(|guard| match guard {
            Guard::Admin => None,
            Guard::Resource { family, action } => Some(narrow(family.kind(), action)),
        });
        let mut scopes: Vec<String> = Vec::new();
        for scope in required.chain(guard) {
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
        scopes
    }
}

impl RouteInfo {
    pub(super) fn of(method: Method, path: &str, line: &Line) -> Self {
        let path = path.into();
        let singular = |kind: &str| match Family::from_kind(kind) {
            Some(family) => family.singular().to_owned(),
            None => kind.to_owned(),
        };
        let first = line.scopes.first().and_then(RequiredScope::ends);
        match (line.guard, first) {
            (Some(Guard::Resource { family, action }), _) => {
                Self { method, path, action: action.to_owned(), kind: family.singular().to_owned() }
            }
            (Some(Guard::Admin), _) => {
                Self { method, path, action: "admin".to_owned(), kind: "platform".to_owned() }
            }
            (None, Some((kind, action))) => {
                Self { method, path, action: action.to_owned(), kind: singular(kind) }
            }
            (None, None) => {
                Self { method, path, action: method.name().to_owned(), kind: "route".to_owned() }
            }
        }
    }
}

/// What the beginning of a path says of its resource: `/agents/<id>`, with or without `/a2a`.
#[derive(Clone, Copy)]
pub(super) struct Context {
    pub(super) family: Family,
    /// Which segment the id is.
    pub(super) segment: Option<usize>,
    /// Whether the path begins with the family itself.
    pub(super) is_top: bool,
}

/// What may be done to a run that is there already, for all that `AgentOS` asks: who knows it.
const ON_RUNS: [&str; 2] = ["cancel", "resume"];

impl Context {
    pub(super) fn of(path: &Path<'_>) -> Option<Self> {
        let mut segments = path.segments().enumerate().peekable();
        segments.next_if(|(_, segment)| *segment == "a2a");
        let (at, name) = segments.next()?;
        let family = Family::from_kind(name)?;
        Some(Self { family, segment: segments.next().map(|(at, _)| at), is_top: at == 0 })
    }

    /// Whether the path is about runs that are there already. Of these `AgentOS` takes the session
    /// and no user, unless it authorizes by itself.
    pub(super) fn is_of_runs(self, path: &Path<'_>, is_get: bool) -> bool {
        let Some(id) = self.segment else {
            return false;
        };
        let on_run = path.segment(id + 3).is_some_and(|action| ON_RUNS.contains(&action));
        path.segment(id + 1) == Some("runs") && (is_get || on_run)
    }
}
