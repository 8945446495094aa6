//! Approvals: what a person has to agree to, bound to what was asked, and good for once.
//!
//! An [`Approval`] is a value. [`decide`](Approval::decide) and [`redeem`](Approval::redeem) make
//! the next one, or say why there is none; a store that puts the next in the place of the former,
//! and never two for one, redeems at most once. The ways there are:
//!
//! ```text
//! request ─► pending ─► approved ─► used
//!               └─────► denied
//! ```
//!
//! Who waits too long loses it: [expired](Approval::is_expired) follows from the clock and is not
//! written down, so that no job has to run for it.

mod binding;
mod record;

pub use binding::Binding;

use serde::Serialize;

use super::Reason;
use crate::authn::check_clock;
use crate::policy::document::ApprovalKind;

/// What was asked for, and what became of it. Its JSON is what a store keeps.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Approval {
    id: String,
    #[serde(serialize_with = "record::write_kind")]
    kind: ApprovalKind,
    binding: Binding,
    state: State,
    requested_at: f64,
    expires_at: f64,
    decided_by: Option<String>,
    decided_at: Option<f64>,
    note: Option<String>,
}

/// How far an approval has come.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Nobody has decided.
    Pending,
    /// A person said yes, and it was not used yet.
    Approved,
    /// A person said no. For good.
    Denied,
    /// It was used. For good.
    Used,
}

/// What a person says.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Verdict {
    /// Yes, once.
    Approve,
    /// No.
    Deny,
}

/// Who decides. The caller has authenticated them.
#[derive(Clone, Copy, Debug)]
pub struct Approver<'a> {
    /// Who it is.
    pub subject: &'a str,
    /// Whether they hold the scope of those who may approve. A confirmation does not ask for it.
    pub is_entitled: bool,
}

impl Approval {
    /// Asks for one. The id has to be new and hard to guess; it is the caller's to make.
    ///
    /// # Errors
    ///
    /// [`Reason::ClockInvalid`]: without a time it would never expire.
    pub fn request(
        id: String,
        kind: ApprovalKind,
        binding: Binding,
        now: f64,
        expires_seconds: u32,
    ) -> Result<Self, Reason> {
        check_clock(now)?;
        Ok(Self {
            id,
            kind,
            binding,
            state: State::Pending,
            requested_at: now,
            expires_at: now + f64::from(expires_seconds),
            decided_by: None,
            decided_at: None,
            note: None,
        })
    }

    /// The approval after a person has decided.
    ///
    /// # Errors
    ///
    /// In this order, so that only who may decide learns how it stands:
    /// [`Reason::ClockInvalid`], [`Reason::ApprovalSelf`] and [`Reason::ApprovalUnentitled`] for
    /// those who may not, [`Reason::ApprovalUsed`], [`Reason::ApprovalExpired`],
    /// [`Reason::ApprovalDecided`].
    pub fn decide(
        &self,
        approver: &Approver<'_>,
        verdict: Verdict,
        note: Option<&str>,
        now: f64,
    ) -> Result<Self, Reason> {
        check_clock(now)?;
        self.entitle(approver)?;
        match self.state {
            State::Used => return Err(Reason::ApprovalUsed),
            State::Denied => return Err(Reason::ApprovalDecided),
            _ if self.is_expired(now) => return Err(Reason::ApprovalExpired),
            State::Approved => return Err(Reason::ApprovalDecided),
            State::Pending => {}
        }
        let state = match verdict {
            Verdict::Approve => State::Approved,
            Verdict::Deny => State::Denied,
        };
        Ok(Self {
            state,
            decided_by: Some(approver.subject.to_owned()),
            decided_at: Some(now),
            note: note.map(str::to_owned),
            ..self.clone()
        })
    }

    /// The approval after it was used for a request.
    ///
    /// # Errors
    ///
    /// In this order: [`Reason::ClockInvalid`], [`Reason::ApprovalMismatch`] if the request is
    /// another one, [`Reason::ApprovalUsed`], [`Reason::ApprovalDenied`],
    /// [`Reason::ApprovalExpired`], [`Reason::ApprovalPending`].
    pub fn redeem(&self, binding: &Binding, now: f64) -> Result<Self, Reason> {
        check_clock(now)?;
        if self.binding != *binding {
            return Err(Reason::ApprovalMismatch);
        }
        match self.state {
            State::Used => Err(Reason::ApprovalUsed),
            State::Denied => Err(Reason::ApprovalDenied),
            _ if self.is_expired(now) => Err(Reason::ApprovalExpired),
            State::Pending => Err(Reason::ApprovalPending),
            State::Approved => Ok(Self { state: State::Used, ..self.clone() }),
        }
    }

    /// Whether it is good for nothing because of the time. What was denied or used does not
    /// expire; what has a time that is no number has expired.
    #[must_use]
    pub fn is_expired(&self, now: f64) -> bool {
        let in_time = now < self.expires_at;
        matches!(self.state, State::Pending | State::Approved) && !in_time
    }

    /// Whether somebody may decide this.
    fn entitle(&self, approver: &Approver<'_>) -> Result<(), Reason> {
        let asked = self.binding.subject() == Some(approver.subject);
        let is_agent = self.binding.agent() == approver.subject;
        match self.kind {
            // An agent that asks under its own name has no user who could confirm.
            ApprovalKind::Confirmation if asked && !is_agent => Ok(()),
            ApprovalKind::Approval if asked || is_agent => Err(Reason::ApprovalSelf),
            ApprovalKind::Approval if approver.is_entitled && !approver.subject.is_empty() => {
                Ok(())
            }
            _ => Err(Reason::ApprovalUnentitled),
        }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Who has to approve.
    #[must_use]
    pub fn kind(&self) -> ApprovalKind {
        self.kind
    }

    /// What it is bound to.
    #[must_use]
    pub fn binding(&self) -> &Binding {
        &self.binding
    }

    /// How far it has come. It may have [expired](Approval::is_expired) besides.
    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// When it was asked for, in seconds.
    #[must_use]
    pub fn requested_at(&self) -> f64 {
        self.requested_at
    }

    /// From when on it is good for nothing, in seconds.
    #[must_use]
    pub fn expires_at(&self) -> f64 {
        self.expires_at
    }

    /// Who decided.
    #[must_use]
    pub fn decided_by(&self) -> Option<&str> {
        self.decided_by.as_deref()
    }

    /// When they decided, in seconds.
    #[must_use]
    pub fn decided_at(&self) -> Option<f64> {
        self.decided_at
    }

    /// What they said of it.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }
}
