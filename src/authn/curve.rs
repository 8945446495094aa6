//! Whether a public key is a point that can be used. Nothing here is secret, so time may vary.
//!
//! WebCrypto does not check this on all platforms: Node 22 imports Ed25519 keys of small order,
//! under which a signature anyone can write down verifies every message (RFC 8032 §5.1.7, [1]).
//!
//! [1]: https://eprint.iacr.org/2020/1244

use std::cmp::Ordering;

use super::algorithm::Algorithm;

/// A curve of RFC 7518 §6.2.1.1.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Curve {
    P256,
    P384,
    P521,
}

impl Curve {
    pub(super) fn from_name(name: &str) -> Option<Self> {
        [Self::P256, Self::P384, Self::P521].into_iter().find(|curve| curve.name() == name)
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    /// The one algorithm this curve is for (RFC 7518 §3.4).
    pub(super) const fn algorithm(self) -> Algorithm {
        match self {
            Self::P256 => Algorithm::Es256,
            Self::P384 => Algorithm::Es384,
            Self::P521 => Algorithm::Es512,
        }
    }

    /// How many bytes a coordinate has (RFC 7518 §6.2.1.2).
    pub(super) const fn coordinate_bytes(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// The prime and the `b` of `y² = x³ - 3x + b` (SP 800-186 §3.2.1), as hexadecimal digits.
    const fn constants(self) -> (&'static str, &'static str) {
        match self {
            Self::P256 => (
                "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
                "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
            ),
            Self::P384 => (
                "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe\
                 ffffffff0000000000000000ffffffff",
                "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875a\
                 c656398d8a2ed19d2a85c8edd3ec2aef",
            ),
            Self::P521 => (
                "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
                 ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
                 ffff",
                "0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef1\
                 09e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b50\
                 3f00",
            ),
        }
    }

    /// Whether `(x, y)`, big-endian, is a point of this curve. All have cofactor 1, so such a
    /// point has the right order.
    pub(super) fn has(self, x: &[u8], y: &[u8]) -> bool {
        let (prime, b) = self.constants();
        let (prime, b) = (Number::from_hex(prime), Number::from_hex(b));
        let (x, y) = (Number::from_bytes(x), Number::from_bytes(y));
        if x >= prime || y >= prime {
            return false;
        }
        let times = |a: &Number, b: &Number| a.times(b, &prime);
        let plus = |a: &Number, b: &Number| a.plus(b, &prime);
        // y² + 3x = x³ + b, which saves a subtraction.
        let left = plus(&times(&y, &y), &plus(&x, &plus(&x, &x)));
        let right = plus(&times(&times(&x, &x), &x), &b);
        left == right
    }
}

/// Whether 32 bytes are the canonical encoding of a point of edwards25519 that is not of small
/// order (RFC 8032 §5.1.3, §5.1.7).
pub(super) fn is_ed25519_key(bytes: &[u8; 32]) -> bool {
    /// The ordinates of the eight points of small order. Their sign does not matter.
    const SMALL_ORDER: [&str; 5] = [
        "0",
        "1",
        "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec",
        "05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826",
        "7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7",
    ];
    let mut ordinate = *bytes;
    ordinate.reverse();
    if let Some(first) = ordinate.first_mut() {
        *first &= 0x7f;
    }
    let ordinate = Number::from_bytes(&ordinate);
    let prime =
        Number::from_hex("7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed");
    ordinate < prime && !SMALL_ORDER.iter().any(|small| ordinate == Number::from_hex(small))
}

/// A natural number of up to 544 bits, in limbs of 32, the least one first.
#[derive(Clone, Copy, Eq, PartialEq)]
struct Number([u32; Self::LIMBS]);

impl Number {
    const LIMBS: usize = 17;

    /// From big-endian bytes. What does not fit is left out; callers give 66 at most.
    fn from_bytes(bytes: &[u8]) -> Self {
        let mut limbs = [0; Self::LIMBS];
        for (limb, chunk) in limbs.iter_mut().zip(bytes.rchunks(4)) {
            *limb = chunk.iter().fold(0, |limb, byte| limb << 8 | u32::from(*byte));
        }
        Self(limbs)
    }

    fn from_hex(digits: &str) -> Self {
        let mut limbs = [0; Self::LIMBS];
        for (limb, chunk) in limbs.iter_mut().zip(digits.as_bytes().rchunks(8)) {
            *limb = chunk.iter().fold(0, |limb, digit| {
                limb << 4 | char::from(*digit).to_digit(16).unwrap_or_default()
            });
        }
        Self(limbs)
    }

    /// The sum of two numbers below `prime`, again below it.
    fn plus(&self, other: &Self, prime: &Self) -> Self {
        let mut sum = [0; Self::LIMBS];
        let mut carry = false;
        for ((limb, a), b) in sum.iter_mut().zip(&self.0).zip(&other.0) {
            let (partial, first) = a.overflowing_add(*b);
            let (whole, second) = partial.overflowing_add(u32::from(carry));
            (*limb, carry) = (whole, first | second);
        }
        let sum = Self(sum);
        if sum < *prime { sum } else { sum.minus(prime) }
    }

    /// The difference to a number that is not larger.
    fn minus(&self, other: &Self) -> Self {
        let mut difference = [0; Self::LIMBS];
        let mut borrow = false;
        for ((limb, a), b) in difference.iter_mut().zip(&self.0).zip(&other.0) {
            let (partial, first) = a.overflowing_sub(*b);
            let (whole, second) = partial.overflowing_sub(u32::from(borrow));
            (*limb, borrow) = (whole, first | second);
        }
        Self(difference)
    }

    /// The product of two numbers below `prime`, by doubling and adding. It is slow (some 50 µs)
    /// and small, and runs only when keys are loaded.
    fn times(&self, other: &Self, prime: &Self) -> Self {
        let mut product = Self([0; Self::LIMBS]);
        for limb in self.0.iter().rev() {
            for bit in (0..u32::BITS).rev() {
                product = product.plus(&product, prime);
                if limb >> bit & 1 == 1 {
                    product = product.plus(other, prime);
                }
            }
        }
        product
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.iter().rev().cmp(other.0.iter().rev())
    }
}
