//! JWKs and JWK Sets (RFC 7517), as strictly as tokens.

use zeroize::Zeroizing;

use super::{
    algorithm::Algorithm,
    base64url,
    curve::Curve,
    jws::MAX_KID_BYTES,
    key::{Key, KeyFault, Source},
    material::Material,
};
use crate::json::{self, Json};

/// How many keys a set may hold.
const MAX_KEYS: usize = 64;
/// How large a set may be, in bytes.
const MAX_SET_BYTES: usize = 64 * 1024;
/// How deep a set may be nested.
const MAX_DEPTH: usize = 16;

/// A key that has been judged, and has no number yet.
pub(super) struct Draft {
    pub(super) source: Source,
    pub(super) kid: Option<String>,
    pub(super) material: Material,
    pub(super) algorithms: Vec<Algorithm>,
}

impl Draft {
    /// A key that stands alone and has no name.
    pub(super) fn single(material: Material, allowed: &[Algorithm]) -> Result<Self, KeyFault> {
        let algorithms = material.algorithms(None, allowed)?;
        Ok(Self { source: Source::Single, kid: None, material, algorithms })
    }

    /// The key for one of its algorithms.
    pub(super) fn key(&self, id: u32, algorithm: Algorithm) -> Key {
        Key {
            id,
            source: self.source,
            kid: self.kid.clone(),
            algorithm,
            thumbprint: self.material.thumbprint(),
            material: self.material.clone(),
        }
    }
}

/// Reads the JSON of a JWK or a JWK Set.
pub(super) fn parse(text: &[u8]) -> Result<Json, KeyFault> {
    if text.len() > MAX_SET_BYTES {
        return Err(KeyFault::Invalid("a JWK Set may have 64 KiB"));
    }
    json::parse(text, MAX_DEPTH)
        .map_err(|_| KeyFault::Invalid("this is not JSON, or an object has a member twice"))
}

/// The JWKs of a set (RFC 7517 §5). What is not an object is not skipped: a set that holds such
/// things is not a set.
pub(super) fn members(set: &Json) -> Result<&[Json], KeyFault> {
    match set.get("keys") {
        Some(Json::Array(keys)) if keys.len() > MAX_KEYS => {
            Err(KeyFault::Invalid("a JWK Set may have 64 keys"))
        }
        Some(Json::Array(keys)) if keys.iter().all(|key| matches!(key, Json::Object(_))) => {
            Ok(keys)
        }
        _ => Err(KeyFault::Invalid("this is not a JWK Set")),
    }
}

/// Judges one JWK (RFC 7517 §4).
pub(super) fn read(jwk: &Json, allowed: &[Algorithm]) -> Result<Draft, KeyFault> {
    let kty = string(jwk, "kty")?.ok_or(KeyFault::Invalid("the JWK has no `kty`"))?;
    refuse_private(jwk, kty)?;
    refuse_other_use(jwk)?;
    let material = match kty {
        "oct" => Material::Secret(Zeroizing::new(bytes(jwk, "k")?)),
        "RSA" => Material::rsa(&bytes(jwk, "n")?, &bytes(jwk, "e")?)?,
        "EC" => {
            let curve = string(jwk, "crv")?.and_then(Curve::from_name);
            let curve = curve.ok_or(KeyFault::Unfit("the curve is not one of ours"))?;
            Material::ec(curve, &bytes(jwk, "x")?, &bytes(jwk, "y")?)?
        }
        "OKP" if string(jwk, "crv")? == Some("Ed25519") => Material::ed25519(&bytes(jwk, "x")?)?,
        _ => return Err(KeyFault::Unfit("the key type is not one of ours")),
    };
    let own = match string(jwk, "alg")? {
        None => None,
        Some(name) => {
            let unfit = KeyFault::Unfit("the key is for an algorithm that is not one of ours");
            Some(Algorithm::from_name(name).ok_or(unfit)?)
        }
    };
    let kid = string(jwk, "kid")?.filter(|kid| !kid.is_empty());
    if kid.is_some_and(|kid| kid.len() > MAX_KID_BYTES) {
        return Err(KeyFault::Invalid("the `kid` has more than 256 bytes"));
    }
    let algorithms = material.algorithms(own, allowed)?;
    Ok(Draft { source: Source::Single, kid: kid.map(Into::into), material, algorithms })
}

/// A private member says that somebody has put the wrong half of a key here.
fn refuse_private(jwk: &Json, kty: &str) -> Result<(), KeyFault> {
    const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
    if kty != "oct" && PRIVATE.iter().any(|member| jwk.get(member).is_some()) {
        return Err(KeyFault::Private);
    }
    Ok(())
}

/// `use` and `key_ops`, where present, must allow for verifying (RFC 7517 §4.2, §4.3).
fn refuse_other_use(jwk: &Json) -> Result<(), KeyFault> {
    if string(jwk, "use")?.is_some_and(|usage| usage != "sig") {
        return Err(KeyFault::Unfit("the `use` of the key is not `sig`"));
    }
    match jwk.get("key_ops") {
        None => Ok(()),
        Some(Json::Array(operations))
            if operations.iter().any(|operation| operation.as_str() == Some("verify")) =>
        {
            Ok(())
        }
        Some(_) => Err(KeyFault::Unfit("the `key_ops` of the key do not hold `verify`")),
    }
}

/// The text of a member that may be absent, but not of another type.
fn string<'j>(jwk: &'j Json, name: &str) -> Result<Option<&'j str>, KeyFault> {
    match jwk.get(name) {
        None => Ok(None),
        Some(value) => match value.as_str() {
            Some(text) => Ok(Some(text)),
            None => Err(KeyFault::Invalid("a member of the JWK is not a string")),
        },
    }
}

fn bytes(jwk: &Json, name: &str) -> Result<Vec<u8>, KeyFault> {
    let text = string(jwk, name)?.ok_or(KeyFault::Invalid("a member of the JWK is missing"))?;
    base64url::decode(text.as_bytes())
        .ok_or(KeyFault::Invalid("a member of the JWK is not canonical base64url"))
}
