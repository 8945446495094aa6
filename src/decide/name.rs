//! Names of agents, actions and budgets, and patterns of actions.

/// How many bytes a name may have.
pub const MAX_NAME_BYTES: usize = 256;

/// Whether a text can be a name: 1 to 256 bytes that a reader sees as they are.
///
/// Control characters, whitespace other than a space inside, characters that are invisible or turn
/// the direction of writing, and the one that stands for what could not be read are refused: two names that look alike must not be two names.
/// Letters that look alike are not: that takes a list of letters, and names are compared as bytes.
#[must_use]
pub fn is_name(text: &str) -> bool {
    // Almost all names are: there is nothing to look up about these.
    let is_simple = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    let has_edge = text.starts_with(' ') || text.ends_with(' ');
    (1..=MAX_NAME_BYTES).contains(&text.len())
        && (is_simple(text) || !has_edge && text.chars().all(is_plain))
}

fn is_plain(letter: char) -> bool {
    let is_space = letter != ' ' && letter.is_whitespace();
    !is_space && !letter.is_control() && !is_format(letter)
}

/// What formats the letters around it and is no letter itself.
const fn is_format(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{206f}'
        | '\u{fff9}'..='\u{fffb}' | '\u{fffd}'
        | '\u{e0000}'..='\u{e007f}')
}

/// One action by its dotted name, or with `service.*` all below a service.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ActionPattern {
    /// The name, or that of the service.
    name: String,
    /// Whether it stands for what is below the name.
    is_below: bool,
}

impl ActionPattern {
    /// Reads a pattern. `None` if a segment is empty or the whole is not a name, and for a star
    /// anywhere but as the whole last segment: `*` alone would stand for what nobody thought of.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (name, is_below) =
            text.strip_suffix(".*").map_or((text, false), |service| (service, true));
        let is_pattern = is_name(text) && is_dotted(name) && !name.contains('*');
        is_pattern.then(|| Self { name: name.to_owned(), is_below })
    }

    /// Whether it stands for an action. `stripe.*` does for `stripe.refund` and
    /// `stripe.refund.small`, and not for `stripe` or for `stripe.`.
    #[must_use]
    pub fn covers(&self, action: &str) -> bool {
        if self.is_below {
            let rest = action.strip_prefix(self.name.as_str());
            rest.and_then(|rest| rest.strip_prefix('.')).is_some_and(is_dotted)
        } else {
            action == self.name
        }
    }
}

/// Whether no segment is empty.
pub(super) fn is_dotted(text: &str) -> bool {
    let mut before = b'.';
    for byte in text.bytes() {
        if byte == b'.' && before == b'.' {
            return false;
        }
        before = byte;
    }
    before != b'.'
}
