//! RSA, ECDSA and Ed25519 in pure Rust, for verifying alone.
//!
//! RSA is modular exponentiation by `crypto-bigint` with the paddings of RFC 8017 here. The `rsa`
//! crate is left out: RUSTSEC-2023-0071, though about private keys, would be reported to every
//! user. All inputs are public, so nothing here need take constant time.

use crypto_bigint::{
    BoxedUint, Odd,
    modular::{BoxedMontyForm, BoxedMontyParams},
};
use ed25519_dalek::{Signature, VerifyingKey};
use p256::ecdsa::signature::Verifier;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::{
    algorithm::{Algorithm, Family},
    curve::Curve,
    key::Key,
    material::Material,
};

/// Whether the signature over `signed` is that of a key which is not a shared secret.
pub(super) fn verify(key: &Key, signed: &[u8], signature: &[u8]) -> bool {
    match &key.material {
        Material::Secret(_) => false,
        Material::Rsa { modulus, exponent } => {
            rsa(key.algorithm, modulus, exponent, signed, signature).unwrap_or(false)
        }
        Material::Ec { curve, x, y } => ecdsa(*curve, x, y, signed, signature),
        Material::Ed25519(x) => VerifyingKey::from_bytes(x).is_ok_and(|key| {
            Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(signed, &signature).is_ok())
        }),
    }
}

/// RFC 7518 §3.4: the two numbers side by side, each as long as the curve's field.
fn ecdsa(curve: Curve, x: &[u8], y: &[u8], signed: &[u8], signature: &[u8]) -> bool {
    let point = [&[4], x, y].concat();
    match curve {
        Curve::P256 => p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).is_ok_and(|key| {
            p256::ecdsa::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(signed, &signature).is_ok())
        }),
        Curve::P384 => p384::ecdsa::VerifyingKey::from_sec1_bytes(&point).is_ok_and(|key| {
            p384::ecdsa::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(signed, &signature).is_ok())
        }),
        Curve::P521 => p521::ecdsa::VerifyingKey::from_sec1_bytes(&point).is_ok_and(|key| {
            p521::ecdsa::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(signed, &signature).is_ok())
        }),
    }
}

/// RFC 8017 §8.1.2 and §8.2.2.
fn rsa(
    algorithm: Algorithm,
    modulus: &[u8],
    exponent: &[u8],
    signed: &[u8],
    signature: &[u8],
) -> Option<bool> {
    if signature.len() != modulus.len() {
        return None;
    }
    let bits = u32::try_from(modulus.len() * 8).ok()?;
    let number = BoxedUint::from_be_slice(modulus, bits).ok()?;
    let signature = BoxedUint::from_be_slice(signature, bits).ok()?;
    if signature >= number {
        return None;
    }
    let message_bits = number.bits_vartime() - 1;
    let params = BoxedMontyParams::new_vartime(Odd::new(number).into_option()?);
    let exponent_bits = u32::try_from(exponent.len() * 8).ok()?;
    let exponent = BoxedUint::from_be_slice(exponent, exponent_bits).ok()?;
    let power = BoxedMontyForm::new(signature, params).pow(&exponent).retrieve();
    let encoded = power.to_be_bytes();
    let (_, encoded) = encoded.split_at_checked(encoded.len() - modulus.len())?;
    match algorithm.hash_bytes() {
        32 => padded::<Sha256>(algorithm, encoded, message_bits, signed),
        48 => padded::<Sha384>(algorithm, encoded, message_bits, signed),
        _ => padded::<Sha512>(algorithm, encoded, message_bits, signed),
    }
}

fn padded<D: Digest>(
    algorithm: Algorithm,
    encoded: &[u8],
    message_bits: u32,
    signed: &[u8],
) -> Option<bool> {
    let hash = D::digest(signed);
    match algorithm.family() {
        Family::Pkcs1 => Some(pkcs1(encoded, &hash)),
        Family::Pss => pss::<D>(encoded, message_bits, &hash),
        _ => None,
    }
}

/// EMSA-PKCS1-v1_5 (RFC 8017 §9.2). The encoding is made anew and compared, never parsed.
fn pkcs1(encoded: &[u8], hash: &[u8]) -> bool {
    // RFC 8017 §9.2 note 1: the DER in front of the hash, which ends in its length.
    let (sequence, oid, length) = match hash.len() {
        32 => (0x31, 1, 0x20),
        48 => (0x41, 2, 0x30),
        _ => (0x51, 3, 0x40),
    };
    let prefix = [
        0x30, sequence, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
        oid, 0x05, 0x00, 0x04, length,
    ];
    let Some(filler) = encoded.len().checked_sub(3 + prefix.len() + hash.len()) else {
        return false;
    };
    let expected = [&[0, 1], vec![0xff; filler].as_slice(), &[0], &prefix, hash].concat();
    expected == encoded
}

/// EMSA-PSS (RFC 8017 §9.1.2) with MGF1 over the same hash and a salt as long as the hash
/// (RFC 7518 §3.5).
fn pss<D: Digest>(encoded: &[u8], message_bits: u32, hash: &[u8]) -> Option<bool> {
    let length = usize::try_from(message_bits.div_ceil(8)).ok()?;
    let (leading, encoded) = encoded.split_at_checked(encoded.len().checked_sub(length)?)?;
    let encoded = encoded.strip_suffix(&[0xbc])?;
    let (masked, proof) = encoded.split_at_checked(encoded.len().checked_sub(hash.len())?)?;
    let unused = u32::try_from(length * 8).ok()? - message_bits;
    let low_bits = 0xff_u8.checked_shr(unused)?;
    if leading.iter().any(|byte| *byte != 0) || masked.first()? & !low_bits != 0 {
        return None;
    }

    let mut block: Vec<u8> =
        masked.iter().zip(mask::<D>(proof, masked.len())).map(|(byte, mask)| byte ^ mask).collect();
    *block.first_mut()? &= low_bits;
    let (zeros, salt) = block.split_at_checked(block.len().checked_sub(hash.len())?)?;
    let zeros = zeros.strip_suffix(&[1])?;
    let digest = D::new().chain_update([0; 8]).chain_update(hash).chain_update(salt).finalize();
    Some(zeros.iter().all(|byte| *byte == 0) && digest[..] == *proof)
}

/// MGF1 (RFC 8017 appendix B.2.1).
fn mask<D: Digest>(seed: &[u8], length: usize) -> Vec<u8> {
    let mut mask = Vec::with_capacity(length);
    for counter in 0_u32.. {
        if mask.len() >= length {
            break;
        }
        let block = D::new().chain_update(seed).chain_update(counter.to_be_bytes());
        mask.extend_from_slice(&block.finalize());
    }
    mask
}
