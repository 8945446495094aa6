//! Doubles as texts, the way ECMAScript reads and writes them.
//!
//! In WebAssembly ECMAScript itself is asked (`src/wasm/double.rs`): what reads and writes doubles would
//! weigh as much in the module as all that verifies tokens. `tests/canonical.rs` and
//! `tests/js/canonical.test.js` hold both to the same numbers.

#[cfg(feature = "wasm")]
pub(super) use crate::wasm::double::{read, write};

#[cfg(not(feature = "wasm"))]
pub(super) use native::{read, write};

#[cfg(not(feature = "wasm"))]
mod native {
    /// The double nearest to a number in the grammar of JSON (IEEE 754, ties to even).
    pub(in crate::json) fn read(text: &str) -> f64 {
        // INVARIANT: the grammar of JSON is part of that of Rust.
        text.parse().unwrap_or(f64::NAN)
    }

    /// A finite double as `Number::toString` of ECMA-262 writes it.
    pub(in crate::json) fn write(double: f64) -> Option<String> {
        if double == 0.0 {
            return Some("0".into());
        }
        laid_out(&shortest(double))
    }

    /// The fewest digits that are read as a double again, and of those the nearest to it.
    fn shortest(double: f64) -> String {
        let shortest = format!("{double:e}");
        let digits = shortest.bytes().take_while(|byte| *byte != b'e').filter(u8::is_ascii_digit);
        // Between two that are equally near, the standard library takes the upper one for the shortest
        // and ECMAScript the even one, as the standard library does for a given number of digits.
        let nearest = format!("{double:.*e}", digits.count().saturating_sub(1));
        if nearest.parse() == Ok(double) { nearest } else { shortest }
    }

    /// The shortest digits of a double, laid out by ECMA-262 `Number::toString`. In its terms the
    /// value is 0.`digits` times ten to the `n`.
    fn laid_out(shortest: &str) -> Option<String> {
        let (sign, shortest) =
            shortest.strip_prefix('-').map_or(("", shortest), |rest| ("-", rest));
        let (mantissa, exponent) = shortest.split_once('e')?;
        let exponent: i32 = exponent.parse().ok()?;
        let digits = mantissa.replacen('.', "", 1);
        let length = i32::try_from(digits.len()).ok()?;
        let n = exponent.checked_add(1)?;
        let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
        let text = match n {
            1..=21 if length <= n => format!("{sign}{digits}{}", zeros(n - length)),
            1..=21 => {
                let (whole, fraction) = digits.split_at_checked(usize::try_from(n).ok()?)?;
                format!("{sign}{whole}.{fraction}")
            }
            -5..=0 => format!("{sign}0.{}{digits}", zeros(-n)),
            _ if exponent < 0 => format!("{sign}{mantissa}e{exponent}"),
            _ => format!("{sign}{mantissa}e+{exponent}"),
        };
        Some(text)
    }
}
