//! The judge of texts that have to be parsed: URLs, SQL and patterns.
//!
//! It is not part of the core module. In WebAssembly, `src/wasm_guards.rs` makes a module of it.

pub mod address;
mod host;
mod pattern;
mod sql;

use host::Hosts;
use pattern::Pattern;
use sql::Sql;

use super::{Kind, Verdict};

/// Judges a text. See [`Judge`](super::Judge).
#[must_use]
pub fn judge(kind: Kind, rules: &str, text: &str) -> Verdict {
    Rules::new(kind, rules).map_or(Verdict::Invalid, |rules| rules.judge(text))
}

/// Rules, compiled.
pub struct Rules(Compiled);

enum Compiled {
    Hosts(Hosts),
    Sql(Sql),
    Pattern(Pattern),
}

impl Rules {
    /// Compiles rules. `None` if they are none.
    #[must_use]
    pub fn new(kind: Kind, rules: &str) -> Option<Self> {
        Some(Self(match kind {
            Kind::Hosts => Compiled::Hosts(Hosts::new(rules)?),
            Kind::Sql => Compiled::Sql(Sql::new(rules)?),
            Kind::Pattern => Compiled::Pattern(Pattern::new(rules)?),
        }))
    }

    /// Judges a text.
    #[must_use]
    pub fn judge(&self, text: &str) -> Verdict {
        let (kind, agrees): (_, &dyn Fn() -> bool) = match &self.0 {
            Compiled::Hosts(hosts) => (Kind::Hosts, &|| hosts.reach(text)),
            Compiled::Sql(sql) => (Kind::Sql, &|| sql.permits(text)),
            Compiled::Pattern(pattern) => (Kind::Pattern, &|| pattern.matches(text)),
        };
        if text.len() <= kind.limit() && agrees() { Verdict::Agrees } else { Verdict::Refuses }
    }
}
