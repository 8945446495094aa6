//! A key, which has been judged before it exists.

use std::fmt;

use jwt_compact::{
    AlgorithmSignature,
    alg::{Hs256, Hs256Key, Hs384, Hs384Key, Hs512, Hs512Key},
};
use serde::Serialize;

use super::{algorithm::Algorithm, base64url, jwk, material::Material};

/// A key that is fit for exactly one algorithm (RFC 8725 §3.1).
///
/// A value of this type has been judged: RSA moduli have 2048 to 8192 bits and are odd, RSA
/// exponents are odd and between 3 and 2³³, points are on their curve and not of small order,
/// shared secrets are as long as their hash. There is no private key in one.
#[derive(Clone)]
pub struct Key {
    pub(super) id: u32,
    pub(super) source: Source,
    pub(super) kid: Option<String>,
    pub(super) algorithm: Algorithm,
    pub(super) thumbprint: [u8; 32],
    pub(super) material: Material,
}

/// Where a key comes from. It matters to the flavour `agno-3.1` alone.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Source {
    /// On its own: a PEM, a shared secret, a JWK.
    Single,
    /// From a JWK Set, in the policy or fetched.
    Set,
}

/// Why a key is not taken. It holds no part of the key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyFault {
    /// Too short, or of a form that gives no security.
    Weak(&'static str),
    /// Not a key, or not a possible one.
    Invalid(&'static str),
    /// A private key. It has no business here, and should be considered lost.
    Private,
    /// A public key where a secret belongs, or the other way round (RFC 8725 §2.1).
    Confusion(&'static str),
    /// A key for something else: another use, another algorithm.
    Unfit(&'static str),
}

impl KeyFault {
    /// The code of the policy error that a key in the policy makes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Weak(_) => "policy_key_weak",
            Self::Invalid(_) => "policy_key_invalid",
            Self::Private => "policy_key_private",
            Self::Confusion(_) => "policy_key_confusion",
            Self::Unfit(_) => "policy_key_unfit",
        }
    }

    /// A sentence for people, lower-case and without full stop.
    #[must_use]
    pub const fn why(self) -> &'static str {
        match self {
            Self::Private => {
                "this is a private key: replace it everywhere, and put the public one here"
            }
            Self::Weak(why) | Self::Invalid(why) | Self::Confusion(why) | Self::Unfit(why) => why,
        }
    }
}

/// A public key as a JWK (RFC 7517 §4), with the members that it needs and no other.
#[derive(Debug, Default, Serialize)]
#[expect(missing_docs, reason = "the names are RFC 7518's")]
pub struct PublicJwk {
    pub kty: &'static str,
    pub alg: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crv: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
}

impl Key {
    /// Reads a JWK (RFC 7517 §4) for one algorithm.
    ///
    /// This is the layer below policies, for those who verify a [`Jws`](super::Jws) themselves.
    ///
    /// # Errors
    ///
    /// If it is not one, is not for this algorithm, or gives no security.
    pub fn from_jwk(jwk: &[u8], algorithm: Algorithm) -> Result<Self, KeyFault> {
        let draft = jwk::read(&jwk::parse(jwk)?, &[algorithm])?;
        Ok(draft.key(0, algorithm))
    }

    /// A number that no other key of the policy has or has had.
    #[must_use]
    pub const fn id(&self) -> u32 {
        self.id
    }

    /// Its name, if it has one.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The one algorithm it may be used with.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Its SHA-256 thumbprint (RFC 7638 §3). That of a shared secret is for comparing alone: who
    /// has it can try out secrets (RFC 7638 §7).
    #[must_use]
    pub const fn thumbprint(&self) -> &[u8; 32] {
        &self.thumbprint
    }

    /// Whether this is the other key under the same name, whatever the ids.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        (self.algorithm, &self.thumbprint, &self.kid)
            == (other.algorithm, &other.thumbprint, &other.kid)
    }

    /// The public key, as `crypto.subtle.importKey` takes it. `None` for a shared secret, which
    /// never leaves this module.
    #[must_use]
    pub fn jwk(&self) -> Option<PublicJwk> {
        let text = |bytes: &[u8]| Some(base64url::encode(bytes));
        let of = |kty| PublicJwk { kty, alg: self.algorithm.name(), ..PublicJwk::default() };
        Some(match &self.material {
            Material::Secret(_) => return None,
            Material::Rsa { modulus, exponent } => {
                PublicJwk { n: text(modulus), e: text(exponent), ..of("RSA") }
            }
            Material::Ec { curve, x, y } => {
                PublicJwk { crv: Some(curve.name()), x: text(x), y: text(y), ..of("EC") }
            }
            Material::Ed25519(x) => PublicJwk { crv: Some("Ed25519"), x: text(x), ..of("OKP") },
        })
    }

    /// Whether the HMAC fits. False for a key that is not a shared secret.
    pub(super) fn verify_hmac(&self, signed: &[u8], signature: &[u8]) -> bool {
        fn fits<A: jwt_compact::Algorithm>(
            algorithm: &A,
            key: &A::VerifyingKey,
            signed: &[u8],
            signature: &[u8],
        ) -> bool {
            // `try_from_slice` of HMACs panics on any other length.
            let whole = A::Signature::LENGTH.is_some_and(|length| length.get() == signature.len());
            whole
                && A::Signature::try_from_slice(signature)
                    .is_ok_and(|signature| algorithm.verify_signature(&signature, key, signed))
        }
        let Material::Secret(secret) = &self.material else { return false };
        match self.algorithm {
            Algorithm::Hs256 => fits(&Hs256, &Hs256Key::new(secret), signed, signature),
            Algorithm::Hs384 => fits(&Hs384, &Hs384Key::new(secret), signed, signature),
            Algorithm::Hs512 => fits(&Hs512, &Hs512Key::new(secret), signed, signature),
            _ => false,
        }
    }

    /// Whether the signature over these bytes is this key's, in pure Rust.
    #[cfg(feature = "native-crypto")]
    #[must_use]
    pub fn verify(&self, signed: &[u8], signature: &[u8]) -> bool {
        match self.material {
            Material::Secret(_) => self.verify_hmac(signed, signature),
            _ => super::native::verify(self, signed, signature),
        }
    }
}

/// Shows no key material, and no name either, since a `kid` comes from outside.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("id", &self.id)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}
