//! base64url without padding (RFC 7515 §2), in its one canonical spelling.
//!
//! Half the time of a token went into a decoder that takes constant time, which nothing here needs.

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The value of what is no letter: no sum of letters reaches it.
const NONE: u32 = 1 << 31;

/// The value of each byte as a letter.
const VALUES: [u32; 256] = {
    let mut values = [NONE; 256];
    let mut value = 0;
    while value < 64 {
        #[expect(clippy::indexing_slicing, reason = "checked when compiled")]
        let letter = LETTERS[value as usize];
        #[expect(clippy::indexing_slicing, reason = "checked when compiled")]
        let place = &mut values[letter as usize];
        *place = value;
        value += 1;
    }
    values
};

/// The bytes that a text stands for. None if another text could stand for them: with padding, with
/// spare bits that are not zero, with anything but the 64 letters.
pub(crate) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let (groups, rest) = text.as_chunks::<4>();
    let spare_letters = rest.len().checked_sub(1);
    let mut bytes = vec![0; groups.len() * 3 + spare_letters.unwrap_or(0)];
    let (whole, tail) = bytes.as_chunks_mut::<3>();
    let mut seen = 0;
    for (&[a, b, c, d], bytes) in groups.iter().zip(whole) {
        let number = number(&mut seen, [a, b, c, d]);
        let [_, first, second, third] = number.to_be_bytes();
        *bytes = [first, second, third];
    }
    let spare = match (rest, tail) {
        ([], _) => 0,
        (&[a, b], [one]) => {
            let [_, first, spare, _] = number(&mut seen, [a, b, b'A', b'A']).to_be_bytes();
            *one = first;
            spare
        }
        (&[a, b, c], [one, two]) => {
            let [_, first, second, spare] = number(&mut seen, [a, b, c, b'A']).to_be_bytes();
            (*one, *two) = (first, second);
            spare
        }
        _ => return None,
    };
    (seen < NONE && spare == 0).then_some(bytes)
}

/// The number that four letters stand for. `seen` gathers the values, to tell at the end whether
/// there was anything else among them.
#[expect(clippy::inline_always, reason = "optimised for size, it would be called for every group")]
#[inline(always)]
fn number(seen: &mut u32, [a, b, c, d]: [u8; 4]) -> u32 {
    let [a, b, c, d] = [value(a), value(b), value(c), value(d)];
    *seen |= a | b | c | d;
    a << 18 | b << 12 | c << 6 | d
}

#[expect(clippy::inline_always, reason = "optimised for size, it would be called for every letter")]
#[inline(always)]
fn value(letter: u8) -> u32 {
    VALUES.get(usize::from(letter)).copied().unwrap_or(NONE)
}

/// The text that stands for these bytes.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let number = group.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        let number = number << (8 * (3 - group.len()));
        for place in 0..=group.len() {
            let value = number >> (18 - 6 * place) & 63;
            let letter = usize::try_from(value).ok().and_then(|value| LETTERS.get(value));
            text.extend(letter.map(|letter| char::from(*letter)));
        }
    }
    text
}
