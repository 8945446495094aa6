//! Exact decimal numbers: money must not be compared in binary.

use std::cmp::Ordering;
use std::fmt;

use super::Number;

/// The most digits a number may have. JavaScript writes 17 at most.
const MAX_DIGITS: u128 = 10_u128.pow(37);

/// So many digits always fit into 64 bits.
const SHORT: usize = 18;

/// So many places behind the point are compared in whole numbers.
const PLACES: i32 = 12;

/// An exact decimal number, as a JSON text wrote it: `0.1` is a tenth.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Decimal {
    is_negative: bool,
    /// Without zeros at the end. 0 for zero, whose sign and exponent are those of `ZERO`.
    digits: u128,
    /// The power of ten that the digits are multiplied by.
    exponent: i32,
}

impl Decimal {
    /// Nothing.
    pub const ZERO: Self = Self { is_negative: false, digits: 0, exponent: 0 };

    /// The value of a number. `None` if it has more than 37 digits, or if no `f64` can hold it.
    #[must_use]
    pub fn of(number: &Number) -> Option<Self> {
        if let Some(short) = Self::short(number.as_str()) {
            return Some(short);
        }
        if !number.as_f64().is_finite() {
            return None;
        }
        let text = number.as_str();
        let (is_negative, text) = text.strip_prefix('-').map_or((false, text), |text| (true, text));
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let fraction = fraction.trim_end_matches('0');
        let mut digits = 0_u128;
        let mut zeros = 0_i32;
        for byte in whole.bytes().chain(fraction.bytes()) {
            if byte == b'0' {
                zeros += 1;
                continue;
            }
            digits = shifted(digits, if digits == 0 { 0 } else { zeros + 1 })?;
            digits += u128::from(byte - b'0');
            zeros = 0;
        }
        if digits == 0 {
            return Some(Self::ZERO);
        }
        let exponent: i32 = exponent.parse().ok()?;
        let places = i32::try_from(fraction.len()).ok()?;
        let exponent = exponent.checked_sub(places)?.checked_add(zeros)?;
        (digits < MAX_DIGITS).then_some(Self { is_negative, digits, exponent })
    }

    /// The value of a number that is written in a few digits, as almost all amounts are: what fits
    /// into 64 bits takes a tenth of the time. `None` if it takes more than that.
    fn short(text: &str) -> Option<Self> {
        let (is_negative, text) = text.strip_prefix('-').map_or((false, text), |text| (true, text));
        if text.len() > SHORT {
            return None;
        }
        let mut digits = 0_u64;
        let mut exponent = 0;
        let mut step = 0;
        for byte in text.bytes() {
            match byte {
                b'0'..=b'9' => {
                    digits = digits * 10 + u64::from(byte - b'0');
                    exponent -= step;
                }
                b'.' => step = 1,
                _ => return None,
            }
        }
        if digits == 0 {
            return Some(Self::ZERO);
        }
        while digits.is_multiple_of(10) {
            digits /= 10;
            exponent += 1;
        }
        Some(Self { is_negative, digits: digits.into(), exponent })
    }

    /// Whether it is less than zero.
    #[must_use]
    pub const fn is_negative(&self) -> bool {
        self.is_negative
    }

    /// The sum of two numbers of at least zero. `None` if it cannot be held exactly, or one is less.
    #[must_use]
    pub fn checked_add(&self, other: &Self) -> Option<Self> {
        if self.is_negative || other.is_negative {
            return None;
        }
        if self.digits == 0 || other.digits == 0 {
            return Some(if self.digits == 0 { *other } else { *self });
        }
        let exponent = self.exponent.min(other.exponent);
        let align = |one: &Self| shifted(one.digits, one.exponent.checked_sub(exponent)?);
        let mut digits = align(self)?.checked_add(align(other)?)?;
        let mut exponent = exponent;
        while digits % 10 == 0 {
            digits /= 10;
            exponent += 1;
        }
        (digits < MAX_DIGITS).then_some(Self { is_negative: false, digits, exponent })
    }

    /// The number in millionths of millionths, if it is a whole number of them that is not too large.
    fn whole(&self) -> Option<u128> {
        let digits = u64::try_from(self.digits).ok()?;
        let zeros = u32::try_from(self.exponent.checked_add(PLACES)?).ok()?;
        let factor = if zeros > 18 { return None } else { 10_u64.pow(zeros) };
        Some(u128::from(digits) * u128::from(factor))
    }

    /// The power of ten of the first digit.
    fn magnitude(&self) -> i32 {
        self.exponent + i32::try_from(self.digits.checked_ilog10().unwrap_or(0)).unwrap_or(0)
    }

    fn compare_size(&self, other: &Self) -> Ordering {
        if self.digits == 0 || other.digits == 0 {
            return self.digits.cmp(&other.digits);
        }
        if self.exponent == other.exponent {
            return self.digits.cmp(&other.digits);
        }
        if let (Some(one), Some(two)) = (self.whole(), other.whole()) {
            return one.cmp(&two);
        }
        self.magnitude().cmp(&other.magnitude()).then_with(|| {
            // Of one magnitude, so the shorter one gets as many digits as the longer one has.
            let exponent = self.exponent.min(other.exponent);
            let align = |one: &Self| shifted(one.digits, one.exponent - exponent);
            align(self).cmp(&align(other))
        })
    }
}

/// `digits` with zeros behind. `None` for more digits than are held.
fn shifted(digits: u128, zeros: i32) -> Option<u128> {
    let factor = 10_u128.checked_pow(u32::try_from(zeros).ok()?)?;
    digits.checked_mul(factor).filter(|digits| *digits < MAX_DIGITS)
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.is_negative, other.is_negative) {
            (false, false) => self.compare_size(other),
            (true, true) => other.compare_size(self),
            (is_negative, _) => {
                if is_negative {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// As a JSON number, without an exponent where that is not much longer.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.is_negative { "-" } else { "" };
        let digits = self.digits.to_string();
        let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
        match self.exponent {
            0..=24 => write!(f, "{sign}{digits}{}", zeros(self.exponent)),
            -24..0 => {
                let places = usize::try_from(-self.exponent).unwrap_or(0);
                let padded =
                    zeros(-self.exponent + 1 - i32::try_from(digits.len()).unwrap_or(0)) + &digits;
                let at = padded.len().saturating_sub(places);
                let (whole, fraction) = padded.split_at_checked(at).unwrap_or_default();
                write!(f, "{sign}{whole}.{fraction}")
            }
            exponent => write!(f, "{sign}{digits}e{exponent}"),
        }
    }
}
