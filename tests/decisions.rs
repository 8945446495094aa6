//! The shared vectors, as the Rust core answers them. Node and workerd answer the same files.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;

use gatewright::decide::{Outcome, Pdp, Request};
use gatewright::policy::{Policy, Secrets};
use gatewright::request::Method;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    policy: serde_json::Value,
    secrets: Secrets,
    now: f64,
    tokens: BTreeMap<String, String>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    request: CaseRequest,
    decision: bool,
    reason: String,
    status: u16,
    detail: Option<String>,
    challenge: Option<String>,
}

#[derive(Deserialize)]
struct CaseRequest {
    method: String,
    path: String,
    token: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("vectors/decisions.json")).unwrap()
}

impl Vectors {
    fn pdp(&self) -> Pdp {
        let mut pdp = Pdp::new(Policy::parse(&self.policy.to_string(), &self.secrets).unwrap());
        pdp.seed((1, 2));
        pdp
    }

    /// Every case answers as it says, with a trace and without.
    fn check(&self, pdp: &mut Pdp, explain: bool) {
        for case in &self.cases {
            let bearer =
                case.request.token.as_ref().map(|name| format!("Bearer {}", self.tokens[name]));
            let header = bearer.as_ref().or(case.request.headers.get("Authorization"));
            let method = Method::from_name(&case.request.method);
            let path = case.request.path.as_bytes();
            let request = Request {
                method,
                path,
                authorization: header.map(String::as_bytes),
                cookie: None,
                keys: None,
                upgrade: case.request.headers.contains_key("Upgrade"),
                any_case: false,
                explain,
            };
            let Outcome::Decided(decision) = pdp.begin(&request, self.now) else {
                panic!("{}: waits for a signature", case.name);
            };
            assert_eq!(decision.reason.code(), case.reason, "{}", case.name);
            assert_eq!(decision.reason.allows(), case.decision, "{}", case.name);
            assert_eq!(decision.trace.notes().is_some(), explain, "{}", case.name);
            let answer = pdp.answer(&decision, method, path);
            assert_eq!(answer.status, case.status, "{}", case.name);
            if let Some(detail) = &case.detail {
                assert_eq!(answer.detail, *detail, "{}", case.name);
            }
            if case.challenge.is_some() {
                assert_eq!(answer.challenge, case.challenge, "{}", case.name);
            }
        }
    }
}

#[test]
fn every_case_is_answered_as_it_says() {
    let vectors = vectors();
    vectors.check(&mut vectors.pdp(), false);
}

#[test]
fn a_trace_changes_nothing() {
    let vectors = vectors();
    vectors.check(&mut vectors.pdp(), true);
}

#[test]
fn a_token_that_was_verified_before_changes_nothing() {
    let vectors = vectors();
    let mut pdp = vectors.pdp();
    vectors.check(&mut pdp, false);
    vectors.check(&mut pdp, false);
}

