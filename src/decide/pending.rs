//! Requests that wait for the platform to verify a signature, or for the record of a key.
//!
//! The bytes a request waits with are its own copy: the input buffer belongs to the next request
//! by then. A slot carries a generation, so that a late answer cannot be taken for another
//! request's.

use std::mem::discriminant;

use super::Reason;
use super::decision::{Decision, Layer, Trace};
use super::pdp::{Outcome, Request};
use crate::authn;
use crate::request::Method;

/// How many requests may wait for signatures, and as many for records: a flood of keys must not keep
/// tokens from being verified.
const MAX_EACH: usize = 64;

/// After how many seconds a request that nobody finished gives its place away.
const ABANDONED: f64 = 30.0;

/// What a request waits for.
pub(super) enum Awaited {
    /// Whether a signature fits.
    Signature {
        token: authn::Pending,
        /// The token as it was sent, for the cache.
        text: Vec<u8>,
    },
    /// What is known of the key with this hash.
    Record(authn::KeyHash),
}

/// A request that waits.
pub(super) struct Waiting {
    pub(super) awaited: Awaited,
    pub(super) asked: Asked,
    since: f64,
}

/// What it asked for.
pub(super) struct Asked {
    pub(super) method: Method,
    pub(super) path: Vec<u8>,
    upgrade: bool,
    any_case: bool,
    explain: bool,
}

impl Asked {
    /// The request, without the credential that it came with.
    pub(super) fn request(&self) -> Request<'_> {
        Request {
            method: self.method,
            path: &self.path,
            authorization: None,
            cookie: None,
            keys: None,
            upgrade: self.upgrade,
            any_case: self.any_case,
            explain: self.explain,
        }
    }
}

/// The places of those that wait.
pub(super) struct Slots {
    slots: Vec<Slot>,
}

struct Slot {
    generation: u32,
    waiting: Option<Waiting>,
}

impl Slots {
    pub(super) fn new() -> Self {
        Self { slots: Vec::new() }
    }

    /// Lets a request wait, or denies it when all places are taken.
    pub(super) fn wait(&mut self, request: &Request<'_>, awaited: Awaited, now: f64) -> Outcome {
        let hash = match &awaited {
            Awaited::Record(hash) => Some(*hash),
            Awaited::Signature { .. } => None,
        };
        let waiting = Waiting {
            awaited,
            asked: Asked {
                method: request.method,
                path: request.path.to_vec(),
                upgrade: request.upgrade,
                any_case: request.any_case,
                explain: request.explain,
            },
            since: now,
        };
        match (self.put(waiting), hash) {
            (Some(slot), Some(hash)) => Outcome::NeedsKey { slot, hash },
            (Some(slot), None) => Outcome::Pending(slot),
            (None, _) => {
                let trace = Trace::new(request.explain);
                let busy = Reason::VerificationBusy;
                Outcome::Decided(Decision::denied(Layer::Authenticate, busy, trace))
            }
        }
    }

    fn put(&mut self, waiting: Waiting) -> Option<u32> {
        let now = waiting.since;
        let kind = discriminant(&waiting.awaited);
        let (mut alike, mut free) = (0, None);
        for (place, slot) in self.slots.iter().enumerate() {
            match &slot.waiting {
                Some(other) if (now - other.since).abs() <= ABANDONED => {
                    alike += usize::from(discriminant(&other.awaited) == kind);
                }
                _ => free = free.or(Some(place)),
            }
        }
        if alike >= MAX_EACH {
            return None;
        }
        let place = free.unwrap_or_else(|| {
            self.slots.push(Slot { generation: 0, waiting: None });
            self.slots.len() - 1
        });
        let slot = self.slots.get_mut(place)?;
        slot.generation = slot.generation.wrapping_add(1) & GENERATION;
        slot.waiting = Some(waiting);
        Some(number(place, slot.generation))
    }

    /// Takes a request out. `None` if that number is not one that waits.
    pub(super) fn take(&mut self, slot: u32) -> Option<Waiting> {
        let place = usize::try_from(slot & PLACE).ok()?;
        let slot =
            self.slots.get_mut(place).filter(|found| found.generation == slot >> PLACE_BITS)?;
        slot.waiting.take()
    }

    /// The request at a place.
    pub(super) fn get(&self, slot: u32) -> Option<&Waiting> {
        let place = usize::try_from(slot & PLACE).ok()?;
        let slot = self.slots.get(place).filter(|found| found.generation == slot >> PLACE_BITS)?;
        slot.waiting.as_ref()
    }
}

const PLACE_BITS: u32 = 8;
const PLACE: u32 = (1 << PLACE_BITS) - 1;
const GENERATION: u32 = u32::MAX >> PLACE_BITS;

fn number(place: usize, generation: u32) -> u32 {
    // INVARIANT: there are twice `MAX_EACH` places, fewer than `PLACE_BITS` can count.
    u32::try_from(place).unwrap_or(PLACE) | generation << PLACE_BITS
}
