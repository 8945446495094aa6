//! Whether a JSON body speaks for the verified user and session, and for nobody else.

use super::Reason;
use crate::json::{self, Json};
use crate::policy::document::IsolationMembers;

/// How deep a body may be nested.
const DEPTH: usize = 64;

/// What a JSON body says of user and session.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "they cross to the caller as bits")]
pub struct Body {
    /// It is not an object, so it has no members.
    pub scalar: bool,
    /// It is an object without members.
    pub empty: bool,
    /// The first of the members that carry a user is not there.
    pub without_user: bool,
    /// The first of the members that carry a session is not there.
    pub without_session: bool,
}

/// Reads a JSON body and compares the members that carry a user or session with the verified
/// ones. Where none is verified, nothing may be named.
///
/// `null` names nobody, and the origin would take it for "no user": it is refused like another.
/// A session is compared only with a verified one; a token without session leaves it open.
///
/// # Errors
///
/// [`Reason::BodyMalformed`], [`Reason::IsolationUser`] or [`Reason::IsolationSession`].
pub fn read(
    body: &[u8],
    members: &IsolationMembers,
    subject: Option<&str>,
    session: Option<&str>,
) -> Result<Body, Reason> {
    let body = json::parse(body, DEPTH).map_err(|_| Reason::BodyMalformed)?;
    let Json::Object(found) = &body else {
        return Ok(Body {
            scalar: true,
            empty: false,
            without_user: false,
            without_session: false,
        });
    };
    let lacks = |names: &[String]| {
        names.first().is_some_and(|name| !found.iter().any(|(found, _)| found == name))
    };
    let others = |names: &[String], verified: Option<&str>| {
        let mut named = found.iter().filter(|(name, _)| names.contains(name));
        named.any(|(_, value)| value.as_str().is_none() || value.as_str() != verified)
    };
    if others(&members.user, subject) {
        return Err(Reason::IsolationUser);
    }
    if session.is_some() && others(&members.session, session) {
        return Err(Reason::IsolationSession);
    }
    Ok(Body {
        scalar: false,
        empty: found.is_empty(),
        without_user: lacks(&members.user),
        without_session: lacks(&members.session),
    })
}
