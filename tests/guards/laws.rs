//! What is true of every text, whoever made it up.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::{Duration, Instant};

use gatewright::guard::{JUDGE, Kind, Verdict};
use proptest::prelude::*;
use serde_json::json;

use crate::{check, guards};

/// Where a path leads from `/data/in`, by the rules of POSIX, on a system that undoes escapes,
/// takes backslashes for slashes, and drops dots and blanks at the end of a name.
fn resolve(path: &str) -> Vec<String> {
    let mut decoded = String::new();
    let mut parts = path.split('%');
    decoded.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let byte = part.get(..2).and_then(|code| u8::from_str_radix(code, 16).ok());
        decoded.push(byte.map_or('%', char::from));
        decoded.push_str(part.get(if byte.is_some() { 2 } else { 0 }..).unwrap_or_default());
    }
    let decoded = decoded.replace('\\', "/");
    let is_absolute = decoded.starts_with('/');
    let mut place: Vec<String> =
        if is_absolute { Vec::new() } else { vec!["data".into(), "in".into()] };
    for segment in decoded.split('/') {
        match segment.trim() {
            ".." => drop(place.pop()),
            "." | "" => {}
            name => place.push(name.trim_end_matches(['.', ' ']).into()),
        }
    }
    place
}

/// Whether an address is one that a server must not be talked into asking.
fn is_forbidden(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            v4.is_loopback()
                || v4.is_private()
                || v4.is_link_local()
                || v4.is_multicast()
                || v4.is_unspecified()
                || v4.is_broadcast()
                || v4.is_documentation()
                || a == 0
                || a >= 240
                || (a == 100 && (64..128).contains(&b))
                || (a == 198 && (18..20).contains(&b))
        }
        IpAddr::V6(v6) => {
            let words = v6.segments();
            let last = u32::from(words[6]) << 16 | u32::from(words[7]);
            v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_multicast()
                || v6.is_unique_local()
                || v6.is_unicast_link_local()
                || v6.to_ipv4_mapped().is_some()
                || words[..6] == [0; 6]
                || words[..2] == [0x64, 0xff9b]
                || words[0] == 0x2002
                || words[..2] == [0x2001, 0]
                || (last == 0xa9fe_a9fe && words[..4] == [0; 4])
        }
    }
}

fn path() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "b",
        "data",
        "in",
        "..",
        ".",
        "/",
        "/",
        "/",
        "\\",
        "%2e",
        "%2f",
        "%5c",
        "%",
        " ",
        ":",
        "~",
        "\u{ff0f}",
        "\0",
        "-evil",
        "/data/in",
        "/data/in/",
    ]);
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn url() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "https://",
        "http://",
        "https:",
        "//",
        "a.com",
        "x.b.com",
        "evil.net",
        "127.0.0.1",
        "0x7f",
        "017",
        "2130706433",
        "[::1]",
        "[::ffff:7f00:1]",
        "localhost",
        "@",
        ":",
        "443",
        "80",
        "/",
        "\\",
        "?",
        "#",
        ".",
        "%2e",
        "%40",
        "\t",
        "\n",
        " ",
        "\u{2460}",
        "\u{3002}",
        "\u{ad}",
        "xn--a",
        "-",
        "1",
        "user",
    ]);
    prop::collection::vec(piece, 0..9).prop_map(|pieces| pieces.concat())
}

