//! From a token to claims that can be believed.
//!
//! [`begin`] and [`Pending::finish`] are the only functions in the crate that make a [`Claims`]
//! value. Code that holds one has therefore, by its type, passed every check below. The checks run
//! in this order:
//!
//! 1. the clock, since without one nothing can be said;
//! 2. the form: 8 KiB at most, three parts, canonical base64url, a header that is strict JSON and
//!    asks for nothing that is not understood ([RFC 7515 §2, §4, §5.2][7515]);
//! 3. the issuer: the only one, or the one that `iss` names. Its closed list must hold the `alg`,
//!    and its `typ`, if it has one, must be the header's ([RFC 8725 §3.1, §3.11][8725]);
//! 4. the key: `kid` picks it, and the key's own algorithm must be the header's. Nothing in a token
//!    brings a key or says where one is;
//! 5. the signature, before a claim is looked at; of several issuers, `iss` has chosen the keys;
//! 6. the claims: `iss`, `aud`, `exp`, `nbf`, `iat`, and those that the policy reads
//!    ([RFC 7519 §4.1][7519]).
//!
//! HMACs are computed here. RSA, ECDSA and Ed25519 are left to the platform (WebCrypto), which is
//! several times faster: [`begin`] gives a [`Pending`], and `finish` goes on with the answer. With
//! the feature `native-crypto` all of them are done in Rust.
//!
//! An [`Issuer`] judges keys before it holds them, because WebCrypto does not: RSA of less than
//! 2048 bits or with the exponent 1, Ed25519 keys of small order, points beside their curve and
//! short secrets are refused (RFC 7518 §3.2, §3.3, RFC 8725 §3.4, §3.5).
//!
//! A virtual key is no token: [`sent`] takes one out of the request and hashes it, and its record
//! is looked up by that hash. Like claims, a key that may be used has a type of its own, and only
//! reading the record that was found makes one.
//!
//! What is left to others: fetching JWK Sets, and what the scopes grant.
//!
//! [7515]: https://www.rfc-editor.org/rfc/rfc7515
//! [7519]: https://www.rfc-editor.org/rfc/rfc7519#section-4.1
//! [8725]: https://www.rfc-editor.org/rfc/rfc8725#section-3

mod agno;
mod algorithm;
pub(crate) mod base64url;
mod claims;
mod credential;
mod curve;
mod der;
mod issuer;
mod jwk;
mod jws;
mod key;
mod key_record;
mod material;
#[cfg(feature = "native-crypto")]
mod native;
mod pem;
mod rules;
mod select;
mod source;
mod strict;
mod verify;
mod virtual_key;

pub use algorithm::Algorithm;
pub use claims::{Claims, Scopes};
pub use credential::{Credential, CredentialRules, credential};
pub use issuer::{Issuer, KeyReport};
pub use jws::{Jws, MAX_TOKEN_BYTES};
pub use key::{Key, KeyFault, PublicJwk};
pub use key_record::KeyRecord;
pub(crate) use key_record::{GoodKey, Named};
#[cfg(feature = "native-crypto")]
pub use verify::verify;
pub use verify::{Pending, Refusal, Step, begin, check_clock};
pub use virtual_key::{KeyHash, KeyRules, Sent, sent};
