//! A second evaluator, as simple as can be, held against the compiled one.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod evaluator;
#[path = "../evaluate/policy.rs"]
mod policy;
mod put;
mod random;

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use random::Random;
use serde_json::json;

const POLICIES: u64 = 1000;
const QUESTIONS: usize = 100;

/// A hundred thousand pairs. What differs names its seed; put it in `GATEWRIGHT_SEED` to see it again.
#[test]
fn both_evaluators_agree() {
    let seed = std::env::var("GATEWRIGHT_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| RandomState::new().hash_one(0) >> 16);
    let mut outcomes: HashMap<(bool, String), usize> = HashMap::new();
    for number in 0..POLICIES {
        let mut random = Random::new(seed + number);
        let policy = random.policy();
        let pdp = policy::pdp(&policy);
        for _ in 0..QUESTIONS {
            let asked = random.asked();
            let evaluation = put::put(&pdp, &asked, false);
            let layer = evaluation.layer.map(|layer| json!(layer).as_str().unwrap().to_owned());
            let (allowed, denied_by) = evaluator::decide(&policy, &asked);
            assert_eq!(
                (evaluation.reason.allows(), layer.as_deref()),
                (allowed, denied_by),
                "seed {}: {} for {asked:?}\n{policy:#}",
                seed + number,
                evaluation.reason.code(),
            );
            *outcomes.entry((allowed, denied_by.unwrap_or_default().to_owned())).or_default() += 1;
        }
    }
    // A race that never leaves the first layer proves nothing.
    for layer in ["", "switch", "scope", "access", "agent", "action", "budget", "approval"] {
        let count = outcomes.get(&(layer.is_empty(), layer.to_owned())).copied().unwrap_or(0);
        assert!(count > 200, "{layer:?} decided {count} of them: {outcomes:?}");
    }
}
