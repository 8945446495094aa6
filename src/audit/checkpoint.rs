//! A checkpoint: that a ledger had so many rows at a time, and the hash of the last, signed.

use super::VERSION;
use super::row::{GENESIS, hash_text, integer};
use crate::authn::base64url;
use crate::hash::joined;
use crate::json::parse;

/// What the signed text begins with, so that the signature is one of nothing else. It ends in the version.
const DOMAIN: &str = "gatewright ledger checkpoint 1";

/// The last millisecond that a date of JavaScript can name.
const LAST: u64 = 8_640_000_000_000_000;

/// A checkpoint that is well formed.
///
/// Nothing in it has been verified: whoever has it verifies its signature, with a key that they did not find
/// in the checkpoint itself.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    shard: String,
    seq: u64,
    hash: String,
    at: u64,
    key: [u8; 32],
    signature: [u8; 64],
}

impl Checkpoint {
    /// Reads one, which is a JSON object. None if it is none: a member that is not known makes it none, too.
    #[must_use]
    pub fn read(text: &[u8]) -> Option<Self> {
        let json = parse(text, 1).ok()?;
        let [version, shard, seq, hash, at, signature, key] =
            json.members(["version", "shard", "seq", "hash", "at", "signature", "key"])?;
        let checkpoint = Self {
            shard: shard.as_str()?.into(),
            seq: integer(seq)?,
            hash: hash_text(hash)?.into(),
            at: integer(at).filter(|at| *at <= LAST)?,
            key: base64url::decode(key.as_str()?.as_bytes())?.try_into().ok()?,
            signature: base64url::decode(signature.as_str()?.as_bytes())?.try_into().ok()?,
        };
        let is_begun = checkpoint.seq > 0;
        let is_known = integer(version)? == VERSION;
        (is_known && is_begun == (checkpoint.hash != GENESIS)).then_some(checkpoint)
    }

    /// Whose ledger it is of.
    #[must_use]
    pub fn shard(&self) -> &str {
        &self.shard
    }

    /// How many rows there were.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// The hash of the last of them; zeros if there was none.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// When it was taken, in milliseconds since 1970.
    #[must_use]
    pub const fn at(&self) -> u64 {
        self.at
    }

    /// The public key that it says it was signed with.
    #[must_use]
    pub const fn key(&self) -> &[u8; 32] {
        &self.key
    }

    /// The signature (RFC 8032 §5.1.6).
    #[must_use]
    pub const fn signature(&self) -> &[u8; 64] {
        &self.signature
    }

    /// What was signed: each part behind its length, the key among them.
    #[must_use]
    pub fn signed(&self) -> String {
        let [seq, at] = [self.seq, self.at].map(|it| it.to_string());
        let key = base64url::encode(&self.key);
        joined(&[DOMAIN, &self.shard, &seq, &self.hash, &at, &key].map(Some))
    }

    /// Whether it was signed with this key, and says so.
    #[cfg(feature = "native-crypto")]
    #[must_use]
    pub fn is_signed_by(&self, key: &[u8; 32]) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(&self.signature);
        self.key == *key
            && ed25519_dalek::VerifyingKey::from_bytes(key)
                .is_ok_and(|key| key.verify_strict(self.signed().as_bytes(), &signature).is_ok())
    }
}
