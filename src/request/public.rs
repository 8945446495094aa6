//! Paths that are open to everybody.

use crate::{
    PolicyError,
    policy::document::{Flavour, Profile, Routes},
};

use super::{Glob, template};
use crate::table::Table;

type Set = Table<()>;

/// Paths that the policy opens to everybody, token or not, whatever the method. In `agno-3.1`
/// those of the profile are among them.
#[derive(Debug)]
pub(super) enum Public {
    /// Exact paths, and those below which all is open.
    Strict { exact: Set, below: Set },
    /// Patterns.
    Agno31(Vec<Glob>),
}

/// What is public in the profile of `strict`, as the documentation of `AgentOS` has it, unless
/// an own rule says otherwise.
pub(super) const STRICT: [&str; 2] = ["/health", "/openapi.json"];

/// What is public in `AgentOS` 3.1 (`middleware/jwt.py`).
const AGNO31: [&str; 7] =
    ["/", "/health", "/info", "/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect"];

/// What is public, as it is written: by the policy, and by the profile.
pub(super) fn written(routes: &Routes) -> Vec<String> {
    let own = routes.public.iter().map(String::as_str);
    own.chain(profile(routes).iter().copied()).map(str::to_owned).collect()
}

fn profile(routes: &Routes) -> &'static [&'static str] {
    match (routes.profile, routes.flavour.reading()) {
        (Some(Profile::AgentOs), Flavour::Strict) => &STRICT,
        (Some(Profile::AgentOs), Flavour::Agno31) => &AGNO31,
        (Some(Profile::LiteLlm) | None, _) => &[],
    }
}

impl Public {
    pub(super) fn compile(routes: &Routes, pointer: &str) -> Result<Self, PolicyError> {
        let own = routes.public.iter().map(String::as_str);
        if routes.flavour.reading() == Flavour::Agno31 {
            return Ok(Self::Agno31(
                profile(routes).iter().copied().chain(own).map(Glob::new).collect(),
            ));
        }
        let (mut exact, mut below) = (Set::default(), Set::default());
        for (index, path) in own.enumerate() {
            let fault = |(_, message)| {
                PolicyError::at(format!("{pointer}/{index}"), "policy_public_path", message)
            };
            let (path, set) = match path.strip_suffix("/*") {
                Some("") => return Err(fault(("", "`/*` would open everything"))),
                Some(above) => (above, &mut below),
                None => (path, &mut exact),
            };
            let inside = path.strip_prefix('/').ok_or(("", "a path begins with `/`"));
            for segment in inside.map_err(fault)?.split('/').filter(|_| path != "/") {
                template::literal(segment).map_err(fault)?;
            }
            set.insert(path, ());
        }
        Ok(Self::Strict { exact, below })
    }

    /// Whether a decoded path is one of them.
    pub(super) fn covers(&self, path: &str) -> bool {
        match self {
            Self::Strict { exact, below } => {
                exact.get(path).is_some()
                    || (!below.is_empty()
                        && path
                            .match_indices('/')
                            .filter_map(|(at, _)| path.get(..at))
                            .any(|above| below.get(above).is_some()))
            }
            // Each path is tried as it is and without its trailing slash; only `/` still has one.
            Self::Agno31(patterns) => patterns
                .iter()
                .any(|pattern| pattern.covers(path) || (path == "/" && pattern.covers(""))),
        }
    }
}
