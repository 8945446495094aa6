//! Reads how the gate is managed while it runs.

use super::at::At;
use crate::policy::document::{Compatible, ControlDocument, WebhookDocument};

const COMPATIBLE: [(&str, Compatible); 2] =
    [("litellm", Compatible::LiteLlm), ("agentwarden", Compatible::AgentWarden)];

const SCHEME: &str = "https://";

pub(super) fn control(at: &At<'_>) -> ControlDocument {
    let object = at.object(&["compatible", "max_stale_seconds", "hard_stale_seconds", "webhook"]);
    let default = ControlDocument::default();
    let control = ControlDocument {
        compatible: object.given("compatible").map(|at| at.words(&COMPATIBLE)).unwrap_or_default(),
        max_stale_seconds: object.number("max_stale_seconds").unwrap_or(default.max_stale_seconds),
        hard_stale_seconds: object
            .number("hard_stale_seconds")
            .unwrap_or(default.hard_stale_seconds),
        webhook: object.optional("webhook").map(|at| webhook(&at)),
    };
    if control.hard_stale_seconds < control.max_stale_seconds {
        at.refuse("policy_control", "`hard_stale_seconds` is at least `max_stale_seconds`");
    }
    control
}

fn webhook(at: &At<'_>) -> WebhookDocument {
    let object = at.object(&["url", "hosts", "secret"]);
    let webhook = WebhookDocument {
        url: object.required("url").text(),
        hosts: object.required("hosts").texts(),
        secret: object.required("secret").text(),
    };
    let authority = webhook.url.strip_prefix(SCHEME).and_then(|rest| rest.split('/').next());
    let is_listed = |host: &str| webhook.hosts.iter().any(|listed| listed == host);
    if !authority.is_some_and(is_listed) {
        at.refuse("policy_control", "an address is `https://`, one of the `hosts`, and a path");
    }
    webhook
}
