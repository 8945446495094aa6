//! The compact serialization of a JWS (RFC 7515 §7.1), read strictly and in a single pass.

use std::fmt;

use super::{algorithm::Algorithm, base64url};
use crate::{
    Reason,
    json::{self, Json, JsonError},
};

/// How large a token may be, in bytes, whoever it is from.
pub const MAX_TOKEN_BYTES: usize = 8192;
/// How deep the JSON of a token may be nested.
const MAX_DEPTH: usize = 32;
/// How long a `kid` may be, in bytes.
pub(super) const MAX_KID_BYTES: usize = 256;

/// A token that is well formed. Nothing in it has been verified.
///
/// It shows what is needed to choose a key and to check the signature. To get at the claims of a
/// token, go through [`begin`](super::begin), the one way to [`Claims`](super::Claims).
pub struct Jws<'t> {
    header: Header,
    signed: &'t [u8],
    payload: Vec<u8>,
    signature: Vec<u8>,
}

/// The members of a header that mean something to us. All others are ignored, `jwk`, `jku`,
/// `x5u` and `x5c` among them: a token does not bring its own key (RFC 8725 §3.10).
#[derive(Clone)]
pub(super) struct Header {
    pub(super) algorithm: Algorithm,
    pub(super) kid: Option<String>,
    pub(super) typ: Option<String>,
}

impl<'t> Jws<'t> {
    /// Reads a token.
    ///
    /// # Errors
    ///
    /// - [`Reason::TokenTooLarge`] beyond [`MAX_TOKEN_BYTES`], before anything is looked at;
    /// - [`Reason::TokenMalformed`] if it is not three parts, [`Reason::TokenEncrypted`] for the
    ///   five of a JWE (RFC 7516 §3.1), a `zip` or `enc` header, or a nested token (`cty: JWT`,
    ///   RFC 7519 §5.2);
    /// - [`Reason::TokenEncoding`] for a part that is not canonical base64url without padding
    ///   (RFC 7515 §2), spare bits included, or a header that is not UTF-8;
    /// - [`Reason::TokenHeader`], [`Reason::TokenDepth`], [`Reason::TokenDuplicateMember`] for a
    ///   header that is not an object with a textual `alg` (RFC 7515 §4);
    /// - [`Reason::TokenCritical`] for `crit` or `b64` (RFC 7515 §4.1.11, RFC 7797 §3);
    /// - [`Reason::TokenAlgorithm`] for an `alg` that is not an [`Algorithm`].
    pub fn parse(token: &'t [u8]) -> Result<Self, Reason> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(Reason::TokenTooLarge);
        }
        let mut parts = token.split(|byte| *byte == b'.');
        let (Some(header), Some(payload), Some(signature)) =
            (parts.next(), parts.next(), parts.next())
        else {
            return Err(Reason::TokenMalformed);
        };
        match parts.take(3).count() {
            0 => {}
            2 => return Err(Reason::TokenEncrypted),
            _ => return Err(Reason::TokenMalformed),
        }
        if header.is_empty() {
            return Err(Reason::TokenMalformed);
        }
        let (signed, _) = token
            .split_at_checked(header.len() + 1 + payload.len())
            .ok_or(Reason::TokenMalformed)?;
        Ok(Self {
            header: Header::parse(&decode(header)?)?,
            signed,
            payload: decode(payload)?,
            signature: decode(signature)?,
        })
    }

    /// The `alg` of the header. A claim of the token's maker, no more.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.header.algorithm
    }

    /// The `kid` of the header, at most 256 bytes.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.header.kid.as_deref()
    }

    /// The bytes that the signature is over (RFC 7515 §5.2).
    #[must_use]
    pub fn signed(&self) -> &'t [u8] {
        self.signed
    }

    /// The signature.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    pub(super) fn header(&self) -> &Header {
        &self.header
    }

    pub(super) fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The payload and the signature.
    pub(super) fn into_parts(self) -> (Vec<u8>, Vec<u8>) {
        (self.payload, self.signature)
    }
}

/// Shows the algorithm alone. A token in a log is a token in the wrong hands.
impl fmt::Debug for Jws<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jws").field("algorithm", &self.header.algorithm).finish_non_exhaustive()
    }
}

impl Header {
    fn parse(text: &[u8]) -> Result<Self, Reason> {
        let header = object(text, Reason::TokenHeader)?;
        if header.get("crit").or_else(|| header.get("b64")).is_some() {
            return Err(Reason::TokenCritical);
        }
        if header.get("zip").or_else(|| header.get("enc")).is_some() {
            return Err(Reason::TokenEncrypted);
        }
        if string(&header, "cty")?.is_some_and(|cty| media_type_is(cty, "jwt")) {
            return Err(Reason::TokenEncrypted);
        }
        let alg = string(&header, "alg")?.ok_or(Reason::TokenHeader)?;
        let kid = string(&header, "kid")?;
        if kid.is_some_and(|kid| kid.len() > MAX_KID_BYTES) {
            return Err(Reason::TokenHeader);
        }
        Ok(Self {
            algorithm: Algorithm::from_name(alg).ok_or(Reason::TokenAlgorithm)?,
            kid: kid.map(Into::into),
            typ: string(&header, "typ")?.map(Into::into),
        })
    }
}

/// Reads the JSON object of a header or payload.
pub(super) fn object(text: &[u8], malformed: Reason) -> Result<Json, Reason> {
    if std::str::from_utf8(text).is_err() {
        return Err(Reason::TokenEncoding);
    }
    match json::parse(text, MAX_DEPTH) {
        Ok(object @ Json::Object(_)) => Ok(object),
        Ok(_) | Err(JsonError::Syntax { .. }) => Err(malformed),
        Err(JsonError::Depth) => Err(Reason::TokenDepth),
        Err(JsonError::Duplicate { .. }) => Err(Reason::TokenDuplicateMember),
    }
}

/// Whether two media types are the same. `application/` may be left out if there is no other
/// slash, and case does not matter (RFC 7515 §4.1.9).
pub(super) fn media_type_is(text: &str, wanted: &str) -> bool {
    subtype(text).eq_ignore_ascii_case(subtype(wanted))
}

fn subtype(text: &str) -> &str {
    match text.split_once('/') {
        Some((top, rest)) if top.eq_ignore_ascii_case("application") && !rest.contains('/') => rest,
        _ => text,
    }
}

/// The text of a member that may be absent, but not of another type.
fn string<'j>(header: &'j Json, name: &str) -> Result<Option<&'j str>, Reason> {
    match header.get(name) {
        None => Ok(None),
        Some(value) => value.as_str().map(Some).ok_or(Reason::TokenHeader),
    }
}

fn decode(part: &[u8]) -> Result<Vec<u8>, Reason> {
    base64url::decode(part).ok_or(Reason::TokenEncoding)
}
