//! Checkpoints: what is one, and who has signed it.

use gatewright::audit::{Checkpoint, GENESIS};
use serde_json::{Value, json};

fn of(text: &Value) -> Option<Checkpoint> {
    Checkpoint::read(text.to_string().as_bytes())
}

fn signed() -> Value {
    serde_json::from_str(include_str!("../vectors/ledger/checkpoint.json")).unwrap()
}

#[test]
fn one_that_is_not_whole_is_none() {
    assert!(of(&signed()).is_some());
    for (member, value) in [
        ("version", json!(2)),
        ("version", json!("1")),
        ("shard", json!(1)),
        ("seq", json!(-1)),
        ("seq", json!(1.5)),
        ("seq", json!(0)),
        ("hash", json!("00")),
        ("hash", json!(GENESIS)),
        ("at", json!(null)),
        ("at", json!(8_640_000_000_000_001_u64)),
        ("signature", json!("AA")),
        ("key", json!("AA")),
        ("key", json!("=".repeat(43))),
        ("more", json!(1)),
    ] {
        let mut changed = signed();
        changed[member] = value;
        assert!(of(&changed).is_none(), "{member}");
    }
    for member in ["version", "shard", "seq", "hash", "at", "signature", "key"] {
        let mut changed = signed();
        changed.as_object_mut().unwrap().remove(member);
        assert!(of(&changed).is_none(), "{member}");
    }
    assert!(Checkpoint::read(b"").is_none());
}

#[test]
fn what_is_signed_is_all_that_it_says() {
    let text = of(&signed()).unwrap().signed();
    for (member, value) in [
        ("shard", json!("other")),
        ("seq", json!(1)),
        ("hash", json!("1".repeat(64))),
        ("at", json!(1)),
        ("key", json!("A".repeat(43))),
    ] {
        let mut changed = signed();
        changed[member] = value;
        assert_ne!(of(&changed).unwrap().signed(), text, "{member}");
    }
}

#[cfg(feature = "native-crypto")]
#[test]
fn a_signature_is_of_one_key_and_one_text() {
    let whole = of(&signed()).unwrap();
    assert!(whole.is_signed_by(whole.key()));
    let mut other = *whole.key();
    other[0] ^= 1;
    assert!(!whole.is_signed_by(&other));
    for (member, value) in [
        ("shard", json!("other")),
        ("seq", json!(1)),
        ("hash", json!("1".repeat(64))),
        ("at", json!(1)),
        ("signature", json!("A".repeat(86))),
    ] {
        let mut changed = signed();
        changed[member] = value;
        let changed = of(&changed).unwrap();
        assert!(!changed.is_signed_by(changed.key()), "{member}");
    }
    // With this key, whatever is said is signed: it is of small order.
    let mut changed = signed();
    changed["key"] = json!("AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    let changed = of(&changed).unwrap();
    assert!(!changed.is_signed_by(changed.key()));
}
