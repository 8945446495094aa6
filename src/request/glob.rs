//! Path patterns as Python's `fnmatch` reads them on POSIX.
//!
//! - `*` stands for any text, slashes and nothing included;
//! - `?` stands for any one character;
//! - `[seq]` stands for one of the characters, `[!seq]` for one of the others; a range that runs
//!   backwards is empty, `]` as the first character is one of them, and a `[` that nothing closes
//!   is itself.
//!
//! A pattern covers the whole text, and case counts. This is `fnmatch.translate` of `CPython` 3.11,
//! its corners included; `tests/request_glob.rs` has its answers.

use std::{iter::Peekable, vec::IntoIter};

/// A pattern, compiled.
#[derive(Clone, Debug)]
pub struct Glob {
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
enum Part {
    Star,
    One(Class),
}

/// Which characters may stand in one place.
#[derive(Clone, Debug)]
enum Class {
    Any,
    Is(char),
    Set { negated: bool, ranges: Vec<(char, char)> },
}

impl Class {
    fn has(&self, letter: char) -> bool {
        match self {
            Self::Any => true,
            Self::Is(known) => *known == letter,
            Self::Set { negated, ranges } => {
                ranges.iter().any(|&(first, last)| (first..=last).contains(&letter)) != *negated
            }
        }
    }
}

impl Glob {
    /// Compiles a pattern. Every text is one.
    #[must_use]
    pub fn new(pattern: &str) -> Self {
        let mut parts = Vec::new();
        let mut rest = pattern;
        while let Some(letter) = rest.chars().next() {
            rest = rest.strip_prefix(letter).unwrap_or_default();
            match letter {
                '*' if matches!(parts.last(), Some(Part::Star)) => {}
                '*' => parts.push(Part::Star),
                '?' => parts.push(Part::One(Class::Any)),
                '[' => match bracket(rest) {
                    Some((inside, after)) => {
                        parts.push(Part::One(class(inside)));
                        rest = after;
                    }
                    None => parts.push(Part::One(Class::Is('['))),
                },
                other => parts.push(Part::One(Class::Is(other))),
            }
        }
        Self { parts }
    }

    /// Whether the pattern covers the whole text.
    ///
    /// Takes at most as many steps as the text is long times the pattern: where a star could
    /// stand for more, only the last one met has to be tried again.
    #[must_use]
    pub fn covers(&self, text: &str) -> bool {
        let mut parts = self.parts.iter();
        let mut letters = text.chars();
        let mut retry = None;
        loop {
            let is_step = match parts.clone().next() {
                Some(Part::Star) => {
                    parts.next();
                    retry = Some((parts.clone(), letters.clone()));
                    continue;
                }
                Some(Part::One(class)) => {
                    letters.clone().next().is_some_and(|letter| class.has(letter))
                }
                None if letters.clone().next().is_none() => return true,
                None => false,
            };
            if is_step {
                parts.next();
                letters.next();
                continue;
            }
            let Some((after_star, from)) = retry.as_mut() else {
                return false;
            };
            if from.next().is_none() {
                return false;
            }
            parts = after_star.clone();
            letters = from.clone();
        }
    }
}

/// What stands inside a bracket that is open, and what comes after it; `None` if nothing closes
/// it.
fn bracket(rest: &str) -> Option<(&str, &str)> {
    let sequence = rest.strip_prefix('!').unwrap_or(rest);
    // A bracket that is closed at once is not: the first character is one of the sequence.
    let from = rest.len() - sequence.strip_prefix(']').unwrap_or(sequence).len();
    let end = from + rest.get(from..)?.find(']')?;
    Some((rest.get(..end)?, rest.get(end + 1..)?))
}

/// The class that a bracket holds.
fn class(inside: &str) -> Class {
    let mut chunks = chunks(inside).into_iter().peekable();
    let negated = match chunks.peek_mut() {
        Some(first) if first.first() == Some(&'!') => {
            first.remove(0);
            true
        }
        _ => false,
    };
    match ranges(&mut chunks) {
        ranges if ranges.is_empty() && negated => Class::Any,
        ranges => Class::Set { negated, ranges },
    }
}

/// Divides a sequence at those hyphens that stand between the ends of a range, and takes out the
/// ranges that run backwards.
fn chunks(inside: &str) -> Vec<Vec<char>> {
    let letters: Vec<char> = inside.chars().collect();
    let mut chunks: Vec<Vec<char>> = Vec::new();
    let mut start = 0;
    let mut from = if letters.first() == Some(&'!') { 2 } else { 1 };
    while let Some(hyphen) = (from..letters.len()).find(|&at| letters.get(at) == Some(&'-')) {
        chunks.push(letters.get(start..hyphen).unwrap_or_default().to_vec());
        start = hyphen + 1;
        from = hyphen + 3;
    }
    match (letters.get(start..).unwrap_or_default(), chunks.last_mut()) {
        ([], Some(last)) => last.push('-'),
        (rest, _) => chunks.push(rest.to_vec()),
    }
    let mut joined: Vec<Vec<char>> = Vec::new();
    for mut chunk in chunks.into_iter().rev() {
        if let Some(next) = joined.last_mut().filter(|next| chunk.last() > next.first()) {
            chunk.pop();
            chunk.extend(next.drain(..).skip(1));
            joined.pop();
        }
        joined.push(chunk);
    }
    joined.reverse();
    joined
}

/// Reads chunks as a regular expression would read them with a hyphen between each two.
fn ranges(chunks: &mut Peekable<IntoIter<Vec<char>>>) -> Vec<(char, char)> {
    let mut ranges = Vec::new();
    while let Some(chunk) = chunks.next() {
        ranges.extend(chunk.iter().map(|&letter| (letter, letter)));
        match (chunk.last(), chunks.peek().and_then(|next| next.first())) {
            (Some(&first), Some(&last)) => ranges.push((first, last)),
            // Nothing stands before the hyphen, so it is one of the characters.
            (None, Some(_)) => ranges.push(('-', '-')),
            (_, None) => {}
        }
    }
    ranges
}
