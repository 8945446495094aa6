//! Tokens that have been verified, so that the same token is not verified again.
//!
//! A token is looked up by its bytes: a keyed hash finds the entry, a full comparison confirms
//! it. The hash is `SipHash-1-3` under a key drawn at the first request, since the maps of the
//! standard library hash alike in every instance of a module on `wasm32-unknown-unknown`.
//!
//! An entry never outlives the token's `exp`, [`MAX_AGE`], the key that verified it, or the
//! policy: each policy has a cache of its own. Nothing is kept of a token that was refused, or
//! an attacker could fill the cache for nothing.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;

use siphasher::sip::SipHasher13;
use zeroize::Zeroize;

use super::Principal;

/// How long a verification is believed, in seconds: a bound on how late a revocation is seen.
pub(super) const MAX_AGE: f64 = 300.0;

/// How many tokens are kept.
const MAX_ENTRIES: usize = 1024;

/// How many bytes of tokens are kept.
const MAX_BYTES: usize = 1 << 20;

/// How many bytes of a token are hashed, from its end. They are a signature's, as good as random,
/// and a token with the same end and another beginning is told apart when it is compared.
const HASHED: usize = 64;

/// How far the clock may step back before an entry is dropped, in seconds.
const CLOCK_STEP: f64 = 60.0;

/// The end of the list of entries by use.
const NONE: usize = usize::MAX;

/// Verified tokens, the least recently used dropped first.
pub(super) struct Cache {
    key: Option<(u64, u64)>,
    /// From the hash of a token to its place in `entries`.
    places: HashMap<u64, usize, BuildHasherDefault<Identity>>,
    entries: Vec<Entry>,
    newest: usize,
    oldest: usize,
    bytes: usize,
}

struct Entry {
    hash: u64,
    token: Vec<u8>,
    principal: Rc<Principal>,
    inserted: f64,
    newer: usize,
    older: usize,
}

impl Cache {
    pub(super) fn new() -> Self {
        Self {
            key: None,
            places: HashMap::default(),
            entries: Vec::new(),
            newest: NONE,
            oldest: NONE,
            bytes: 0,
        }
    }

    /// Gives the cache its hash key. Until then it keeps nothing.
    pub(super) fn seed(&mut self, key: (u64, u64)) {
        self.clear();
        self.key = Some(key);
    }

    /// The principal of a token that was verified and still holds at `now`.
    pub(super) fn get(&mut self, token: &[u8], now: f64) -> Option<Rc<Principal>> {
        let hash = self.hash(token)?;
        let place = *self.places.get(&hash)?;
        let entry = self.entries.get(place)?;
        if !same(&entry.token, token) {
            return None;
        }
        let age = now - entry.inserted;
        let principal = &entry.principal;
        if age < MAX_AGE && age > -CLOCK_STEP && now < principal.until && now >= principal.from {
            let principal = Rc::clone(principal);
            self.touch(place);
            return Some(principal);
        }
        self.remove(place);
        None
    }

    /// Keeps a verified token.
    pub(super) fn insert(&mut self, token: Vec<u8>, principal: &Rc<Principal>, now: f64) {
        let Some(hash) = self.hash(&token) else { return };
        if let Some(place) = self.places.get(&hash) {
            self.remove(*place);
        }
        while self.entries.len() >= MAX_ENTRIES || self.bytes + token.len() > MAX_BYTES {
            if self.oldest == NONE {
                return;
            }
            self.remove(self.oldest);
        }
        let place = self.entries.len();
        self.bytes += token.len();
        self.places.insert(hash, place);
        let principal = Rc::clone(principal);
        let entry = Entry { hash, token, principal, inserted: now, newer: NONE, older: NONE };
        self.entries.push(entry);
        self.link(place);
    }

    /// Drops what was verified with a key that does not hold any more.
    pub(super) fn retain(&mut self, holds: impl Fn(&Principal) -> bool) {
        let mut place = 0;
        while let Some(entry) = self.entries.get(place) {
            if holds(&entry.principal) {
                place += 1;
            } else {
                self.remove(place);
            }
        }
    }

    fn clear(&mut self) {
        while self.oldest != NONE {
            self.remove(self.oldest);
        }
    }

    fn hash(&self, token: &[u8]) -> Option<u64> {
        let (a, b) = self.key?;
        let mut hasher = SipHasher13::new_with_keys(a, b);
        hasher.write(token.rchunks(HASHED).next().unwrap_or_default());
        Some(hasher.finish())
    }

    fn touch(&mut self, place: usize) {
        if self.newest != place {
            self.unlink(place);
            self.link(place);
        }
    }

    fn link(&mut self, place: usize) {
        let older = std::mem::replace(&mut self.newest, place);
        if let Some(entry) = self.entries.get_mut(place) {
            (entry.newer, entry.older) = (NONE, older);
        }
        match self.entries.get_mut(older) {
            Some(entry) => entry.newer = place,
            None => self.oldest = place,
        }
    }

    fn unlink(&mut self, place: usize) {
        let Some((newer, older)) = self.entries.get(place).map(|entry| (entry.newer, entry.older))
        else {
            return;
        };
        match self.entries.get_mut(newer) {
            Some(entry) => entry.older = older,
            None => self.newest = older,
        }
        match self.entries.get_mut(older) {
            Some(entry) => entry.newer = newer,
            None => self.oldest = newer,
        }
    }

    /// Takes an entry out and moves the last one into its place.
    fn remove(&mut self, place: usize) {
        if place >= self.entries.len() {
            return;
        }
        self.unlink(place);
        let mut gone = self.entries.swap_remove(place);
        self.places.remove(&gone.hash);
        self.bytes -= gone.token.len();
        gone.token.zeroize();
        let Some(moved) = self.entries.get(place) else { return };
        let (hash, newer, older) = (moved.hash, moved.newer, moved.older);
        self.places.insert(hash, place);
        match self.entries.get_mut(newer) {
            Some(entry) => entry.older = place,
            None => self.newest = place,
        }
        match self.entries.get_mut(older) {
            Some(entry) => entry.newer = place,
            None => self.oldest = place,
        }
    }
}

/// Whether two tokens are the same, eight bytes at a time: `memcmp` in the module goes one by one.
fn same(one: &[u8], other: &[u8]) -> bool {
    let (ones, one_rest) = one.as_chunks::<8>();
    let (others, other_rest) = other.as_chunks::<8>();
    let word = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
    one.len() == other.len()
        && one_rest == other_rest
        && ones.iter().zip(others).all(|(one, other)| word(one) == word(other))
}

/// The keys of the map are hashes already.
#[derive(Default)]
struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}