#[test]
fn every_reason_has_a_case() {
    // Where the others have theirs.
    const ELSEWHERE: &[(&str, &str)] = &[
        ("action_blocked", "tests/evaluate/layers.rs"),
        ("action_ungoverned", "tests/evaluate/layers.rs"),
        ("action_unlisted", "tests/evaluate/layers.rs"),
        ("amount_exceeded", "tests/evaluate/tiers.rs"),
        ("amount_invalid", "tests/evaluate/tiers.rs"),
        ("approval_decided", "tests/evaluate/approvals.rs"),
        ("approval_denied", "tests/evaluate/approvals.rs"),
        ("approval_expired", "tests/evaluate/approvals.rs"),
        ("approval_mismatch", "tests/evaluate/approvals.rs"),
        ("approval_pending", "tests/evaluate/approvals.rs"),
        ("approval_required", "tests/evaluate/approvals.rs"),
        ("approval_self", "tests/evaluate/approvals.rs"),
        ("approval_unavailable", "tests/evaluate/approvals.rs"),
        ("approval_unentitled", "tests/evaluate/approvals.rs"),
        ("approval_used", "tests/evaluate/approvals.rs"),
        ("body_malformed", "tests/isolation.rs, tests/js/isolation.test.js"),
        ("body_too_large", "tests/js/isolation.test.js"),
        ("body_type", "tests/js/isolation.test.js"),
        ("budget_calls", "tests/evaluate/budgets.rs"),
        ("budget_loop", "tests/evaluate/budgets.rs"),
        ("budget_spend", "tests/evaluate/budgets.rs"),
        ("budget_steps", "tests/evaluate/budgets.rs"),
        ("budget_unavailable", "tests/evaluate/budgets.rs"),
        ("clock_invalid", "tests/pdp/main.rs, tests/evaluate/malformed.rs"),
        ("context_depth", "tests/evaluate/malformed.rs"),
        ("context_duplicate_member", "tests/evaluate/malformed.rs"),
        ("context_malformed", "tests/evaluate/malformed.rs"),
        ("context_number", "tests/evaluate/approvals.rs"),
        ("context_too_large", "tests/evaluate/malformed.rs"),
        ("dry_run", "tests/evaluate/modes.rs"),
        ("engine_fault", "tests/js/trap.test.js"),
        ("guard_enum", "tests/evaluate/guards.rs"),
        ("guard_host", "tests/evaluate/guards.rs"),
        ("guard_missing", "tests/evaluate/guards.rs"),
        ("guard_path", "tests/evaluate/guards.rs"),
        ("guard_pattern", "tests/evaluate/guards.rs"),
        ("guard_range", "tests/evaluate/guards.rs"),
        ("guard_sql", "tests/evaluate/guards.rs"),
        ("guard_type", "tests/evaluate/guards.rs"),
        ("guard_unavailable", "tests/js/guards.test.js"),
        ("idempotency_duplicate", "tests/evaluate/budgets.rs"),
        ("idempotency_mismatch", "tests/evaluate/budgets.rs"),
        ("isolation_session", "tests/isolation.rs"),
        ("isolation_unsupported", "tests/js/middleware.test.js"),
        ("isolation_user", "tests/isolation.rs"),
        ("key_blocked", "tests/litellm/keys.rs"),
        ("key_budget", "tests/litellm/keys.rs"),
        ("key_expired", "tests/litellm/keys.rs"),
        ("key_malformed", "tests/litellm/keys.rs"),
        ("key_record", "tests/litellm/keys.rs, tests/js/store.test.js"),
        ("key_route", "tests/litellm/routes.rs"),
        ("key_unavailable", "tests/litellm/keys.rs, tests/js/store.test.js"),
        ("key_unknown", "tests/litellm/keys.rs"),
        ("list_unreadable", "tests/js/enforce.test.js"),
        ("name_malformed", "tests/evaluate/malformed.rs"),
        ("origin_unreachable", "tests/workerd/worker.test.js"),
        ("permission_missing", "tests/evaluate/tiers.rs"),
        ("policy_invalid", "tests/workerd/worker.test.js"),
        ("question_malformed", "tests/evaluate/budgets.rs"),
        ("route_spelling", "tests/pdp/main.rs"),
        ("shadowed", "tests/evaluate/modes.rs"),
        ("switch_action", "tests/evaluate/modes.rs"),
        ("switch_agent", "tests/evaluate/modes.rs"),
        ("switch_all", "tests/evaluate/modes.rs"),
        ("switch_subject", "tests/evaluate/modes.rs"),
        ("switch_tenant", "tests/evaluate/modes.rs"),
        ("switch_unreadable", "tests/evaluate/modes.rs"),
        ("switch_writes", "tests/evaluate/modes.rs"),
        ("team_blocked", "tests/litellm/keys.rs"),
        ("team_budget", "tests/litellm/keys.rs"),
        ("token_key_ambiguous", "tests/authn/keys.rs"),
        ("token_key_unknown", "tests/authn/attacks/header.rs"),
        ("token_keys_unavailable", "tests/pdp/main.rs"),
        ("token_type", "tests/authn/attacks/header.rs"),
        ("tool_level", "tests/evaluate/layers.rs"),
        ("tool_unknown", "tests/evaluate/layers.rs"),
        ("tool_unlevelled", "tests/evaluate/layers.rs"),
        ("verification_busy", "tests/pdp/main.rs"),
        ("verification_failed", "tests/pdp/main.rs"),
    ];
    let vectors = vectors();
    for reason in gatewright::Reason::all() {
        let here = vectors.cases.iter().any(|case| case.reason == reason.code());
        let elsewhere = ELSEWHERE.iter().find(|(code, _)| *code == reason.code());
        assert!(here != elsewhere.is_some(), "{} has its case in one place", reason.code());
        for file in elsewhere.into_iter().flat_map(|(_, files)| files.split(", ")) {
            let place = concat!(env!("CARGO_MANIFEST_DIR"), "/").to_owned() + file;
            let text = std::fs::read_to_string(&place).unwrap_or_default();
            let camel: String = reason
                .code()
                .split('_')
                .map(|word| word[..1].to_uppercase() + &word[1..])
                .collect();
            let status = format!("{}", reason.status());
            let named =
                text.contains(reason.code()) || text.contains(&camel) || text.contains(&status);
            assert!(named, "{file} has no case of {}", reason.code());
        }
    }
}
