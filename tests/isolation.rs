//! What a JSON body may say of user and session.

use gatewright::Reason::{self, BodyMalformed, IsolationSession, IsolationUser};
use gatewright::decide::isolation::{Body, read};
use gatewright::policy::document::IsolationMembers;

fn reads(body: &str, session: Option<&str>) -> Result<Body, Reason> {
    read(body.as_bytes(), &IsolationMembers::default(), Some("alice"), session)
}

#[test]
fn who_speaks_for_somebody_else_is_refused() {
    for (body, expected) in [
        (r#"{"user_id":"bob"}"#, IsolationUser),
        (r#"{"user_id":null}"#, IsolationUser),
        (r#"{"user_id":["alice"]}"#, IsolationUser),
        (r#"{"user_id":"Alice"}"#, IsolationUser),
        (r#"{"user_\u0069d":"bob"}"#, IsolationUser),
        (r#"{"user_id":"alice","session_id":"s2"}"#, IsolationSession),
        (r#"{"session_id":null}"#, IsolationSession),
        (r#"{"user_id":"bob","user_id":"alice"}"#, BodyMalformed),
        (r#"{"user_id":"alice"} {"user_id":"bob"}"#, BodyMalformed),
        ("", BodyMalformed),
        ("message=hi", BodyMalformed),
    ] {
        assert_eq!(reads(body, Some("s1")), Err(expected), "{body}");
    }
}

#[test]
fn who_speaks_for_nobody_else_goes_on() {
    let body = |without_user, without_session, empty, scalar| {
        Ok(Body { scalar, empty, without_user, without_session })
    };
    for (text, expected) in [
        (r#"{"user_id":"alice","session_id":"s1"}"#, body(false, false, false, false)),
        (r#"{"message":"hi"}"#, body(true, true, false, false)),
        (r#"{"inner":{"user_id":"bob"}}"#, body(true, true, false, false)),
        ("{}", body(true, true, true, false)),
        (r#"["bob"]"#, body(false, false, false, true)),
    ] {
        assert_eq!(reads(text, Some("s1")), expected, "{text}");
    }
}

#[test]
fn a_token_without_session_leaves_the_session_open() {
    assert!(reads(r#"{"session_id":"any"}"#, None).is_ok());
}

#[test]
fn a_body_nested_ten_thousand_deep_is_refused() {
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    assert_eq!(reads(&deep, None), Err(BodyMalformed));
}
