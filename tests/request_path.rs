//! What is a path, and what is refused.

use gatewright::{
    Reason,
    policy::document::Flavour::{self, Agno31, Strict},
    request::Path,
};
use proptest::prelude::*;

fn decoded(target: &str, flavour: Flavour) -> Result<String, Reason> {
    Path::parse(target.as_bytes(), flavour, "").map(|path| path.decoded().to_owned())
}

#[test]
fn refuses_in_both_flavours() {
    for (target, reason) in [
        ("", Reason::PathNotAbsolute),
        ("*", Reason::PathNotAbsolute),
        ("agents", Reason::PathNotAbsolute),
        ("http://os.example/agents", Reason::PathNotAbsolute),
        ("//", Reason::PathEmptySegment),
        ("//agents", Reason::PathEmptySegment),
        ("/agents//", Reason::PathEmptySegment),
        ("/agents//runs", Reason::PathEmptySegment),
        ("/.", Reason::PathDotSegment),
        ("/..", Reason::PathDotSegment),
        ("/../", Reason::PathDotSegment),
        ("/agents/./a", Reason::PathDotSegment),
        ("/agents/../sessions", Reason::PathDotSegment),
        ("/agents/%2e%2E/sessions", Reason::PathDotSegment),
        ("/agents/.%2e/sessions", Reason::PathDotSegment),
        ("/agents\\a", Reason::PathBackslash),
        ("/agents%5ca", Reason::PathBackslash),
        ("/agents%5Ca", Reason::PathBackslash),
        ("/agents/a%2Fruns", Reason::PathSlash),
        ("/agents/a%2fruns", Reason::PathSlash),
        ("/agents\0", Reason::PathControl),
        ("/agents\r\n", Reason::PathControl),
        ("/agents\x7f", Reason::PathControl),
        ("/agents%00", Reason::PathControl),
        ("/agents%0d%0a", Reason::PathControl),
        ("/agents%1F", Reason::PathControl),
        ("/agents%7f", Reason::PathControl),
        ("/agents%C2%80", Reason::PathControl),
        ("/agents%C2%9f", Reason::PathControl),
        ("/agents?x=1", Reason::PathEncoding),
        ("/agents#x", Reason::PathEncoding),
        ("/agents/a b", Reason::PathEncoding),
        ("/agents/ä", Reason::PathEncoding),
        ("/%", Reason::PathEncoding),
        ("/%4", Reason::PathEncoding),
        ("/%4g", Reason::PathEncoding),
        ("/%+4", Reason::PathEncoding),
        ("/%%34", Reason::PathEncoding),
        ("/%ff", Reason::PathEncoding),
        ("/%c3", Reason::PathEncoding),
        ("/%c0%af", Reason::PathEncoding),
        ("/%ed%a0%80", Reason::PathEncoding),
    ] {
        for flavour in [Strict, Agno31] {
            assert_eq!(decoded(target, flavour), Err(reason), "{target:?} {flavour:?}");
        }
    }
}

#[test]
fn refuses_a_second_spelling() {
    for (target, in_agno) in [
        ("/%61gents", "/agents"),
        ("/agents/rese%61rch", "/agents/research"),
        ("/agents/a%2Db", "/agents/a-b"),
        ("/agents/a%2eb", "/agents/a.b"),
        ("/agents/%7Ea", "/agents/~a"),
        ("/agents/a%5f", "/agents/a_"),
        ("/agents/%2561", "/agents/%61"),
        ("/agents/a%252Fruns", "/agents/a%2Fruns"),
        ("/agents/a%25%32%66", "/agents/a%2f"),
    ] {
        assert_eq!(decoded(target, Strict), Err(Reason::PathEncoding), "{target:?}");
        assert_eq!(decoded(target, Agno31).as_deref(), Ok(in_agno), "{target:?}");
    }
}

#[test]
fn reads() {
    for (target, path) in [
        ("/", "/"),
        ("/agents", "/agents"),
        ("/agents/", "/agents"),
        ("/agents/a/runs/", "/agents/a/runs"),
        ("/agents/a%20b", "/agents/a b"),
        ("/agents/%C3%A4/", "/agents/ä"),
        ("/agents/%e6%97%a5", "/agents/日"),
        ("/agents/a%3Fb%23c", "/agents/a?b#c"),
        ("/agents/100%25", "/agents/100%"),
        ("/agents/100%25x", "/agents/100%x"),
        ("/agents/a:b;v=1,@!$&'()*+=", "/agents/a:b;v=1,@!$&'()*+="),
        ("/agents/...", "/agents/..."),
        ("/agents/.well-known", "/agents/.well-known"),
        ("/agents/%5Bx%5D", "/agents/[x]"),
    ] {
        for flavour in [Strict, Agno31] {
            assert_eq!(decoded(target, flavour).as_deref(), Ok(path), "{target:?} {flavour:?}");
        }
    }
}

