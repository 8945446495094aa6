//! What keys are made of, and what makes them fit to be used.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{
    algorithm::{Algorithm, Family},
    base64url,
    curve::{self, Curve},
    key::KeyFault,
};

/// What a key is made of. Integers are big-endian and without leading zeros.
#[derive(Clone)]
pub(super) enum Material {
    Secret(Zeroizing<Vec<u8>>),
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
    Ec { curve: Curve, x: Vec<u8>, y: Vec<u8> },
    Ed25519([u8; 32]),
}

impl Material {
    /// An RSA key (RFC 7518 §6.3.1), if it can be trusted. Integers are big-endian.
    pub(super) fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<Self, KeyFault> {
        let zeros = |bytes: &[u8]| bytes.first().map_or(0, |byte| byte.leading_zeros() as usize);
        if [modulus, exponent].into_iter().any(|bytes| bytes.is_empty() || zeros(bytes) == 8) {
            return Err(KeyFault::Invalid(
                "an integer of the RSA key is empty or begins with zero",
            ));
        }
        if !(2048..=8192).contains(&(modulus.len() * 8 - zeros(modulus))) {
            return Err(KeyFault::Weak("an RSA key must have 2048 to 8192 bits"));
        }
        if [modulus, exponent].into_iter().any(|bytes| bytes.last().is_some_and(|b| b % 2 == 0)) {
            return Err(KeyFault::Invalid("an RSA key consists of odd numbers"));
        }
        let small = exponent.len() == 1 && exponent.first().is_some_and(|byte| *byte <= 3);
        let large = exponent.len() * 8 - zeros(exponent) > 33;
        if small || large {
            return Err(KeyFault::Weak("the exponent of an RSA key must lie between 3 and 2^33"));
        }
        Ok(Self::Rsa { modulus: modulus.into(), exponent: exponent.into() })
    }

    /// A point of a NIST curve (RFC 7518 §6.2.1). Coordinates are big-endian and of full length.
    pub(super) fn ec(curve: Curve, x: &[u8], y: &[u8]) -> Result<Self, KeyFault> {
        if [x, y].into_iter().any(|bytes| bytes.len() != curve.coordinate_bytes()) {
            return Err(KeyFault::Invalid("a coordinate does not have the length of its curve"));
        }
        if !curve.has(x, y) {
            return Err(KeyFault::Invalid("the point is not on its curve"));
        }
        Ok(Self::Ec { curve, x: x.into(), y: y.into() })
    }

    /// An Ed25519 key (RFC 8037 §2).
    pub(super) fn ed25519(x: &[u8]) -> Result<Self, KeyFault> {
        let x = x.try_into().map_err(|_| KeyFault::Invalid("an Ed25519 key has 32 bytes"))?;
        if !curve::is_ed25519_key(&x) {
            return Err(KeyFault::Weak("the Ed25519 key is of small order or not canonical"));
        }
        Ok(Self::Ed25519(x))
    }

    /// The algorithms of `allowed` that this can be the key of, given what it says itself.
    ///
    /// An RSA key that does not say so is a key for the kind of padding that `allowed` names
    /// first, and not for the other one (RFC 8725 §3.1).
    pub(super) fn algorithms(
        &self,
        own: Option<Algorithm>,
        allowed: &[Algorithm],
    ) -> Result<Vec<Algorithm>, KeyFault> {
        let family = match self {
            Self::Secret(_) => Some(Family::Hmac),
            Self::Ec { .. } => Some(Family::Ecdsa),
            Self::Ed25519(_) => Some(Family::EdDsa),
            Self::Rsa { .. } => {
                let mut families = own.iter().chain(allowed).map(|algorithm| algorithm.family());
                families.find(|family| matches!(family, Family::Pkcs1 | Family::Pss))
            }
        };
        let fitting: Vec<_> = allowed
            .iter()
            .copied()
            .filter(|algorithm| own.is_none_or(|own| own == *algorithm))
            .filter(|algorithm| Some(algorithm.family()) == family)
            .filter(|algorithm| match self {
                Self::Ec { curve, .. } => curve.algorithm() == *algorithm,
                _ => true,
            })
            .collect();
        if fitting.is_empty() {
            let secret = matches!(self, Self::Secret(_));
            let confused = allowed.iter().all(|algorithm| algorithm.is_symmetric() != secret);
            return Err(match (confused, secret) {
                (true, true) => {
                    KeyFault::Confusion("a shared secret is no key for these algorithms")
                }
                (true, false) => {
                    KeyFault::Confusion("a public key is no secret: HS algorithms cannot use it")
                }
                _ => KeyFault::Unfit("the key is for none of the issuer's algorithms"),
            });
        }
        if let Self::Secret(secret) = self
            && fitting.iter().any(|algorithm| secret.len() < algorithm.hash_bytes())
        {
            return Err(KeyFault::Weak(
                "a shared secret needs 32 bytes for HS256, 48 for HS384 and 64 for HS512",
            ));
        }
        Ok(fitting)
    }

    /// RFC 7638 §3.
    pub(super) fn thumbprint(&self) -> [u8; 32] {
        let text = |bytes: &[u8]| Zeroizing::new(base64url::encode(bytes));
        let members = Zeroizing::new(match self {
            Self::Secret(k) => format!(r#"{{"k":"{}","kty":"oct"}}"#, *text(k)),
            Self::Rsa { modulus, exponent } => {
                format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, *text(exponent), *text(modulus))
            }
            Self::Ec { curve, x, y } => format!(
                r#"{{"crv":"{}","kty":"EC","x":"{}","y":"{}"}}"#,
                curve.name(),
                *text(x),
                *text(y)
            ),
            Self::Ed25519(x) => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, *text(x)),
        });
        Sha256::digest(members.as_bytes()).into()
    }
}
