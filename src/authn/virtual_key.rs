//! Virtual keys: opaque credentials such as `sk-…`, whose record somebody else holds.
//!
//! A key is read out of the request, checked for its form, and hashed at once (SHA-256, hexadecimal,
//! as `LiteLLM` stores it). From then on only the hash is spoken of, and nothing here compares
//! hashes: the record is looked up by it.

use sha2::{Digest, Sha256};

use super::credential::{Credential, CredentialRules, credential, is_token};
use crate::{
    Reason,
    policy::{
        PolicyError,
        document::{AccessWord, RouteFlavour, VirtualKeys},
    },
};

/// How long a key may be, in bytes.
const LENGTHS: std::ops::RangeInclusive<usize> = 3..=100;

/// Headers of other platforms. In `litellm-1.109` they are looked at last, and hold a bare key;
/// any other header goes before `Authorization`.
const FOREIGN: [&str; 4] = ["api-key", "x-api-key", "x-goog-api-key", "ocp-apim-subscription-key"];

/// Where keys are looked for, and what they look like.
#[derive(Clone, Debug)]
pub struct KeyRules {
    prefix: String,
    headers: Vec<String>,
    pub(crate) default_agents: AccessWord,
    as_litellm: bool,
}

impl KeyRules {
    /// Compiles a document. `pointer` is its JSON Pointer in the policy.
    ///
    /// # Errors
    ///
    /// `policy_virtual_keys` for a prefix that tells no key from a token, and for a name that is
    /// no header's, stands there twice, or carries tokens already.
    pub fn compile(
        document: &VirtualKeys,
        credential: &CredentialRules,
        flavour: RouteFlavour,
        pointer: &str,
    ) -> Result<Self, PolicyError> {
        let refuse = |member: &str, message: &str| {
            Err(PolicyError::at(format!("{pointer}/{member}"), "policy_virtual_keys", message))
        };
        let prefix = &document.prefix;
        if !(1..=32).contains(&prefix.len()) || !prefix.bytes().all(is_letter) {
            return refuse("prefix", "a prefix is 1 to 32 letters, digits, `-` or `_`");
        }
        let mut headers: Vec<String> = Vec::new();
        for (index, name) in document.headers.iter().enumerate() {
            let name = name.to_ascii_lowercase();
            let place = format!("headers/{index}");
            if name.is_empty() || !name.bytes().all(is_token) {
                return refuse(&place, "this cannot be the name of a header");
            }
            let taken = name == "cookie" || credential.header.as_ref() == Some(&name);
            if taken || headers.contains(&name) {
                return refuse(&place, "this header is looked at already");
            }
            headers.push(name);
        }
        Ok(Self {
            prefix: prefix.clone(),
            headers,
            default_agents: document.default_agents,
            as_litellm: flavour == RouteFlavour::LiteLlm1109,
        })
    }

    /// The headers a key may come in besides that of tokens, in small letters.
    #[must_use]
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    fn is_key(&self, text: &[u8]) -> bool {
        text.starts_with(self.prefix.as_bytes())
    }
}

/// What was sent to say who asks.
pub enum Sent<'a> {
    /// A virtual key.
    Key(KeyHash),
    /// Something else, so a token, whose form has not been looked at.
    Token(Credential<'a>),
}

/// The hash of a virtual key. There is no way back from it.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct KeyHash([u8; 64]);

impl KeyHash {
    /// The hash of a key, whatever its form.
    #[must_use]
    pub fn of(key: &[u8]) -> Self {
        let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'a' - 10 + nibble };
        let mut hex = [0; 64];
        for (pair, byte) in hex.chunks_exact_mut(2).zip(Sha256::digest(key)) {
            if let [high, low] = pair {
                (*high, *low) = (digit(byte >> 4), digit(byte & 15));
            }
        }
        Self(hex)
    }

    /// 64 hexadecimal digits in small letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// Finds the credential of a request to which keys are welcome.