fn sql() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "SELECT",
        "1",
        "*",
        "FROM",
        "t",
        "dash.t",
        "public.t",
        "(",
        ")",
        ",",
        ";",
        "'",
        "\"",
        "--",
        "/*",
        "*/",
        "\n",
        "$$",
        "WITH x AS (",
        "DELETE FROM",
        "INSERT INTO",
        "VALUES",
        "UPDATE",
        "SET a =",
        "DROP TABLE",
        "WHERE",
        "AND",
        "RETURNING *",
        "\\",
        "#",
        "U&",
        "E'",
        "UNION",
        "INTO",
        "CASE WHEN",
        "END",
        "[",
        "]",
        "::",
    ]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_text_panics(text in any::<String>(), url in url(), sql in sql(), path in path()) {
        let writes = r#"{"writes":["dash"],"dialect":"postgresql"}"#;
        for text in [&text, &url, &sql, &path] {
            for dialect in ["postgresql", "mysql", "sqlite"] {
                let _ = JUDGE(Kind::Sql, &format!(r#"{{"dialect":"{dialect}"}}"#), text);
            }
            let _ = JUDGE(Kind::Sql, writes, text);
            let _ = JUDGE(Kind::Hosts, r#"{"hosts":["a.com","*.b.com"]}"#, text);
            let _ = JUDGE(Kind::Pattern, text, text);
        }
    }

    #[test]
    fn a_path_that_passes_stays_below_the_root(path in path()) {
        let guards = guards(&json!([{ "at": "/x", "paths": "/data/in" }]));
        if check(&guards, &json!({ "x": path }).to_string()).is_ok() {
            let place = resolve(&path);
            prop_assert!(place.starts_with(&["data".into(), "in".into()]), "{path:?} is {place:?}");
        }
    }

    /// Whatever the list says, as long as its rules are rules.
    #[test]
    fn a_url_that_passes_has_no_forbidden_address(url in url(), v4 in any::<u32>(), v6 in any::<u128>(), shift in 0..120) {
        let v6 = v6 >> shift;
        for host in [Ipv4Addr::from(v4).to_string(), format!("[{}]", Ipv6Addr::from(v6)), "127.0.0.1".into(), "a.com".into()] {
            let rules = json!({ "hosts": [host, "*.b.com"], "schemes": ["http", "https"] }).to_string();
            for url in [&url, &format!("https://{host}/"), &format!("http://{v4}/"), &format!("http://{v4:#x}/")] {
                if JUDGE(Kind::Hosts, &rules, url) == Verdict::Agrees {
                    let parsed = url::Url::parse(url).expect("it passed");
                    let address = match parsed.host().expect("it passed") {
                        url::Host::Ipv4(address) => Some(IpAddr::from(address)),
                        url::Host::Ipv6(address) => Some(IpAddr::from(address)),
                        url::Host::Domain(name) => {
                            prop_assert!(name == "a.com" || name.ends_with(".b.com"), "{url:?}");
                            None
                        }
                    };
                    prop_assert!(!address.is_some_and(is_forbidden), "{url:?}");
                }
            }
        }
    }

    /// Whoever splits a URL by its letters finds the host that the parser of the standard finds.
    #[test]
    fn nobody_is_misled_about_the_host(url in url()) {
        if JUDGE(Kind::Hosts, r#"{"hosts":["a.com","*.b.com"],"schemes":["http","https"]}"#, &url) == Verdict::Agrees {
            let naive = url.split("//").nth(1).and_then(|rest| rest.split(['/', '?', '#', ':']).next());
            let naive = naive.map(str::to_lowercase);
            let parsed = url::Url::parse(&url).expect("it passed");
            prop_assert_eq!(naive.as_deref(), parsed.host_str());
        }
    }

    /// A guard that lets nothing write lets nothing pass that one with schemas would not.
    #[test]
    fn reading_is_part_of_writing(sql in sql()) {
        if JUDGE(Kind::Sql, "{}", &sql) == Verdict::Agrees {
            prop_assert_eq!(JUDGE(Kind::Sql, r#"{"writes":["dash"]}"#, &sql), Verdict::Agrees);
        }
    }
}

/// Texts made to keep a parser busy, or to use its stack up.
#[test]
fn no_text_takes_long() {
    let nested = |open: &str, middle: &str, close: &str, depth: usize| {
        format!("{}{middle}{}", open.repeat(depth), close.repeat(depth))
    };
    for depth in [10, 20, 30, 31, 32, 40, 200, 5000] {
        for text in [
            format!("SELECT {}", nested("(", "1", ")", depth)),
            format!("SELECT {}", nested("(", "1", "", depth)),
            format!("SELECT * FROM {}", nested("(", "t", ")", depth)),
            format!("SELECT * FROM {}", nested("(", "SELECT 1", ")", depth)),
            format!("SELECT * FROM {}", nested("(SELECT * FROM ", "t", ") s", depth)),
            format!("SELECT {}", nested("(SELECT ", "1", ")", depth)),
            format!("SELECT 1 WHERE a IN {}", nested("(", "1", ")", depth)),
            format!("SELECT {}", nested("CASE WHEN ", "1", " THEN 1 END", depth)),
            format!("SELECT {}1", "NOT ".repeat(depth)),
            format!("SELECT {}1", "- ".repeat(depth)),
            format!("SELECT {}", nested("f(", "1", ")", depth)),
            format!("SELECT {}", nested("ARRAY[", "1", "]", depth)),
            format!("SELECT {}", nested("CAST(", "1", " AS int)", depth)),
            format!("SELECT {}", nested("INTERVAL ", "'1'", "", depth)),
            format!("SELECT CAST(1 AS {})", nested("ARRAY<", "int", ">", depth)),
            format!("SELECT CAST(1 AS {})", nested("STRUCT<a ", "int", ">", depth)),
            format!("SELECT 1{}", " + 1".repeat(depth)),
            format!("SELECT 1{}", " UNION SELECT 1".repeat(depth)),
            format!("SELECT 1{}", "::int".repeat(depth)),
            format!("SELECT 1{}", " IS NULL".repeat(depth)),
            format!("SELECT a{}", "[1]".repeat(depth)),
            format!("SELECT a{}", ".a".repeat(depth)),
            format!("SELECT 'a'{}", " 'a'".repeat(depth)),
            format!("SELECT * FROM t{}", " JOIN t ON true".repeat(depth)),
            format!("SELECT * FROM t{}", " JOIN t".repeat(depth)),
            nested("WITH x AS (", "SELECT 1", ") SELECT 1", depth),
            format!("{}SELECT 1", "EXPLAIN ".repeat(depth)),
            nested("((", "SELECT 1", ")", depth),
        ] {
            for rules in ["{}", r#"{"dialect":"mysql"}"#, r#"{"dialect":"sqlite","writes":["a"]}"#]
            {
                let before = Instant::now();
                let _ = JUDGE(Kind::Sql, rules, &text);
                let took = before.elapsed();
                let start: String = text.chars().take(60).collect();
                assert!(took < Duration::from_secs(2), "{took:?}: {depth} {rules} {start}");
            }
        }
    }
}
