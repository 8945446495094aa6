//! The Rust in `docs/lint.md`.

use gatewright::PolicyError;

/// Compiles what it is given, and keeps its words.
macro_rules! with_text {
    ($($code:tt)*) => { ({ $($code)* }, stringify!($($code)*)) };
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

#[test]
fn the_rust_in_the_document_runs() -> Result<(), PolicyError> {
    let text = r#"{ "version": 1, "authentication": { "virtual_keys": {} }, "routes": {} }"#;
    let (codes, code) = with_text! {
        let findings = gatewright::Policy::lint(text)?;
        findings.iter().map(|finding| finding.code).collect::<Vec<_>>()
    };
    assert!(codes.contains(&"lint_routes_empty"));
    let document = include_str!("../../docs/lint.md");
    let blocks = document.split("```rust\n").skip(1).filter_map(|rest| rest.split_once("```"));
    let blocks: Vec<String> = blocks.map(|(block, _)| squeezed(block)).collect();
    assert_eq!(blocks.len(), 1);
    for block in blocks {
        assert!(squeezed(code).starts_with(&block), "{block}");
    }
    Ok(())
}
