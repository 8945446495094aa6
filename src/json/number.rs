//! Numbers, kept as they were written.

use super::double;

/// A JSON number (RFC 8259 §6), kept as it was written, so that nothing is lost of it.
///
/// It is finite as an `f64`, unless it was read by [`parse_any_number`](super::parse_any_number).
#[derive(Clone, Debug, PartialEq)]
pub struct Number(Box<str>);

impl Number {
    /// A number from a text that follows the grammar.
    pub(super) fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The number as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number, if it is written as an integer and fits.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    /// The number, if it is written as an integer and fits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    /// The double nearest to it (IEEE 754, ties to even), which is what ECMAScript reads. Infinite
    /// if it is larger than all of them.
    #[must_use]
    pub fn nearest(&self) -> f64 {
        double::read(&self.0)
    }

    /// The number as a float. Exact for integers below 2^53 and for halves and quarters of them;
    /// of longer fractions and powers of ten the last bits may differ from the nearest float.
    #[must_use]
    pub fn as_f64(&self) -> f64 {
        let mut mantissa = 0_u64;
        let mut shift = 0_i32;
        let mut is_fraction = false;
        let mut rest = self.0.as_bytes();
        let is_negative = matches!(rest, [b'-', ..]);
        while let [byte, tail @ ..] = rest {
            rest = tail;
            match byte {
                b'0'..=b'9' => {
                    let digit = u64::from(byte - b'0');
                    let longer = mantissa.checked_mul(10).and_then(|it| it.checked_add(digit));
                    match longer {
                        Some(longer) => {
                            mantissa = longer;
                            shift = shift.saturating_sub(i32::from(is_fraction));
                        }
                        // Digits that no float can hold: before the point they count as zeros.
                        None => shift = shift.saturating_add(i32::from(!is_fraction)),
                    }
                }
                b'.' => is_fraction = true,
                b'e' | b'E' => {
                    shift = shift.saturating_add(exponent(tail));
                    break;
                }
                _ => {}
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "a float holds 53 bits, and says so above")]
        let value = scale(mantissa as f64, shift);
        if is_negative { -value } else { value }
    }
}

/// The exponent, as far as it can matter.
fn exponent(text: &[u8]) -> i32 {
    let (is_negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] | digits => (false, digits),
    };
    let value = digits.iter().fold(0_i32, |value, digit| {
        value.saturating_mul(10).saturating_add(i32::from(digit.saturating_sub(b'0')))
    });
    if is_negative { -value } else { value }
}

/// `value` times a power of ten, in steps that do not overflow where the product would not.
fn scale(mut value: f64, mut shift: i32) -> f64 {
    /// The largest power of ten that a float holds exactly.
    const STEP: i32 = 22;
    if value == 0.0 {
        return value;
    }
    while shift > 0 && value.is_finite() {
        let step = shift.min(STEP);
        value *= 10_f64.powi(step);
        shift -= step;
    }
    while shift < 0 && value != 0.0 {
        let step = (-shift).min(STEP);
        value /= 10_f64.powi(step);
        shift += step;
    }
    value
}
