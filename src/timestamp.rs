//! Times as people write them (RFC 3339 §5.6).

use std::fmt;

use crate::json::Json;

/// The last second of the year 9999 that RFC 3339 can name. What lies beyond is no time in
/// seconds; most likely it is one in milliseconds.
const LAST: f64 = 253_402_300_799.0;

const DAY: i64 = 24 * 60 * 60;

/// A time in seconds since 1970, shown as `2026-11-24T15:04:05Z`. Fractions are cut off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Timestamp(pub(crate) f64);

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[expect(clippy::cast_possible_truncation, reason = "clamped to what fits")]
        let seconds = self.0.clamp(0.0, LAST) as i64;
        let (year, month, day) = date(seconds / DAY);
        let time = seconds % DAY;
        let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Seconds since 1970: a number, or a date and time as RFC 3339 §5.6 writes it. `None` for anything
/// else.
pub(crate) fn read(json: &Json) -> Option<f64> {
    let seconds = match json {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => date_time(text.as_bytes())?,
        _ => return None,
    };
    (0.0..=LAST).contains(&seconds).then_some(seconds)
}

/// `2026-11-24T15:20:21.5Z`, or with an offset such as `+01:00`.
fn date_time(text: &[u8]) -> Option<f64> {
    let (year, rest) = number(text, 4)?;
    let (month, rest) = number(rest.strip_prefix(b"-")?, 2)?;
    let (day, rest) = number(rest.strip_prefix(b"-")?, 2)?;
    let rest = rest.strip_prefix(b"T").or(rest.strip_prefix(b"t")).or(rest.strip_prefix(b" "))?;
    let (hour, rest) = number(rest, 2)?;
    let (minute, rest) = number(rest.strip_prefix(b":")?, 2)?;
    let (second, rest) = number(rest.strip_prefix(b":")?, 2)?;
    let rest = match rest.strip_prefix(b".") {
        None => rest,
        // A part of a second is no reason to live longer.
        Some(fraction) => {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            fraction.get(digits..).filter(|_| digits > 0)?
        }
    };
    let offset = match rest {
        b"Z" | b"z" => 0,
        [sign @ (b'+' | b'-'), rest @ ..] => {
            let (hours, rest) = number(rest, 2)?;
            let (minutes, rest) = number(rest.strip_prefix(b":")?, 2)?;
            if hours > 23 || minutes > 59 || !rest.is_empty() {
                return None;
            }
            let offset = hours * 60 + minutes;
            if *sign == b'+' { offset } else { -offset }
        }
        _ => return None,
    };
    if !(1..=12).contains(&month) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    if !(1..=days_in(year, month)).contains(&day) {
        return None;
    }
    let minutes = (days(year, month, day) * 24 + hour) * 60 + minute - offset;
    #[expect(clippy::cast_precision_loss, reason = "seconds until 9999 have 38 bits")]
    let seconds = (minutes * 60 + second) as f64;
    Some(seconds)
}

fn number(text: &[u8], digits: usize) -> Option<(i64, &[u8])> {
    let (digits, rest) = text.split_at_checked(digits)?;
    let mut value = 0;
    for byte in digits {
        value = value * 10 + i64::from(char::from(*byte).to_digit(10)?);
    }
    Some((value, rest))
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let before = year - 1;
    let whole = before * 365 + before / 4 - before / 100 + before / 400;
    let months: i64 = (1..month).map(|month| days_in(year, month)).sum();
    whole + months + day - 1 - 719_162
}

/// The date of a day since 1970-01-01.
fn date(day: i64) -> (i64, i64, i64) {
    // No year is shorter than 365 days, so this one is not too early.
    let mut year = 1970 + day / 365;
    while days(year, 1, 1) > day {
        year -= 1;
    }
    let mut rest = day - days(year, 1, 1);
    let mut month = 1;
    while rest >= days_in(year, month) {
        rest -= days_in(year, month);
        month += 1;
    }
    (year, month, rest + 1)
}
