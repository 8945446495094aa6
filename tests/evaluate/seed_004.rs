//! The page "What are Permissions?" of `AgentWarden`, example by example and word for word.

use gatewright::Reason;
use gatewright::decide::Pdp;
use gatewright::decide::dialect::Check;
use serde_json::{Value, json};

use crate::ask::Ask;
use crate::policy::pdp;

/// An agent with the permissions of an example, as the page has them.
fn agent(permissions: &str) -> Pdp {
    let permissions: Value = serde_json::from_str(permissions).unwrap();
    pdp(&json!({ "agents": { "agent": { "permissions": permissions } } }))
}

/// What `guard.check` answers: `allowed`, `requires_approval`, `reason`.
fn check(pdp: &Pdp, action: &str, context: &str) -> (bool, bool, Option<String>) {
    let evaluation = Ask::of("agent", action, context).put(pdp, "{}").unwrap();
    let check = Check::of(&evaluation, None);
    assert_eq!(
        check.reason.is_none(),
        check.allowed,
        "a reason for what is blocked, and only that"
    );
    (check.allowed, check.requires_approval, check.reason)
}

/// Allowed, waits for approval, or denied.
fn answer(pdp: &Pdp, action: &str, context: &str) -> &'static str {
    match check(pdp, action, context) {
        (true, false, None) => "ALLOWED",
        (false, true, Some(_)) => "APPROVAL",
        (false, false, Some(_)) => "DENIED",
        impossible => panic!("{impossible:?}"),
    }
}