///
/// `headers` holds the values of [`KeyRules::headers`], one a line, an empty line for one that was
/// not sent.
///
/// Strictly there is one credential, however often it stands there: of two different ones nobody
/// knows which the next server reads. In `litellm-1.109` the first one found counts.
///
/// # Errors
///
/// [`Reason::KeyMalformed`] for what cannot be a key and had to be one, and what
/// [`credential`] says.
pub fn sent<'a>(
    authorization: Option<&'a [u8]>,
    cookie: Option<&'a [u8]>,
    headers: Option<&'a [u8]>,
    rules: &KeyRules,
    tokens: &CredentialRules,
) -> Result<Sent<'a>, Reason> {
    let lines = || headers.into_iter().flat_map(|text| text.split(|byte| *byte == b'\n'));
    if headers.is_some() && lines().count() != rules.headers.len() {
        return Err(Reason::CredentialsAmbiguous);
    }
    let named = rules.headers.iter().zip(lines());
    let mut named = named.map(|(name, value)| (&**name, value.trim_ascii()));
    let named = named.by_ref().filter(|(_, value)| !value.is_empty());
    if rules.as_litellm {
        return as_litellm(authorization, cookie, named, rules, tokens);
    }
    let token = match credential(authorization, cookie, tokens) {
        Ok(token) => Some(token),
        Err(Reason::CredentialsMissing) => None,
        Err(reason) => return Err(reason),
    };
    let mut key = None;
    for (_, value) in named {
        let value = match value.split_at_checked(7) {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case(b"bearer ") => rest.trim_ascii(),
            _ => value,
        };
        if key.is_some_and(|key| key != value) {
            return Err(Reason::CredentialsAmbiguous);
        }
        key = Some(value);
    }
    match (token, key) {
        (None, None) => Err(Reason::CredentialsMissing),
        (Some(token), Some(key)) if token.text() != key => Err(Reason::CredentialsAmbiguous),
        (Some(token), None) if !rules.is_key(token.text()) => Ok(Sent::Token(token)),
        (Some(token), None) => parse(token.text(), rules),
        (_, Some(key)) => parse(key, rules),
    }
}

/// `^sk-[A-Za-z0-9_-]+$`, with the prefix of the policy.
fn parse<'a>(text: &[u8], rules: &KeyRules) -> Result<Sent<'a>, Reason> {
    if text.contains(&b',') {
        return Err(Reason::CredentialsAmbiguous);
    }
    let rest = text.strip_prefix(rules.prefix.as_bytes()).unwrap_or_default();
    let is_sound = !rest.is_empty() && rest.iter().copied().all(is_letter);
    if !LENGTHS.contains(&text.len()) || !is_sound {
        return Err(Reason::KeyMalformed);
    }
    Ok(Sent::Key(KeyHash::of(text)))
}

/// The order of `LiteLLM` 1.109 (`get_api_key` in `user_api_key_auth.py`).
fn as_litellm<'a, 'h>(
    authorization: Option<&'a [u8]>,
    cookie: Option<&'a [u8]>,
    named: impl Iterator<Item = (&'h str, &'a [u8])>,
    rules: &KeyRules,
    tokens: &CredentialRules,
) -> Result<Sent<'a>, Reason> {
    let (mut first, mut last) = (None, None);
    for (name, value) in named {
        let place = if FOREIGN.contains(&name) { &mut last } else { &mut first };
        place.get_or_insert(value);
    }
    let text = match (first, authorization, last) {
        (Some(value), _, _) => without_scheme(value).unwrap_or(value),
        (None, Some(value), _) => without_scheme(value.trim_ascii())
            .filter(|text| !text.is_empty())
            .ok_or(Reason::CredentialsScheme)?,
        (None, None, Some(value)) => value,
        (None, None, None) => credential(None, cookie, tokens)?.text(),
    };
    if rules.is_key(text) {
        return parse(text, rules);
    }
    Ok(Sent::Token(Credential::strict(text)))
}

/// A key without the scheme before it, as `LiteLLM` spells schemes: `Bearer`, `bearer`, `Basic`
/// with the key itself behind it, and AWS's signature with the key in its `Credential`.
fn without_scheme(value: &[u8]) -> Option<&[u8]> {
    const SCHEMES: [&[u8]; 3] = [b"Bearer ", b"bearer ", b"Basic "];
    if value.starts_with(b"AWS4-HMAC-SHA256") {
        const MEMBER: &[u8] = b"Credential=Bearer";
        let at = value.windows(MEMBER.len()).position(|part| part == MEMBER)?;
        let rest = value.get(at + MEMBER.len()..)?;
        let key = rest.trim_ascii_start();
        let end = |byte: &u8| matches!(byte, b'/' | b',') || byte.is_ascii_whitespace();
        return if key.len() < rest.len() { key.split(end).next() } else { None };
    }
    SCHEMES.into_iter().find_map(|scheme| value.strip_prefix(scheme))
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}
