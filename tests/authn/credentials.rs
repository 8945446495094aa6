//! Where in a request the token is.

use gatewright::{
    Reason,
    authn::{CredentialRules, credential},
    policy::document::{CredentialDocument, Flavour},
};

fn rules(header: Option<&str>, cookie: Option<&str>, flavour: Flavour) -> CredentialRules {
    let document =
        CredentialDocument { header: header.map(Into::into), cookie: cookie.map(Into::into) };
    CredentialRules::compile(&document, flavour, "/authentication/credential").unwrap()
}

fn found(
    header: Option<&str>,
    cookie: Option<&str>,
    rules: &CredentialRules,
) -> Result<String, Reason> {
    credential(header.map(str::as_bytes), cookie.map(str::as_bytes), rules)
        .and_then(|credential| credential.token())
        .map(|token| String::from_utf8(token.to_vec()).unwrap())
}

/// RFC 6750 §2.1, RFC 9110 §11.1.
#[test]
fn authorization_header() {
    let rules = rules(None, None, Flavour::Strict);
    for value in ["Bearer a.b.c", "bearer a.b.c", "BEARER   a.b.c", " Bearer a.b.c "] {
        assert_eq!(found(Some(value), None, &rules).as_deref(), Ok("a.b.c"), "{value:?}");
    }
    assert_eq!(found(Some("Bearer aA0-._~+/=="), None, &rules).as_deref(), Ok("aA0-._~+/=="));
    for (value, reason) in [
        (None, Reason::CredentialsMissing),
        (Some(""), Reason::CredentialsMissing),
        (Some("  "), Reason::CredentialsMissing),
        (Some("Bearer"), Reason::CredentialsMissing),
        (Some("Bearer  "), Reason::CredentialsMissing),
        (Some("a.b.c"), Reason::CredentialsScheme),
        (Some("Basic YTpi"), Reason::CredentialsScheme),
        (Some("Token a.b.c"), Reason::CredentialsScheme),
        (Some("Bearer\ta.b.c"), Reason::CredentialsScheme),
        (Some("Bearer: a.b.c"), Reason::CredentialsScheme),
        (Some("Bearer a.b.c, Bearer d.e.f"), Reason::CredentialsAmbiguous),
        (Some("Bearer a.b.c,d.e.f"), Reason::CredentialsAmbiguous),
        (Some("Bearer a.b.c d.e.f"), Reason::TokenMalformed),
        (Some("Bearer a.b.c;x"), Reason::TokenMalformed),
        (Some("Bearer ="), Reason::TokenMalformed),
        (Some("Bearer a=b"), Reason::TokenMalformed),
        (Some("Bearer é"), Reason::TokenMalformed),
        (Some("Bearer a\0b"), Reason::TokenMalformed),
    ] {
        assert_eq!(found(value, None, &rules), Err(reason), "{value:?}");
    }
    // The cookie is not looked at unless it is named.
    assert_eq!(found(None, Some("access_token=a.b.c"), &rules), Err(Reason::CredentialsMissing));
}

#[test]
fn header_of_ones_own() {
    let rules = rules(Some("X-Api-Token"), None, Flavour::Strict);
    assert_eq!(rules.header.as_deref(), Some("x-api-token"));
    for value in ["a.b.c", "Bearer a.b.c"] {
        assert_eq!(found(Some(value), None, &rules).as_deref(), Ok("a.b.c"));
    }
    assert_eq!(found(Some("a.b.c, d.e.f"), None, &rules), Err(Reason::CredentialsAmbiguous));
    assert_eq!(found(Some("Basic YTpi"), None, &rules), Err(Reason::TokenMalformed));
}

/// RFC 6265 §4.2.1.
#[test]
fn cookies() {
    let cookie = rules(None, Some("access_token"), Flavour::Strict);
    for value in [
        "access_token=a.b.c",
        "x=y; access_token=a.b.c",
        "access_token=a.b.c;x=y",
        "access_token=\"a.b.c\"; x",
        " access_token = a.b.c ; ",
        "Access_Token=no; access_token=a.b.c",
        "xaccess_token=no;access_token=a.b.c",
    ] {
        assert_eq!(found(None, Some(value), &cookie).as_deref(), Ok("a.b.c"), "{value:?}");
    }
    for (value, reason) in [
        ("", Reason::CredentialsMissing),
        ("x=y", Reason::CredentialsMissing),
        ("access_token", Reason::CredentialsMissing),
        ("access_token=", Reason::CredentialsMissing),
        ("access_token=\"\"", Reason::CredentialsMissing),
        ("access_token=a.b.c; access_token=d.e.f", Reason::CredentialsAmbiguous),
        ("access_token=a.b.c; access_token=a.b.c", Reason::CredentialsAmbiguous),
        ("access_token=a,b", Reason::CredentialsAmbiguous),
        ("access_token=a b", Reason::TokenMalformed),
    ] {
        assert_eq!(found(None, Some(value), &cookie), Err(reason), "{value:?}");
    }
    // A header is not looked at unless it is named, or nothing is.
    assert_eq!(found(Some("Bearer a.b.c"), None, &cookie), Err(Reason::CredentialsMissing));

    // With both, the header goes first, and a bad header is not saved by the cookie.
    let both = rules(Some("Authorization"), Some("access_token"), Flavour::Strict);
    assert_eq!(found(Some("Bearer h"), Some("access_token=c"), &both).as_deref(), Ok("h"));
    assert_eq!(found(None, Some("access_token=c"), &both).as_deref(), Ok("c"));
    assert_eq!(found(Some(""), Some("access_token=c"), &both).as_deref(), Ok("c"));
    assert_eq!(
        found(Some("Basic x"), Some("access_token=c"), &both),
        Err(Reason::CredentialsScheme)
    );
}

/// What AgentOS 3.1 does: without the scheme the whole value is the token.
#[test]
fn agno() {
    let agno = rules(Some("authorization"), Some("access_token"), Flavour::Agno31);
    for (value, token) in [
        ("Bearer a.b.c", "a.b.c"),
        ("bEARER  a.b.c ", "a.b.c"),
        ("a.b.c", "a.b.c"),
        ("Basic x", "Basic x"),
        ("Token x", "Token x"),
        ("Bearer\tx", "Bearer\tx"),
        ("Bearer", "Bearer"),
        ("Bearer a, b", "a, b"),
    ] {
        assert_eq!(
            found(Some(value), Some("access_token=c"), &agno).as_deref(),
            Ok(token),
            "{value:?}"
        );
    }
    assert_eq!(found(Some(""), Some("access_token=c"), &agno).as_deref(), Ok("c"));
    assert_eq!(found(None, Some("access_token=c; access_token=d"), &agno).as_deref(), Ok("d"));
    assert_eq!(found(None, Some("x=y"), &agno), Err(Reason::CredentialsMissing));
}

#[test]
fn names_that_cannot_be() {
    for name in ["", "a b", "a:b", "é", "a\n"] {
        for (header, cookie) in [(Some(name), None), (None, Some(name))] {
            let document = CredentialDocument {
                header: header.map(Into::into),
                cookie: cookie.map(Into::into),
            };
            let error = CredentialRules::compile(&document, Flavour::Strict, "").unwrap_err();
            assert_eq!(error.code, "policy_credential");
        }
    }
}