#[test]
fn creating_permissions_via_api() {
    let pdp = agent(
        r#"[{ "action": "stripe.refund", "max_amount": 100.00, "requires_approval": false }]"#,
    );
    assert_eq!(answer(&pdp, "stripe.refund", r#"{"amount": 100.00}"#), "ALLOWED");
    assert_eq!(answer(&pdp, "stripe.refund", r#"{"amount": 100.01}"#), "DENIED");
}

#[test]
fn action_naming_conventions() {
    for name in [
        "stripe.refund",
        "stripe.charge",
        "paypal.payout",
        "stripe.subscription.cancel",
        "order.cancel",
        "inventory.adjust",
        "customer.discount.apply",
        "blog.post.publish",
        "user.content.moderate",
        "comment.delete",
        "report.generate",
        "data.export",
        "metrics.collect",
        "email.send",
        "database.write",
        // Not recommended, and names all the same.
        "action1",
        "do_thing",
    ] {
        let pdp = agent(&json!([{ "action": name }]).to_string());
        assert_eq!(answer(&pdp, name, "{}"), "ALLOWED", "{name}");
        assert_eq!(answer(&pdp, &format!("{name}.more"), "{}"), "DENIED", "{name}");
        assert_eq!(answer(&pdp, &name.to_uppercase(), "{}"), "DENIED", "{name}");
    }
}

#[test]
fn strategy_1_tiered_permissions() {
    let pdp = agent(
        r#"[
        { "action": "stripe.refund.small", "max_amount": 50.00, "requires_approval": false },
        { "action": "stripe.refund.medium", "max_amount": 200.00, "requires_approval": false },
        { "action": "stripe.refund.large", "max_amount": 1000.00, "requires_approval": true }
    ]"#,
    );
    // def process_refund(amount)
    let process_refund = |amount: f64| {
        let action = if amount <= 50.0 {
            "stripe.refund.small"
        } else if amount <= 200.0 {
            "stripe.refund.medium"
        } else {
            "stripe.refund.large"
        };
        answer(&pdp, action, &json!({ "amount": amount }).to_string())
    };
    for (amount, expected) in [
        (0.01, "ALLOWED"),
        (50.0, "ALLOWED"),
        (50.01, "ALLOWED"),
        (200.0, "ALLOWED"),
        (200.01, "APPROVAL"),
        (1000.0, "APPROVAL"),
        (1000.01, "DENIED"),
    ] {
        assert_eq!(process_refund(amount), expected, "{amount}");
    }
    // The small permission is not for large refunds that call themselves small.
    assert_eq!(answer(&pdp, "stripe.refund.small", r#"{"amount": 51}"#), "DENIED");
    assert_eq!(answer(&pdp, "stripe.refund", r#"{"amount": 1}"#), "DENIED");
}

#[test]
fn strategy_2_environment_based_permissions() {
    let pdp = agent(
        r#"[
        { "action": "deploy.staging", "requires_approval": false },
        { "action": "deploy.production", "requires_approval": true }
    ]"#,
    );
    assert_eq!(answer(&pdp, "deploy.staging", "{}"), "ALLOWED");
    assert_eq!(answer(&pdp, "deploy.production", "{}"), "APPROVAL");
    assert_eq!(answer(&pdp, "deploy", "{}"), "DENIED");
}

#[test]
fn strategy_3_resource_specific_permissions() {
    let pdp = agent(
        r#"[
        { "action": "database.read", "requires_approval": false },
        { "action": "database.analytics.write", "requires_approval": false },
        { "action": "database.users.write", "requires_approval": true }
    ]"#,
    );
    for (action, expected) in [
        ("database.read", "ALLOWED"),
        ("database.analytics.write", "ALLOWED"),
        ("database.users.write", "APPROVAL"),
        ("database.write", "DENIED"),
        ("database.users.read", "DENIED"),
        ("database.billing.write", "DENIED"),
    ] {
        assert_eq!(answer(&pdp, action, "{}"), expected, "{action}");
    }
}

#[test]
fn using_max_amount() {
    let pdp = agent(
        r#"[{ "action": "stripe.refund", "max_amount": 100.00, "requires_approval": false }]"#,
    );
    // This will be ALLOWED (50 < 100)
    assert_eq!(check(&pdp, "stripe.refund", r#"{"amount": 50.00}"#), (true, false, None));
    // This will be DENIED (150 > 100)
    let (allowed, requires_approval, reason) =
        check(&pdp, "stripe.refund", r#"{"amount": 150.00}"#);
    assert_eq!((allowed, requires_approval), (false, false));
    assert_eq!(reason.unwrap(), "the amount exceeds what is permitted: at most 100");
}

#[test]
fn non_monetary_uses() {
    let pdp = agent(
        r#"[
        { "action": "email.send_bulk", "max_amount": 1000, "requires_approval": false },
        { "action": "api.external.call", "max_amount": 100, "requires_approval": false }
    ]"#,
    );
    for (action, amount, expected) in [
        ("email.send_bulk", 1000, "ALLOWED"),
        ("email.send_bulk", 1001, "DENIED"),
        ("api.external.call", 100, "ALLOWED"),
        ("api.external.call", 101, "DENIED"),
    ] {
        assert_eq!(
            answer(&pdp, action, &json!({ "amount": amount }).to_string()),
            expected,
            "{action}"
        );
    }
}

#[test]
fn approval_requirements() {
    let pdp = agent(r#"[{ "action": "deploy.production", "requires_approval": true }]"#);
    // allowed: false, requires_approval: true
    let found = check(&pdp, "deploy.production", r#"{"version": "v2.1.0"}"#);
    assert_eq!(found, (false, true, Some("This action requires human approval".into())));
}

#[test]
fn permission_conflicts() {
    let pdp = agent(
        r#"[
        { "action": "stripe.refund", "max_amount": 50.00, "requires_approval": false },
        { "action": "stripe.refund", "max_amount": 200.00, "requires_approval": false }
    ]"#,
    );
    // Result: Agent can refund up to $200 without approval
    for (amount, expected) in [(50, "ALLOWED"), (51, "ALLOWED"), (200, "ALLOWED"), (201, "DENIED")]
    {
        assert_eq!(
            answer(&pdp, "stripe.refund", &json!({ "amount": amount }).to_string()),
            expected,
            "{amount}"
        );
    }
}

#[test]
fn permission_validation() {
    let permissions = json!([
        { "action": "stripe.refund", "max_amount": 40 },
        { "action": "stripe.charge", "requires_approval": true },
    ]);
    let pdp = pdp(&json!({ "agents": {
        "agent": { "permissions": permissions }, "inactive": { "permissions": permissions, "active": false },
    } }));
    let reason = |agent, action| Ask::of(agent, action, r#"{"amount": 50.00}"#).reason(&pdp);
    // 1. No permission exists for this action
    assert_eq!(reason("agent", "paypal.payout"), Reason::PermissionMissing);
    // 2. Amount exceeds max_amount
    assert_eq!(reason("agent", "stripe.refund"), Reason::AmountExceeded);
    // 3. Agent is inactive
    assert_eq!(reason("inactive", "stripe.refund"), Reason::AgentInactive);
    // 4. Action requires approval
    assert_eq!(reason("agent", "stripe.charge"), Reason::ApprovalRequired);
}

#[test]
fn deleting_permissions() {
    let before = agent(r#"[{ "action": "a" }, { "action": "b" }]"#);
    let after = agent(r#"[{ "action": "b" }]"#);
    assert_eq!((answer(&before, "a", "{}"), answer(&after, "a", "{}")), ("ALLOWED", "DENIED"));
    assert_eq!(answer(&after, "b", "{}"), "ALLOWED");
}

#[test]
fn common_pattern_e_commerce_customer_support() {
    let pdp = agent(
        r#"[
        {"action": "order.cancel", "requires_approval": false},
        {"action": "stripe.refund", "max_amount": 100, "requires_approval": false},
        {"action": "stripe.refund", "max_amount": 500, "requires_approval": true},
        {"action": "customer.discount.apply", "max_amount": 20, "requires_approval": false},
        {"action": "email.send", "requires_approval": false}
    ]"#,
    );
    for (action, context, expected) in [
        ("order.cancel", "{}", "ALLOWED"),
        ("stripe.refund", r#"{"amount": 50}"#, "ALLOWED"),
        ("stripe.refund", r#"{"amount": 100}"#, "ALLOWED"),
        // Not "up to 500 without approval", which member by member it would be.
        ("stripe.refund", r#"{"amount": 100.01}"#, "APPROVAL"),
        ("stripe.refund", r#"{"amount": 500}"#, "APPROVAL"),
        ("stripe.refund", r#"{"amount": 500.01}"#, "DENIED"),
        ("stripe.refund", "{}", "DENIED"),
        ("customer.discount.apply", r#"{"amount": 20}"#, "ALLOWED"),
        ("customer.discount.apply", r#"{"amount": 21}"#, "DENIED"),
        ("email.send", "{}", "ALLOWED"),
        ("stripe.charge", r#"{"amount": 1}"#, "DENIED"),
    ] {
        assert_eq!(answer(&pdp, action, context), expected, "{action} {context}");
    }
}

#[test]
fn common_pattern_devops_automation() {
    let pdp = agent(
        r#"[
        {"action": "deploy.staging", "requires_approval": false},
        {"action": "deploy.production", "requires_approval": true},
        {"action": "database.migrate.staging", "requires_approval": false},
        {"action": "database.migrate.production", "requires_approval": true},
        {"action": "logs.read", "requires_approval": false},
        {"action": "server.restart", "requires_approval": true}
    ]"#,
    );
    for (action, expected) in [
        ("deploy.staging", "ALLOWED"),
        ("deploy.production", "APPROVAL"),
        ("database.migrate.staging", "ALLOWED"),
        ("database.migrate.production", "APPROVAL"),
        ("logs.read", "ALLOWED"),
        ("server.restart", "APPROVAL"),
        ("server.stop", "DENIED"),
        ("database.migrate", "DENIED"),
    ] {
        assert_eq!(answer(&pdp, action, "{}"), expected, "{action}");
    }
}

#[test]
fn common_pattern_data_processing() {
    let pdp = agent(
        r#"[
        {"action": "database.read", "requires_approval": false},
        {"action": "database.write", "requires_approval": false},
        {"action": "api.fetch", "requires_approval": false},
        {"action": "s3.upload", "requires_approval": false},
        {"action": "database.delete", "requires_approval": true}
    ]"#,
    );
    for (action, expected) in [
        ("database.read", "ALLOWED"),
        ("database.write", "ALLOWED"),
        ("api.fetch", "ALLOWED"),
        ("s3.upload", "ALLOWED"),
        ("database.delete", "APPROVAL"),
        ("s3.delete", "DENIED"),
    ] {
        assert_eq!(answer(&pdp, action, "{}"), expected, "{action}");
    }
}
