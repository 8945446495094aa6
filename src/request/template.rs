//! Path templates, and the tree that finds the first of many.

use super::Method;
use crate::table::Table;

/// A path with captures: `/agents/{agent}/runs`.
///
/// `{name}` stands for one segment, `{name:path}` at the end for one or more.
#[derive(Debug)]
pub(super) struct Template<'s> {
    steps: Vec<Step<'s>>,
}

/// One segment of a template or of a path.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Step<'s> {
    Literal(&'s str),
    Capture(&'s str),
    Rest(&'s str),
}

/// What is wrong with a template: the code of the error, and its message.
pub(super) type Fault = (&'static str, &'static str);

impl<'s> Template<'s> {
    pub(super) fn parse(text: &'s str) -> Result<Self, Fault> {
        let inside =
            text.strip_prefix('/').ok_or(("policy_rule_path", "a path begins with `/`"))?;
        let steps: Vec<_> = match inside {
            "" => Vec::new(),
            inside => inside.split('/').map(step).collect::<Result<_, _>>()?,
        };
        let mut before: Vec<&str> = Vec::new();
        for (index, step) in steps.iter().enumerate() {
            let (Step::Capture(name) | Step::Rest(name)) = *step else {
                continue;
            };
            if before.contains(&name) {
                return Err(("policy_rule_capture", "two captures have this name"));
            }
            if matches!(step, Step::Rest(_)) && index + 1 < steps.len() {
                return Err(("policy_rule_capture", "nothing can come after a `:path` capture"));
            }
            before.push(name);
        }
        Ok(Self { steps })
    }

    /// Which segment a capture stands for.
    pub(super) fn position(&self, capture: &str) -> Option<usize> {
        self.steps.iter().position(|step| *step == Step::Capture(capture))
    }

    pub(super) fn steps(&self) -> impl Iterator<Item = Step<'s>> + Clone + '_ {
        self.steps.iter().copied()
    }

    /// What sorts templates so that, of two for one path, the more literal one goes first.
    pub(super) fn rank(&self) -> Vec<u8> {
        let kind = |step: &Step<'_>| match step {
            Step::Literal(_) => 0,
            Step::Capture(_) => 1,
            Step::Rest(_) => 2,
        };
        self.steps.iter().map(kind).collect()
    }
}

fn step(segment: &str) -> Result<Step<'_>, Fault> {
    if let Some(inside) = segment.strip_prefix('{') {
        let inside = inside.strip_suffix('}').ok_or(BRACE)?;
        let (name, is_rest) = match inside.strip_suffix(":path") {
            Some(name) => (name, true),
            None => (inside, false),
        };
        if name.is_empty() || name.contains(|letter: char| !is_name(letter)) {
            return Err(("policy_rule_capture", "a capture is `{name}`: letters, digits and `_`"));
        }
        return Ok(if is_rest { Step::Rest(name) } else { Step::Capture(name) });
    }
    literal(segment).map(Step::Literal)
}

const BRACE: Fault = ("policy_rule_capture", "a capture is a whole segment: `{name}`");

/// A segment that stands for itself.
pub(super) fn literal(segment: &str) -> Result<&str, Fault> {
    if segment.is_empty() {
        return Err((
            "policy_rule_path",
            "the path has an empty segment, which no request can have",
        ));
    }
    if matches!(segment, "." | "..") {
        return Err(("policy_rule_path", "the path has a dot segment, which no request can have"));
    }
    for letter in segment.chars() {
        match letter {
            '{' | '}' => return Err(BRACE),
            '*' | '[' | ']' => {
                return Err((
                    "policy_rule_path",
                    "patterns are for the flavour `agno-3.1`; use `{name}`",
                ));
            }
            '%' => {
                return Err((
                    "policy_rule_path",
                    "paths are compared decoded: write the character itself",
                ));
            }
            '?' | '#' => return Err(("policy_rule_path", "a path has no query and no fragment")),
            '\\' => {
                return Err((
                    "policy_rule_path",
                    "the path has a backslash, which no request can have",
                ));
            }
            letter if letter.is_control() => {
                return Err((
                    "policy_rule_path",
                    "the path has a control character, which no request can have",
                ));
            }
            _ => {}
        }
    }
    Ok(segment)
}

fn is_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// Templates as a tree of segments. Each has a number; of all that fit, the lowest is found.
///
/// The cost of a search goes with the length of the path and not with the number of templates,
/// unless they put a capture and a literal in one place again and again.
#[derive(Debug)]
pub(super) struct Tree {
    literals: Table<Tree>,
    capture: Option<Box<Tree>>,
    /// What ends here, and what takes all that follows.
    ends: Vec<(Method, u32)>,
    rests: Vec<(Method, u32)>,
    /// The lowest number in this part of the tree.
    lowest: u32,
}

impl Tree {
    pub(super) fn new() -> Self {
        Self {
            literals: Table::default(),
            capture: None,
            ends: Vec::new(),
            rests: Vec::new(),
            lowest: u32::MAX,
        }
    }

    pub(super) fn insert(&mut self, template: &Template<'_>, method: Method, number: u32) {
        let mut tree = self;
        for step in template.steps() {
            tree.lowest = tree.lowest.min(number);
            tree = match step {
                Step::Literal(text) => {
                    let Some(tree) = tree.literals.or_insert_with(text, Self::new) else { return };
                    tree
                }
                Step::Capture(_) => tree.capture.get_or_insert_with(|| Box::new(Self::new())),
                Step::Rest(_) => {
                    tree.rests.push((method, number));
                    return;
                }
            };
        }
        tree.lowest = tree.lowest.min(number);
        tree.ends.push((method, number));
    }

    /// The lowest number of the templates that fit these segments and have one of these methods.
    ///
    /// With the steps of a template it is the first template that fits all that this one fits.
    pub(super) fn find<'s>(
        &self,
        methods: &[Method],
        steps: impl Iterator<Item = Step<'s>> + Clone,
    ) -> Option<u32> {
        let mut best = u32::MAX;
        self.search(methods, steps, &mut best);
        (best < u32::MAX).then_some(best)
    }

    fn search<'s>(
        &self,
        methods: &[Method],
        mut steps: impl Iterator<Item = Step<'s>> + Clone,
        best: &mut u32,
    ) {
        if self.lowest >= *best {
            return;
        }
        let first = |list: &[(Method, u32)]| {
            let mut fit = list.iter().filter(|(method, _)| methods.contains(method));
            fit.next().map_or(u32::MAX, |&(_, number)| number)
        };
        let Some(step) = steps.next() else {
            *best = first(&self.ends).min(*best);
            return;
        };
        *best = first(&self.rests).min(*best);
        if let Step::Literal(text) = step
            && let Some(tree) = self.literals.get(text)
        {
            tree.search(methods, steps.clone(), best);
        }
        if let (Step::Literal(_) | Step::Capture(_), Some(tree)) = (step, &self.capture) {
            tree.search(methods, steps, best);
        }
    }
}