#[test]
fn is_as_long_as_can_be() {
    let longest = format!("/{}", "a".repeat(4095));
    assert_eq!(decoded(&longest, Strict).as_deref(), Ok(&*longest));
    assert_eq!(decoded(&format!("{longest}a"), Strict), Err(Reason::PathTooLong));
}

#[test]
fn begins_at_the_mount() {
    for (target, mount, strict, agno) in [
        ("/os/agents/a", "/os", Some("/agents/a"), Some("/agents/a")),
        ("/os", "/os", Some("/"), Some("")),
        ("/os/", "/os", Some("/"), Some("")),
        ("/", "", Some("/"), Some("/")),
        ("/osx/agents", "/os", None, None),
        ("/agents", "/os", None, None),
        ("/", "/os", None, None),
        ("/a/b/agents", "/a/b", Some("/agents"), Some("/agents")),
        ("/a/agents", "/a/b", None, None),
    ] {
        for (flavour, expected) in [(Strict, strict), (Agno31, agno)] {
            let path = Path::parse(target.as_bytes(), flavour, mount).unwrap();
            let inside = path.is_mounted().then(|| path.decoded());
            assert_eq!(inside, expected, "{target:?} {mount:?} {flavour:?}");
        }
    }
}

#[test]
fn knows_where_its_segments_stand() {
    for (target, mount, index, segment, range) in [
        ("/agents/a/runs", "", 0, Some("agents"), Some(1..7)),
        ("/agents/a/runs", "", 1, Some("a"), Some(8..9)),
        ("/agents/%C3%A4/runs/", "", 1, Some("ä"), Some(8..14)),
        ("/agents/%C3%A4/runs/", "", 2, Some("runs"), Some(15..19)),
        ("/agents/%C3%A4/runs/", "", 3, None, None),
        ("/os/agents/a", "/os", 1, Some("a"), Some(11..12)),
        ("/os", "/os", 0, None, None),
        ("/", "", 0, None, None),
        ("/agents", "", usize::MAX, None, None),
    ] {
        let path = Path::parse(target.as_bytes(), Strict, mount).unwrap();
        assert_eq!(path.segment(index), segment, "{target:?}");
        assert_eq!(path.raw_range(index), range, "{target:?}");
    }
}

/// Text that is often nearly a path.
fn target() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("/"),
        Just("a"),
        Just("."),
        Just("%"),
        Just("%2"),
        Just("%61"),
        Just("%25"),
        Just("%2f"),
        Just("%c3"),
        Just("%A4"),
        Just("~"),
        Just("ä"),
    ];
    prop::collection::vec(part, 0..9).prop_map(|parts| format!("/{}", parts.concat()))
}

proptest! {
    #[test]
    fn no_target_panics(target in prop::collection::vec(any::<u8>(), 0..40), mount in "(/[ab]){0,2}") {
        for flavour in [Strict, Agno31] {
            if let Ok(path) = Path::parse(&target, flavour, &mount) {
                for index in 0..4 {
                    prop_assert_eq!(path.segment(index).is_some(), path.raw_range(index).is_some());
                }
            }
        }
    }

    /// What is strict is also read by the other flavour, and in the same way.
    #[test]
    fn strict_narrows(target in target()) {
        if let Ok(path) = decoded(&target, Strict) {
            prop_assert_eq!(decoded(&target, Agno31), Ok(path));
        }
    }

    /// Whoever decodes a strict path again reads the same.
    #[test]
    fn decoding_is_stable(target in target()) {
        if let Ok(path) = decoded(&target, Strict) {
            let again: Vec<u8> = twice(path.as_bytes());
            prop_assert_eq!(again, path.as_bytes());
        }
    }

    /// Two strict paths that mean the same are the same, where only characters are escaped that
    /// have to be. A trailing slash and the case of hexadecimal digits do not count.
    #[test]
    fn a_path_has_one_spelling(one in target(), other in target()) {
        let same = |target: &str| target.trim_end_matches('/').to_ascii_lowercase();
        if let (Ok(left), Ok(right)) = (decoded(&one, Strict), decoded(&other, Strict)) {
            prop_assert_eq!(left == right, same(&one) == same(&other));
        }
    }

    /// The part of the target that a segment stands for decodes to the segment.
    #[test]
    fn a_segment_stands_where_it_says(target in target()) {
        if let Ok(path) = Path::parse(target.as_bytes(), Agno31, "") {
            for (index, segment) in path.segments().enumerate() {
                let raw = &target.as_bytes()[path.raw_range(index).unwrap()];
                prop_assert_eq!(twice(raw), segment.as_bytes());
            }
        }
    }
}

/// Decodes as everybody does who does not care: what is no escape stays.
fn twice(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        let escaped = match rest {
            [b'%', high, low, tail @ ..] => {
                let digits = String::from_utf8_lossy(&[*high, *low]).into_owned();
                u8::from_str_radix(&digits, 16)
                    .ok()
                    .filter(|_| *high != b'+')
                    .map(|byte| (byte, tail))
            }
            _ => None,
        };
        let (byte, tail) = escaped.unwrap_or((*first, tail));
        out.push(byte);
        rest = tail;
    }
    out
}
