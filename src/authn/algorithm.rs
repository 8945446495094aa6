//! The signature algorithms. A key has exactly one of them (RFC 8725 §3.1).

use crate::policy::document::AlgorithmName;

/// A signature algorithm (RFC 7518 §3.1, RFC 8037 §3.1). `none` is not one.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(missing_docs, reason = "the names are RFC 7518's")]
pub enum Algorithm {
    Hs256,
    Hs384,
    Hs512,
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Ps384,
    Ps512,
    Es256,
    Es384,
    Es512,
    EdDsa,
}

/// What kind of key an algorithm needs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Family {
    /// A shared secret.
    Hmac,
    /// RSA with PKCS #1 v1.5 padding.
    Pkcs1,
    /// RSA with PSS padding.
    Pss,
    /// A point on a NIST curve.
    Ecdsa,
    /// A point on edwards25519.
    EdDsa,
}

impl Algorithm {
    const ALL: [Self; 13] = [
        Self::Hs256,
        Self::Hs384,
        Self::Hs512,
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::Es512,
        Self::EdDsa,
    ];

    /// The algorithm that a header or a JWK means by its `alg`. Names are compared letter by
    /// letter; `Ed25519` (RFC 9864 §2.2) is `EdDSA` with the only curve we know.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        if name == "Ed25519" {
            return Some(Self::EdDsa);
        }
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// The name in `alg`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::EdDsa => "EdDSA",
        }
    }

    /// Whether the key is a secret that signer and verifier share.
    #[must_use]
    pub const fn is_symmetric(self) -> bool {
        matches!(self.family(), Family::Hmac)
    }

    pub(crate) const fn family(self) -> Family {
        match self {
            Self::Hs256 | Self::Hs384 | Self::Hs512 => Family::Hmac,
            Self::Rs256 | Self::Rs384 | Self::Rs512 => Family::Pkcs1,
            Self::Ps256 | Self::Ps384 | Self::Ps512 => Family::Pss,
            Self::Es256 | Self::Es384 | Self::Es512 => Family::Ecdsa,
            Self::EdDsa => Family::EdDsa,
        }
    }

    /// How many bytes its hash has, and so how many an HMAC secret must have at least
    /// (RFC 7518 §3.2).
    pub(crate) const fn hash_bytes(self) -> usize {
        match self {
            Self::Hs256 | Self::Rs256 | Self::Ps256 | Self::Es256 => 32,
            Self::Hs384 | Self::Rs384 | Self::Ps384 | Self::Es384 => 48,
            Self::Hs512 | Self::Rs512 | Self::Ps512 | Self::Es512 | Self::EdDsa => 64,
        }
    }
}

impl From<AlgorithmName> for Algorithm {
    fn from(name: AlgorithmName) -> Self {
        match name {
            AlgorithmName::HS256 => Self::Hs256,
            AlgorithmName::HS384 => Self::Hs384,
            AlgorithmName::HS512 => Self::Hs512,
            AlgorithmName::RS256 => Self::Rs256,
            AlgorithmName::RS384 => Self::Rs384,
            AlgorithmName::RS512 => Self::Rs512,
            AlgorithmName::PS256 => Self::Ps256,
            AlgorithmName::PS384 => Self::Ps384,
            AlgorithmName::PS512 => Self::Ps512,
            AlgorithmName::ES256 => Self::Es256,
            AlgorithmName::ES384 => Self::Es384,
            AlgorithmName::ES512 => Self::Es512,
            AlgorithmName::EdDSA => Self::EdDsa,
        }
    }
}
