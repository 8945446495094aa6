//! Patterns, as `fnmatch.fnmatchcase` of `CPython` 3.11 answers.

use gatewright::request::Glob;
use proptest::prelude::*;

#[rustfmt::skip]
const ANSWERS: [(&str, &[&str], &[&str]); 43] = [
    // pattern, what it covers, what not
    ("/agents/*", &["/agents/", "/agents/x", "/agents/x/runs/1", "/agents//", "/agents/a\nb"], &["/agents", "/agentsx", "/Agents/x"]),
    ("/agents/*/runs", &["/agents/a/runs", "/agents/a/b/runs", "/agents//runs"], &["/agents/runs", "/agents/a/runs/", "/agents/a/run"]),
    ("*", &["", "/", "/a/b"], &[]),
    ("**a**", &["a", "/a/", "aaa"], &["", "b"]),
    ("?", &["a", "日", "\n", "?"], &["", "ab"]),
    ("/v?/x", &["/v1/x", "/v//x"], &["/v/x", "/v12/x"]),
    ("/r[0-9]", &["/r5"], &["/r", "/rx", "/r[0-9]"]),
    ("[abc]", &["a", "c"], &["d", "ab", ""]),
    ("[!abc]", &["d", "!", "\n"], &["a", ""]),
    ("[]]", &["]"], &["[", ""]),
    ("[]a]", &["]", "a"], &["b"]),
    ("[!]a]", &["b"], &["]", "a"]),
    ("[]", &["[]"], &["", "]"]),
    ("[!]", &["[!]"], &["!", "]"]),
    ("[", &["["], &[""]),
    ("[a", &["[a"], &["a"]),
    ("a[", &["a["], &["a"]),
    ("[!a", &["[!a"], &["b"]),
    ("[]-a]", &["]", "^", "_", "`", "a"], &["b", "\\", "-"]),
    ("[a-]", &["a", "-"], &["b"]),
    ("[-a]", &["a", "-"], &["b"]),
    ("[a-c-e]", &["a", "b", "c", "-", "e"], &["d"]),
    ("[--0]", &["-", ".", "/", "0"], &[",", "1"]),
    ("[a-a]", &["a"], &["b", "-"]),
    ("[z-a]", &[], &["z", "a", "-", "b"]),
    ("[!z-a]", &["z", "a", "-"], &[""]),
    ("[b-a!x]", &["y", "a", "b", "!"], &["x"]),
    ("[b-a!-c]", &["a", "b", "!"], &["-", "c"]),
    ("[b-ac-d]", &["c", "d"], &["a", "b", "-"]),
    ("[z-ab]", &["b"], &["z", "a", "-"]),
    ("[!-a]", &["b", "!"], &["-", "a"]),
    ("[^a]", &["^", "a"], &["b"]),
    ("[!^a]", &["b"], &["^", "a"]),
    ("[[]", &["["], &["]"]),
    ("[[a]", &["[", "a"], &["b"]),
    ("[\\]", &["\\"], &["/"]),
    ("[a\\-z]", &["a", "\\", "m", "z"], &["A", "["]),
    ("[&&~~||]", &["&", "~", "|"], &["a"]),
    ("\\*", &["\\", "\\x"], &["*"]),
    ("a.b", &["a.b"], &["axb"]),
    ("/x$", &["/x$"], &["/x", "/x$\n"]),
    ("/x", &["/x"], &["/x\n"]),
    ("[é-ü]", &["ö"], &["e"]),
];

#[test]
fn answers_as_python() {
    for (pattern, covered, others) in ANSWERS {
        let glob = Glob::new(pattern);
        for text in covered {
            assert!(glob.covers(text), "{pattern:?} {text:?}");
        }
        for text in others {
            assert!(!glob.covers(text), "{pattern:?} {text:?}");
        }
    }
}

/// A pattern that takes a regular expression with backtracking longer than a life.
#[test]
fn is_not_slow() {
    let glob = Glob::new(&"*a".repeat(60));
    assert!(!glob.covers(&format!("{}b", "a".repeat(4095))));
}

/// One place of a pattern, and the characters that may stand there: `None` for any text.
type Place = (String, Option<&'static str>);

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![
        Just(("*".into(), None)),
        Just(("?".into(), Some("abc/"))),
        Just(("a".into(), Some("a"))),
        Just(("/".into(), Some("/"))),
        Just(("[ab]".into(), Some("ab"))),
        Just(("[!ab]".into(), Some("c/"))),
        Just(("[a-c]".into(), Some("abc"))),
        Just(("[c-a]".into(), Some(""))),
    ]
}

/// What `covers` should do, with no thought of time.
fn naive(places: &[Place], text: &[char]) -> bool {
    match (places, text) {
        ([], text) => text.is_empty(),
        ([(_, None), rest @ ..], text) => {
            (0..=text.len()).any(|length| naive(rest, text.split_at(length).1))
        }
        ([(_, Some(letters)), rest @ ..], [letter, text @ ..]) => {
            letters.contains(*letter) && naive(rest, text)
        }
        ([(_, Some(_)), ..], []) => false,
    }
}

proptest! {
    #[test]
    fn agrees_with_a_naive_reading(
        places in prop::collection::vec(place(), 0..7),
        text in "[abc/]{0,7}",
    ) {
        let pattern: String = places.iter().map(|(pattern, _)| pattern.as_str()).collect();
        let letters: Vec<char> = text.chars().collect();
        prop_assert_eq!(Glob::new(&pattern).covers(&text), naive(&places, &letters), "{}", pattern);
    }

    #[test]
    fn any_text_is_a_pattern(pattern in "[\\[\\]!^*?a-c-]{0,12}", text in ".{0,6}") {
        let _ = Glob::new(&pattern).covers(&text);
    }

    #[test]
    fn a_text_without_signs_covers_itself(text in "[^*?\\[]{0,12}") {
        prop_assert!(Glob::new(&text).covers(&text));
    }
}
