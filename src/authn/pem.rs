//! Public keys in PEM (RFC 7468 §13), one or several.

use super::{
    base64url,
    curve::Curve,
    der::{Der, Tag},
    key::KeyFault,
    material::Material,
};

/// The algorithm of an RSA key: `rsaEncryption`, and no parameters (RFC 8017 appendix C).
const RSA: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";
/// RFC 8410 §3.
const ED25519: &[u8] = b"\x06\x03\x2b\x65\x70";
/// `id-ecPublicKey`, before the name of a curve (RFC 5480 §2.1.1).
const EC: &[u8] = b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01";
/// RFC 5480 §2.1.1.1.
const CURVES: [(&[u8], Curve); 3] = [
    (b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07", Curve::P256),
    (b"\x06\x05\x2b\x81\x04\x00\x22", Curve::P384),
    (b"\x06\x05\x2b\x81\x04\x00\x23", Curve::P521),
];

const BEGIN: &str = "-----BEGIN ";

/// Whether a text has a PEM block in it.
pub(super) fn is_pem(text: &str) -> bool {
    divide(text, BEGIN).is_some()
}

/// All public keys of a text. Line breaks may be anywhere or nowhere, and may be written as the
/// two characters `\n`, as they end up in environment variables.
pub(super) fn read(text: &str) -> Result<Vec<Material>, KeyFault> {
    const BROKEN: KeyFault = KeyFault::Invalid("the PEM is broken");
    let mut rest = text;
    let mut keys = Vec::new();
    while let Some((_, block)) = divide(rest, BEGIN) {
        let (label, block) = divide(block, "-----").ok_or(BROKEN)?;
        let (body, after) = divide(block, "-----END ").ok_or(BROKEN)?;
        rest = after.strip_prefix(label).and_then(|end| end.strip_prefix("-----")).ok_or(BROKEN)?;
        match label {
            "PUBLIC KEY" => keys.push(spki(&decode(body).ok_or(BROKEN)?)?),
            "CERTIFICATE" => {
                return Err(KeyFault::Invalid("this is a certificate: put its public key here"));
            }
            _ if label.ends_with("PRIVATE KEY") => return Err(KeyFault::Private),
            _ => return Err(KeyFault::Invalid("the PEM is not one of a `PUBLIC KEY`")),
        }
    }
    if keys.is_empty() { Err(BROKEN) } else { Ok(keys) }
}

/// What stands before and after a mark. The search of the standard library is a faster one, and
/// weighs more than all the rest of this file.
fn divide<'t>(text: &'t str, mark: &str) -> Option<(&'t str, &'t str)> {
    let at = text.as_bytes().windows(mark.len()).position(|found| found == mark.as_bytes())?;
    Some((text.get(..at)?, text.get(at + mark.len()..)?))
}

/// Whether a text is the base64 of a public key that has lost its PEM armour.
pub(super) fn is_bare_key(text: &str) -> bool {
    decode(text).is_some_and(|der| parts(&der).is_some())
}

/// The bytes of base64 with its own two letters and its padding (RFC 4648 §4).
fn decode(body: &str) -> Option<Vec<u8>> {
    let mut lines = body.split('\\');
    let mut letters = lines.next()?.to_owned();
    for line in lines {
        letters.push_str(line.strip_prefix('n')?);
    }
    let letters = letters.bytes().filter(|letter| !letter.is_ascii_whitespace());
    let letters = letters.map(|letter| match letter {
        b'+' => b'-',
        b'/' => b'_',
        b'-' | b'_' => b'!',
        other => other,
    });
    let text: Vec<u8> = letters.collect();
    let padding = text.iter().rev().take_while(|letter| **letter == b'=').count();
    let (letters, _) = text.split_at_checked(text.len() - padding)?;
    if padding <= 2 && text.len().is_multiple_of(4) { base64url::decode(letters) } else { None }
}

/// A `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7).
fn spki(der: &[u8]) -> Result<Material, KeyFault> {
    let broken = KeyFault::Invalid("the PEM does not hold a public key");
    let (algorithm, bytes) = parts(der).ok_or(broken)?;
    if algorithm == RSA {
        let (modulus, exponent) = rsa(bytes).ok_or(broken)?;
        return Material::rsa(modulus, exponent);
    }
    if algorithm == ED25519 {
        return Material::ed25519(bytes);
    }
    let name = algorithm.strip_prefix(EC);
    let name = name.ok_or(KeyFault::Unfit("the key type is not one of ours"))?;
    let curve = CURVES.iter().find(|(known, _)| *known == name).map(|(_, curve)| *curve);
    let curve = curve.ok_or(KeyFault::Unfit("the curve is not one of ours"))?;
    let compressed = KeyFault::Invalid("the point must be written without compression");
    let point = bytes.strip_prefix(&[4]).ok_or(compressed)?;
    let (x, y) = point.split_at_checked(curve.coordinate_bytes()).ok_or(broken)?;
    Material::ec(curve, x, y)
}

/// The algorithm and the key.
fn parts(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut info = Der::new(Der::new(der).only(Tag::Sequence)?);
    let algorithm = info.take(Tag::Sequence)?;
    // The first byte of a bit string says how many bits of the last are not used.
    Some((algorithm, info.only(Tag::BitString)?.strip_prefix(&[0])?))
}

/// Modulus and exponent of an `RSAPublicKey` (RFC 8017 appendix A.1.1).
fn rsa(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut pair = Der::new(Der::new(der).only(Tag::Sequence)?);
    let (modulus, exponent) = (pair.unsigned()?, pair.unsigned()?);
    pair.is_empty().then_some((modulus, exponent))
}
