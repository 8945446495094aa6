//! What the arguments of a tool must be.
//!
//! [`Guards`] are compiled once from the policy and asked for every use of the tool. Each guard
//! looks at one argument, and all of its checks must agree: amounts, bounds, values and paths are
//! judged here; URLs, SQL and patterns by a [`Judge`], because what parses them weighs more than
//! all the rest. Natively that is [`heavy`]; in WebAssembly it is a module of its own, which is
//! only loaded for policies that need it. A judge that is not there, or fails, denies.
//!
//! Guards look at the text of an argument and nothing else. They resolve no name and follow no
//! link: a host on the list may still resolve to a private address, and a path may still lead
//! through a symbolic link. The tool has to care for those.

mod check;
mod compile;
#[cfg(feature = "guards")]
pub mod heavy;
mod path;
mod rules;

pub use compile::{Guard, Guards};

use crate::Reason;

/// Judges a text: by which kind of rules, the rules, and the text.
///
/// The rules of [`Kind::Hosts`] and [`Kind::Sql`] are JSON, with the members of the guard in the
/// policy. Those of [`Kind::Pattern`] are the pattern itself.
pub type Judge = fn(Kind, &str, &str) -> Verdict;

/// The judge that this build has.
#[cfg(feature = "guards")]
pub const JUDGE: Judge = heavy::judge;
/// The judge that this build has: the second module.
#[cfg(all(feature = "wasm", not(feature = "guards")))]
pub const JUDGE: Judge = crate::wasm::guards::judge;
/// The judge that this build has: none.
#[cfg(not(any(feature = "guards", feature = "wasm")))]
pub const JUDGE: Judge = absent;

/// The judge that is not there.
#[must_use]
pub fn absent(_: Kind, _: &str, _: &str) -> Verdict {
    Verdict::Unavailable
}

/// What a judge knows about.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[repr(u8)]
pub enum Kind {
    /// URLs and the hosts that they name.
    Hosts = 1,
    /// SQL.
    Sql = 2,
    /// Regular expressions.
    Pattern = 3,
}

impl Kind {
    /// The kind that has a number, if one has.
    #[must_use]
    pub const fn from_number(number: u32) -> Option<Self> {
        match number {
            1 => Some(Self::Hosts),
            2 => Some(Self::Sql),
            3 => Some(Self::Pattern),
            _ => None,
        }
    }

    /// The number that crosses into JavaScript and from there into the other module.
    #[must_use]
    pub const fn number(self) -> u32 {
        self as u32
    }

    /// The longest text that is judged, in bytes. What is longer is refused.
    #[must_use]
    pub const fn limit(self) -> usize {
        match self {
            Self::Hosts => 8 << 10,
            Self::Sql | Self::Pattern => 64 << 10,
        }
    }

    /// Why a text is refused.
    const fn reason(self) -> Reason {
        match self {
            Self::Hosts => Reason::GuardHost,
            Self::Sql => Reason::GuardSql,
            Self::Pattern => Reason::GuardPattern,
        }
    }
}

/// What a judge says.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[repr(u8)]
pub enum Verdict {
    /// The text breaks the rules, or cannot be read.
    Refuses = 0,
    /// The text keeps to the rules.
    Agrees = 1,
    /// The rules are none, whatever the text.
    Invalid = 2,
    /// Nobody could judge.
    Unavailable = 3,
}

impl Verdict {
    /// The verdict that has a number. Any other number is the answer of nobody we know.
    #[must_use]
    pub const fn from_number(number: u32) -> Self {
        match number {
            0 => Self::Refuses,
            1 => Self::Agrees,
            2 => Self::Invalid,
            _ => Self::Unavailable,
        }
    }

    /// The number that crosses into JavaScript.
    #[must_use]
    pub const fn number(self) -> u32 {
        self as u32
    }
}
