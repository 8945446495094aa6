//! The way from the bytes of a token to [`Claims`], in two steps.

use std::fmt;

use super::{
    claims::Claims,
    issuer::Issuer,
    jws::{self, Jws, media_type_is},
    key::Key,
    select::Candidates,
};
use crate::{Reason, json::Json};

/// 2024-01-01. A clock that shows an earlier time has not been set: inside a Worker it is 0 until
/// the first request.
const EARLIEST: f64 = 1_704_067_200.0;

/// The first second of the year 10000.
const LATEST: f64 = 253_402_300_800.0;

/// What came of a step.
#[derive(Debug)]
pub enum Step {
    /// Every check was passed.
    Verified(Claims),
    /// Somebody has to verify a signature, and then [`finish`](Pending::finish).
    Pending(Pending),
}

/// Why a token was refused, and whose it claimed to be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Refusal {
    /// Why.
    pub reason: Reason,
    /// The place of the issuer in the list, where it was found. Its keys are worth fetching again
    /// on [`Reason::TokenKeyUnknown`] and [`Reason::TokenKeysUnavailable`].
    pub issuer: Option<usize>,
}

impl Refusal {
    fn of(reason: Reason, issuer: Option<usize>) -> Self {
        Self { reason, issuer }
    }
}

/// A token that is well formed and for which there is a key. Its signature has not been verified,
/// and none of its claims is read before it is.
///
/// It owns what it needs of the token: the buffer the token came in may be used for others.
pub struct Pending {
    issuer: usize,
    /// The key to try now.
    key: u32,
    /// The keys to try after it, the next one last.
    next: Vec<u32>,
    exhausted: Reason,
    signed: Vec<u8>,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

/// Takes a token as far as it goes without asynchronous help.
///
/// Tokens under a shared secret are verified at once. For all others it gives a [`Pending`], to be
/// verified by the platform. `now` is in seconds since 1970.
///
/// # Errors
///
/// A token that cannot be believed, and a clock that cannot either.
pub fn begin(token: &[u8], issuers: &[Issuer], now: f64) -> Result<Step, Refusal> {
    check_clock(now).map_err(|reason| Refusal::of(reason, None))?;
    let jws = Jws::parse(token).map_err(|reason| Refusal::of(reason, None))?;
    let (index, issuer) = pick(&jws, issuers).map_err(|reason| Refusal::of(reason, None))?;
    let refusal = |reason| Refusal::of(reason, Some(index));
    issuer.admit(token, &jws).map_err(refusal)?;
    let Candidates { keys, exhausted } = issuer.candidates(jws.header()).map_err(refusal)?;

    if jws.algorithm().is_symmetric() {
        let mut keys = keys.into_iter();
        let key = keys.find(|key| key.verify_hmac(jws.signed(), jws.signature()));
        let key = key.ok_or(refusal(exhausted))?;
        let claims = issuer.claims.read(jws.payload(), index, key, now).map_err(refusal)?;
        return Ok(Step::Verified(claims));
    }
    let mut next: Vec<u32> = keys.into_iter().rev().map(Key::id).collect();
    let key = next.pop().ok_or(refusal(exhausted))?;
    let signed = jws.signed().to_vec();
    let (payload, signature) = jws.into_parts();
    Ok(Step::Pending(Pending { issuer: index, key, next, exhausted, signed, payload, signature }))
}

/// Takes a token all the way, in pure Rust.
///
/// # Errors
///
/// See [`begin`].
#[cfg(feature = "native-crypto")]
pub fn verify(token: &[u8], issuers: &[Issuer], now: f64) -> Result<Claims, Refusal> {
    let mut step = begin(token, issuers, now)?;
    loop {
        match step {
            Step::Verified(claims) => return Ok(claims),
            Step::Pending(pending) => {
                let verified = pending.verify(issuers);
                step = pending.finish(verified, issuers, now)?;
            }
        }
    }
}

impl Pending {
    /// The place of the issuer in the list.
    #[must_use]
    pub const fn issuer(&self) -> usize {
        self.issuer
    }

    /// The key to verify with.
    #[must_use]
    pub const fn key_id(&self) -> u32 {
        self.key
    }

    /// The bytes that the signature is over.
    #[must_use]
    pub fn signed(&self) -> &[u8] {
        &self.signed
    }

    /// The signature, as JWS has it: of ECDSA the two numbers side by side (RFC 7518 §3.4).
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// Goes on with the answer. Whoever could not come to one says `false`.
    ///
    /// `issuers` are those of now. If the key was withdrawn meanwhile, the token is refused.
    ///
    /// # Errors
    ///
    /// See [`begin`].
    pub fn finish(self, verified: bool, issuers: &[Issuer], now: f64) -> Result<Step, Refusal> {
        let index = self.issuer;
        let refusal = |reason| Refusal::of(reason, Some(index));
        check_clock(now).map_err(refusal)?;
        let issuer = issuers.get(index).ok_or(refusal(Reason::TokenIssuer))?;
        let key = issuer.key(self.key).ok_or(refusal(Reason::TokenKeyUnknown))?;
        if verified {
            let claims = issuer.claims.read(&self.payload, index, key, now).map_err(refusal)?;
            return Ok(Step::Verified(claims));
        }
        let mut next = self.next;
        let key = next.pop().ok_or(refusal(self.exhausted))?;
        Ok(Step::Pending(Self { key, next, ..self }))
    }

    /// Whether the signature fits, in pure Rust.
    #[cfg(feature = "native-crypto")]
    #[must_use]
    pub fn verify(&self, issuers: &[Issuer]) -> bool {
        let key = issuers.get(self.issuer).and_then(|issuer| issuer.key(self.key));
        key.is_some_and(|key| key.verify(&self.signed, &self.signature))
    }
}

/// Shows which key is asked for, and nothing of the token.
impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending")
            .field("issuer", &self.issuer)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

impl Issuer {
    /// What can be said of a token before a key is chosen.
    fn admit(&self, token: &[u8], jws: &Jws<'_>) -> Result<(), Reason> {
        if token.len() > self.max_token_bytes {
            return Err(Reason::TokenTooLarge);
        }
        if !self.algorithms.contains(&jws.algorithm()) {
            return Err(Reason::TokenAlgorithm);
        }
        match (&self.claims.typ, &jws.header().typ) {
            (Some(wanted), Some(typ)) if media_type_is(typ, wanted) => Ok(()),
            (Some(_), _) => Err(Reason::TokenType),
            (None, _) => Ok(()),
        }
    }
}

/// Refuses a clock that cannot be right.
///
/// # Errors
///
/// [`Reason::ClockInvalid`] if it is not a number, or shows a time before 2024 or after 9999. By a
/// clock of milliseconds every window of a budget would be over in no time.
pub fn check_clock(now: f64) -> Result<(), Reason> {
    if (EARLIEST..LATEST).contains(&now) { Ok(()) } else { Err(Reason::ClockInvalid) }
}

/// Whose token this claims to be. With one issuer nothing is read; with several, `iss` alone is,
/// and it chooses the keys and no more: it is checked again after the signature.
fn pick<'i>(jws: &Jws<'_>, issuers: &'i [Issuer]) -> Result<(usize, &'i Issuer), Reason> {
    if let [issuer] = issuers {
        return Ok((0, issuer));
    }
    let payload = jws::object(jws.payload(), Reason::TokenPayload)?;
    let iss = payload.get("iss").and_then(Json::as_str);
    let of = |iss: Option<&str>| issuers.iter().enumerate().find(|(_, issuer)| issuer.iss() == iss);
    of(iss).or_else(|| of(None)).ok_or(Reason::TokenIssuer)
}
