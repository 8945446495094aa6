//! Where in a request the token is (RFC 6750 §2.1, RFC 6265 §4.2.1).

use crate::{
    Reason,
    policy::{
        PolicyError,
        document::{CredentialDocument, Flavour},
    },
};

/// Where tokens are looked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CredentialRules {
    /// The header, in small letters. It goes before the cookie.
    pub header: Option<String>,
    /// The cookie.
    pub cookie: Option<String>,
    /// How the values are read.
    pub flavour: Flavour,
}

const AUTHORIZATION: &str = "authorization";

impl CredentialRules {
    /// Compiles a document. `pointer` is its JSON Pointer in the policy.
    ///
    /// # Errors
    ///
    /// `policy_credential` for a name that no header or cookie can have (RFC 9110 §5.6.2).
    pub fn compile(
        document: &CredentialDocument,
        flavour: Flavour,
        pointer: &str,
    ) -> Result<Self, PolicyError> {
        let CredentialDocument { header, cookie } = document;
        for (member, name) in [("header", header), ("cookie", cookie)] {
            if name.as_ref().is_some_and(|name| name.is_empty() || !name.bytes().all(is_token)) {
                return Err(PolicyError::at(
                    format!("{pointer}/{member}"),
                    "policy_credential",
                    "this cannot be the name of a header or cookie",
                ));
            }
        }
        let header = match (header, cookie) {
            (None, None) => Some(AUTHORIZATION.into()),
            _ => header.as_ref().map(|name| name.to_ascii_lowercase()),
        };
        Ok(Self { header, cookie: cookie.clone(), flavour })
    }
}

/// A credential that was found. Its form has not been looked at.
///
/// Whoever has seen exactly these bytes before need not look: no token that was verified is of
/// another form.
#[derive(Clone, Copy)]
pub struct Credential<'a> {
    text: &'a [u8],
    strict: bool,
}

impl<'a> Credential<'a> {
    /// One that has to be a `b64token`.
    pub(super) const fn strict(text: &'a [u8]) -> Self {
        Self { text, strict: true }
    }

    /// The bytes, whatever they are.
    #[must_use]
    pub const fn text(&self) -> &'a [u8] {
        self.text
    }

    /// The token, which strictly is a `b64token` (RFC 6750 §2.1).
    ///
    /// # Errors
    ///
    /// [`Reason::CredentialsAmbiguous`] for values of several headers, joined with commas: which
    /// one the next server would read cannot be known. [`Reason::TokenMalformed`] for bytes that
    /// no token has.
    pub fn token(&self) -> Result<&'a [u8], Reason> {
        if self.strict {
            if self.text.contains(&b',') {
                return Err(Reason::CredentialsAmbiguous);
            }
            let padding = self.text.iter().rev().take_while(|byte| **byte == b'=').count();
            let (letters, _) = self.text.split_at(self.text.len() - padding);
            let is_legal = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(byte);
            if letters.is_empty() || !letters.iter().all(is_legal) {
                return Err(Reason::TokenMalformed);
            }
        }
        Ok(self.text)
    }
}

/// Finds the credential of a request, without a copy.
///
/// `authorization` is the value of the header that the rules name, `cookie` that of the `Cookie`
/// header.
///
/// # Errors
///
/// [`Reason::CredentialsMissing`], [`Reason::CredentialsScheme`], and
/// [`Reason::CredentialsAmbiguous`] for a cookie that is there twice.
pub fn credential<'a>(
    authorization: Option<&'a [u8]>,
    cookie: Option<&'a [u8]>,
    rules: &CredentialRules,
) -> Result<Credential<'a>, Reason> {
    let strict = rules.flavour == Flavour::Strict;
    let header = rules.header.as_ref().and(authorization);
    let header = header.map(<[u8]>::trim_ascii).filter(|value| !value.is_empty());
    let text = match (header, rules.cookie.as_deref(), cookie) {
        (Some(value), _, _) if strict => {
            from_header(value, rules.header.as_deref() == Some(AUTHORIZATION))?
        }
        (Some(value), _, _) => agno_header(value),
        (None, Some(name), Some(cookies)) => from_cookies(cookies, name.as_bytes(), strict)?,
        (None, _, _) => return Err(Reason::CredentialsMissing),
    };
    Ok(Credential { text, strict })
}

/// `Bearer`, in any case, spaces, and a token (RFC 6750 §2.1). A header of one's own may also hold
/// the token alone.
fn from_header(value: &[u8], scheme_needed: bool) -> Result<&[u8], Reason> {
    match value.split_at_checked(6) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case(b"bearer") => match rest {
            [] => Err(Reason::CredentialsMissing),
            [b' ', rest @ ..] => Ok(rest.trim_ascii_start()),
            _ if scheme_needed => Err(Reason::CredentialsScheme),
            _ => Ok(value),
        },
        _ if scheme_needed => Err(Reason::CredentialsScheme),
        _ => Ok(value),
    }
}

/// AgentOS takes `Bearer` away where it is, and else the whole value for the token.
fn agno_header(value: &[u8]) -> &[u8] {
    match value.split_at_checked(7) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case(b"bearer ") => token.trim_ascii(),
        _ => value,
    }
}

/// The value of a cookie (RFC 6265 §4.2.1), its double quotes taken off (§4.1.1). Under strict
/// rules it stands there once; AgentOS takes the last one.
fn from_cookies<'a>(cookies: &'a [u8], name: &[u8], strict: bool) -> Result<&'a [u8], Reason> {
    let mut values = cookies.split(|byte| *byte == b';').filter_map(|pair| {
        let equals = pair.iter().position(|byte| *byte == b'=')?;
        let (found, value) = pair.split_at_checked(equals)?;
        (found.trim_ascii() == name).then(|| unquote(value.trim_ascii_start()))
    });
    let value = if strict { values.next() } else { values.by_ref().last() };
    if values.next().is_some() {
        return Err(Reason::CredentialsAmbiguous);
    }
    value.filter(|value| !value.is_empty()).ok_or(Reason::CredentialsMissing)
}

fn unquote(value: &[u8]) -> &[u8] {
    let value = value.strip_prefix(b"=").unwrap_or(value).trim_ascii();
    value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")).unwrap_or(value)
}

/// `tchar` (RFC 9110 §5.6.2).
pub(super) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
