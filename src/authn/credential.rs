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

/// The token of a request, without a copy. Its form is not looked at.
///
/// `authorization` is the value of the header that the rules name, `cookie` that of the `Cookie`
/// header. A value of several headers, joined with commas, is refused: which one the next server
/// would read cannot be known.
///
/// # Errors
///
/// [`Reason::CredentialsMissing`], [`Reason::CredentialsScheme`],
/// [`Reason::CredentialsAmbiguous`], and [`Reason::TokenMalformed`] for bytes that no token has.
pub fn credential<'a>(
    authorization: Option<&'a [u8]>,
    cookie: Option<&'a [u8]>,
    rules: &CredentialRules,
) -> Result<&'a [u8], Reason> {
    let strict = rules.flavour == Flavour::Strict;
    let header = rules.header.as_ref().and(authorization);
    let header = header.map(<[u8]>::trim_ascii).filter(|value| !value.is_empty());
    if let Some(value) = header {
        return if strict {
            from_header(value, rules.header.as_deref() == Some(AUTHORIZATION))
        } else {
            Ok(agno_header(value))
        };
    }
    let (Some(name), Some(cookies)) = (rules.cookie.as_deref(), cookie) else {
        return Err(Reason::CredentialsMissing);
    };
    from_cookies(cookies, name.as_bytes(), strict)
}

/// `Bearer`, in any case, spaces, and a token (RFC 6750 §2.1). A header of one's own may also hold
/// the token alone.
fn from_header(value: &[u8], scheme_needed: bool) -> Result<&[u8], Reason> {
    let mut words = value.splitn(2, |byte| *byte == b' ');
    let (first, rest) = (words.next().unwrap_or_default(), words.next());
    if first.eq_ignore_ascii_case(b"bearer") {
        let token = rest.ok_or(Reason::CredentialsMissing)?.trim_ascii_start();
        return bearer(token);
    }
    if scheme_needed { Err(Reason::CredentialsScheme) } else { bearer(value) }
}

/// `b64token` (RFC 6750 §2.1).
fn bearer(token: &[u8]) -> Result<&[u8], Reason> {
    if token.contains(&b',') {
        return Err(Reason::CredentialsAmbiguous);
    }
    let padding = token.iter().rev().take_while(|byte| **byte == b'=').count();
    let letters = token.iter().take(token.len() - padding);
    let mut legal = letters.map(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(byte));
    if padding == token.len() || !legal.all(|legal| legal) {
        return Err(Reason::TokenMalformed);
    }
    Ok(token)
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
    let value = value.filter(|value| !value.is_empty()).ok_or(Reason::CredentialsMissing)?;
    if strict { bearer(value) } else { Ok(value) }
}

fn unquote(value: &[u8]) -> &[u8] {
    let value = value.strip_prefix(b"=").unwrap_or(value).trim_ascii();
    value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")).unwrap_or(value)
}

/// `tchar` (RFC 9110 §5.6.2).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
