//! An outcome as numbers, for a caller who reads memory. `pkg/engine.js` reads the same words.

use crate::authn::{KeyHash, Pending};
use crate::decide::{Decision, Principal, Reason};

/// As a length or a number: there is none.
pub(crate) const NONE: u32 = u32::MAX;

/// What each word is. The address of a text is good until the next call.
#[derive(Clone, Copy)]
enum Word {
    /// 0 deny, 1 allow, 2 verify first, 3 look a key up first.
    Outcome,
    Reason,
    Status,
    Route,
    /// Where the id of the resource begins and ends in the path, in bytes, as sent.
    IdStart,
    IdEnd,
    Flags,
    Principal,
    Subject,
    SubjectLength,
    Session,
    SessionLength,
    /// What is to be verified: the slot that waits, the key, the bytes, the signature. Where a key
    /// is to be looked up, the bytes are its hash.
    Slot,
    Key,
    Signed,
    SignedLength,
    Signature,
    SignatureLength,
    Issuer,
    /// Which family the answer lists: 0 none, then as in `Family::ALL`.
    Listing,
    /// The id of the agent, if the path has its name instead.
    Agent,
    AgentLength,
    /// What would have been the reason, had the policy not only watched.
    Shadowed,
    Tenant,
    TenantLength,
}

const WORDS: usize = Word::TenantLength as usize + 1;

/// The words, at an address that does not change.
pub(crate) struct Record(Box<[u32; WORDS]>);

impl Default for Record {
    fn default() -> Self {
        Self(Box::new([0; WORDS]))
    }
}

impl Record {
    pub(crate) fn address(&self) -> u32 {
        address(self.0.as_ptr())
    }

    /// Writes down what waits to be verified.
    pub(crate) fn pending(&mut self, slot: u32, token: &Pending) -> u32 {
        self.clear();
        self.set(Word::Outcome, 2);
        self.set(Word::Slot, slot);
        self.set(Word::Key, token.key_id());
        self.set(Word::Issuer, word(token.issuer()));
        self.bytes(Word::Signed, Word::SignedLength, token.signed());
        self.bytes(Word::Signature, Word::SignatureLength, token.signature());
        2
    }

    /// Writes down what waits to be looked up.
    pub(crate) fn needs_key(&mut self, slot: u32, hash: &KeyHash) -> u32 {
        self.clear();
        self.set(Word::Outcome, 3);
        self.set(Word::Slot, slot);
        self.bytes(Word::Signed, Word::SignedLength, hash.as_str().as_bytes());
        3
    }

    /// Writes down a decision.
    pub(crate) fn decided(&mut self, decision: &Decision) -> u32 {
        let reason = decision.reason;
        let outcome = u32::from(reason.allows());
        let principal = decision.principal.as_deref();
        let subject = principal.and_then(Principal::subject);
        let session = principal.and_then(Principal::session);
        let tenant = principal.and_then(Principal::tenant);
        let flags = [
            decision.listing.is_some(),
            decision.roster,
            principal.is_some_and(Principal::is_admin),
            reason == Reason::Public,
            decision.isolate,
            session.is_some(),
            subject.is_some(),
            decision.cached,
            tenant.is_some(),
        ];
        self.clear();
        self.set(Word::Outcome, outcome);
        self.set(Word::Reason, u32::from(reason.number()));
        self.set(Word::Status, u32::from(reason.status()));
        self.set(Word::Route, decision.route.unwrap_or(NONE));
        if let Some(id) = &decision.resource {
            self.set(Word::IdStart, word(id.start));
            self.set(Word::IdEnd, word(id.end));
        }
        if let Some(agent) = &decision.agent {
            self.bytes(Word::Agent, Word::AgentLength, agent.as_bytes());
        }
        self.set(Word::Flags, bits(&flags));
        self.set(Word::Principal, principal.map_or(0, Principal::number));
        self.bytes(Word::Subject, Word::SubjectLength, subject.unwrap_or_default().as_bytes());
        self.bytes(Word::Session, Word::SessionLength, session.unwrap_or_default().as_bytes());
        self.bytes(Word::Tenant, Word::TenantLength, tenant.unwrap_or_default().as_bytes());
        self.set(Word::Issuer, decision.issuer.map_or(NONE, word));
        let shadowed = decision.shadowed.map_or(NONE, |reason| u32::from(reason.number()));
        self.set(Word::Shadowed, shadowed);
        self.set(Word::Listing, decision.listing.map_or(0, |family| family as u32 + 1));
        outcome
    }

    fn clear(&mut self) {
        self.0.fill(0);
        for none in [Word::Route, Word::IdStart, Word::IdEnd, Word::Slot, Word::Key, Word::Issuer] {
            self.set(none, NONE);
        }
    }

    fn set(&mut self, at: Word, value: u32) {
        if let Some(word) = self.0.get_mut(at as usize) {
            *word = value;
        }
    }

    fn bytes(&mut self, at: Word, length: Word, bytes: &[u8]) {
        self.set(at, address(bytes.as_ptr()));
        self.set(length, word(bytes.len()));
    }
}

/// Flags as a number, the first in the lowest bit.
pub(crate) fn bits(flags: &[bool]) -> u32 {
    flags.iter().rev().fold(0, |bits, flag| bits << 1 | u32::from(*flag))
}

/// An address in the module's memory.
pub(crate) fn address<T>(pointer: *const T) -> u32 {
    word(pointer.addr())
}

/// A number that fits: addresses and lengths in the module are 32 bits wide.
pub(crate) fn word(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(NONE)
}
