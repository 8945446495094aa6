//! base64url without padding (RFC 7515 §2), in its one canonical spelling.
//!
//! Half the time of a token went into a decoder that takes constant time, which nothing here needs.

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// What is no letter.
const NONE: u8 = 0xff;

/// The value of each byte as a letter.
const VALUES: [u8; 256] = {
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
pub(super) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    let mut seen = 0;
    let mut number = |letters: &[u8]| {
        letters.iter().fold(0_u32, |number, letter| {
            let value = VALUES.get(usize::from(*letter)).copied().unwrap_or(NONE);
            seen |= value;
            number << 6 | u32::from(value)
        })
    };
    let groups = text.chunks_exact(4);
    let rest = groups.remainder();
    for group in groups {
        let [_, first, second, third] = number(group).to_be_bytes();
        bytes.extend_from_slice(&[first, second, third]);
    }
    let spare = match rest.len() {
        0 => 0,
        2 => {
            let [.., first, spare] = (number(rest) << 4).to_be_bytes();
            bytes.push(first);
            spare
        }
        3 => {
            let [.., first, second, spare] = (number(rest) << 6).to_be_bytes();
            bytes.extend_from_slice(&[first, second]);
            spare
        }
        _ => return None,
    };
    (seen != NONE && spare == 0).then_some(bytes)
}

/// The text that stands for these bytes.
pub(super) fn encode(bytes: &[u8]) -> String {
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
