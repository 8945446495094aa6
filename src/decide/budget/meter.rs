//! What a budget has counted.

use serde::{Serialize, Serializer};

use crate::hash::is_sha256;
use crate::json::{self, Decimal, Json, Number};

/// How many idempotency keys are remembered. The oldest is forgotten for a new one.
const MAX_KEYS: usize = 256;

/// How many bytes an idempotency key may have.
const MAX_KEY_BYTES: usize = 256;

/// How far is counted: the largest number that JavaScript holds exactly. It is beyond every limit,
/// so a counter that stays there denies.
const MOST: u64 = (1 << 53) - 1;

/// What one budget has counted under one key. Its JSON is what a store keeps.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Meter {
    pub(super) started_at: f64,
    pub(super) calls: u64,
    pub(super) steps: u64,
    /// As text: a float would not hold it.
    #[serde(serialize_with = "as_text")]
    pub(super) spend: Decimal,
    pub(super) last: Option<Last>,
    pub(super) keys: Vec<Used>,
}

/// What was asked for last, and how often in a row.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub(super) struct Last {
    /// The action and its arguments.
    pub(super) hash: String,
    pub(super) count: u64,
}

/// An idempotency key, what it was used for, and when.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Used {
    pub(super) key: String,
    pub(super) binding: String,
    pub(super) at: f64,
}

impl Meter {
    /// A meter that has counted nothing.
    pub(super) fn new(started_at: f64) -> Self {
        Self { started_at, calls: 0, steps: 0, spend: Decimal::ZERO, last: None, keys: Vec::new() }
    }

    /// Reads what [`Serialize`] writes. `None` for anything else: a member that is missing,
    /// unknown or of another type, a count beyond what is counted, a time that is not finite, a
    /// spend that is written in another way, more keys than are remembered, or one of them twice.
    #[must_use]
    pub fn from_json(json: &Json) -> Option<Self> {
        let [started_at, calls, steps, spend, last, keys] =
            json.members(["started_at", "calls", "steps", "spend", "last", "keys"])?;
        let last = match last {
            Json::Null => None,
            last => Some(Last::from_json(last)?),
        };
        let keys = keys.as_array().filter(|keys| keys.len() <= MAX_KEYS)?;
        let keys: Vec<Used> = keys.iter().map(Used::from_json).collect::<Option<_>>()?;
        let is_twice = |(index, used): (usize, &Used)| {
            keys.iter().take(index).any(|before| before.key == used.key)
        };
        if keys.iter().enumerate().any(is_twice) {
            return None;
        }
        Some(Self {
            started_at: started_at.time()?,
            calls: count(calls)?,
            steps: count(steps)?,
            spend: exact(spend.as_str()?)?,
            last,
            keys,
        })
    }

    /// When its window began, in seconds.
    #[must_use]
    pub fn started_at(&self) -> f64 {
        self.started_at
    }

    /// How many requests were let through in this window.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.calls
    }

    /// How many requests were looked at in this window.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// How large the amounts were together in this window.
    #[must_use]
    pub fn spend(&self) -> Decimal {
        self.spend
    }

    /// What an idempotency key was used for.
    pub(super) fn used(&self, key: &str) -> Option<&Used> {
        self.keys.iter().find(|used| used.key == key)
    }

    /// Remembers an idempotency key, and forgets the oldest if there are too many.
    pub(super) fn remember(&mut self, used: Used) {
        let surplus = (self.keys.len() + 1).saturating_sub(MAX_KEYS);
        self.keys.drain(..surplus);
        self.keys.push(used);
    }
}

impl Last {
    fn from_json(json: &Json) -> Option<Self> {
        let [hash, times] = json.members(["hash", "count"])?;
        let hash = hash.as_str().filter(|text| is_sha256(text))?.to_owned();
        Some(Self { hash, count: count(times).filter(|count| *count > 0)? })
    }
}

impl Used {
    fn from_json(json: &Json) -> Option<Self> {
        let [key, binding, at] = json.members(["key", "binding", "at"])?;
        Some(Self {
            key: key.as_str().filter(|key| is_key(key))?.to_owned(),
            binding: binding.as_str().filter(|text| is_sha256(text))?.to_owned(),
            at: at.time()?,
        })
    }
}

/// Whether a text can be an idempotency key.
pub(super) fn is_key(text: &str) -> bool {
    (1..=MAX_KEY_BYTES).contains(&text.len())
}

/// One more.
pub(super) fn next(count: u64) -> u64 {
    count.saturating_add(1).min(MOST)
}

fn count(json: &Json) -> Option<u64> {
    json.as_number().and_then(Number::as_u64).filter(|count| *count <= MOST)
}

/// An amount that is written as it is written here.
fn exact(text: &str) -> Option<Decimal> {
    let json = json::parse(text.as_bytes(), 0).ok()?;
    let decimal = Decimal::of(json.as_number()?)?;
    (!decimal.is_negative() && decimal.to_string() == text).then_some(decimal)
}

fn as_text<S: Serializer>(decimal: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(decimal)
}
