//! Paths in another case than their routes.
//!
//! Many routers take `/Agents` for `/agents`. Behind them a path is not what it is decided on: where
//! unknown routes are open, or a capture stands beside a literal, another case would be a way around.

use super::{Match, Method, Path, RouteTable};
use crate::policy::document::Routes;

/// The table as a router reads it that takes paths in any case.
#[derive(Debug)]
pub(super) enum Spelling {
    /// The table itself: no capital letter is in it.
    Same,
    /// The table in small letters. Its numbers are those of the table.
    Small(Box<RouteTable>),
    /// Two routes differ in nothing but case, so that no path says which is meant.
    Ambiguous,
}

impl Spelling {
    /// How the routes are read. Those of the platforms are in small letters.
    pub(super) fn of(routes: &Routes, pointer: &str) -> Self {
        let mut small = routes.clone();
        let rules = small.rules.iter_mut().map(|rule| &mut rule.path);
        let mut is_same = true;
        for text in rules.chain(&mut small.public).chain(&mut small.mount) {
            let folded = template(text);
            is_same &= *text == folded;
            *text = folded;
        }
        if is_same {
            return Self::Same;
        }
        match RouteTable::compile(&small, pointer) {
            Ok(table) => Self::Small(Box::new(table)),
            Err(_) => Self::Ambiguous,
        }
    }
}

impl RouteTable {
    /// Finds the route of a request. Where paths are served in any case, it has to be the route that
    /// the path is served by.
    #[must_use]
    pub fn find_served(&self, method: Method, path: &Path<'_>, any_case: bool) -> Match<'_> {
        if any_case && self.is_respelt(method, path) {
            return Match::Respelt;
        }
        self.find(method, path)
    }

    fn is_respelt(&self, method: Method, path: &Path<'_>) -> bool {
        let small = match &self.spelling {
            Spelling::Same => self,
            Spelling::Small(table) => table,
            Spelling::Ambiguous => return true,
        };
        let number = |found: Match<'_>| match found {
            Match::Route(found) => Some(found.number),
            Match::Public | Match::Unmatched | Match::Respelt => None,
        };
        number(self.find(method, path)) != number(small.find(method, &path.in_small_letters()))
    }
}

/// Small letters, but for the names of captures.
fn template(text: &str) -> String {
    let mut is_inside = false;
    let letters = text.chars().filter_map(|letter| {
        is_inside = letter == '{' || (is_inside && letter != '}');
        if is_inside { Some(letter) } else { small(letter) }
    });
    letters.collect()
}

/// What stands for a letter whose case is not told from that of others.
const ANY: char = char::REPLACEMENT_CHARACTER;

/// The same for a letter and its small one. `None` for a dot above, which `İ` has in small letters.
///
/// The tables of the standard library would make the module 9 kB larger, so those letters that few
/// paths have are all taken for one: that finds too many other spellings, and never too few.
pub(super) fn small(letter: char) -> Option<char> {
    let after = |distance: u32| char::from_u32(u32::from(letter) + distance);
    match letter {
        '\0'..='\x7f' => Some(letter.to_ascii_lowercase()),
        '\u{307}' => None,
        // Letters whose small ones are of another block.
        'İ' => Some('i'),
        '\u{212a}' => Some('k'),
        'ſ' => Some('s'),
        '\u{212b}' => Some('å'),
        'ẞ' => Some('ß'),
        'Ÿ' => Some('ÿ'),
        'ϴ' => Some('θ'),
        '\u{2126}' => Some('ω'),
        // Latin 1, Greek, Cyrillic.
        'À'..='Ö' | 'Ø'..='Þ' | 'Α'..='Ρ' | 'Σ'..='Ω' | 'А'..='Я' => after(0x20),
        'Ѐ'..='Џ' => after(0x50),
        // The small ones of those, and what has no case: from Hebrew to Tibetan and Burmese, from Chinese
        // to Yi, Korean.
        'ß'..='ÿ'
        | 'α'..='ω'
        | 'а'..='џ'
        | '\u{590}'..='\u{109f}'
        | '\u{2e80}'..='\u{a63f}'
        | '\u{ac00}'..='\u{faff}'
        | '\u{20000}'.. => Some(letter),
        _ => Some(ANY),
    }
}
