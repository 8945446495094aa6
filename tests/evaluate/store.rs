//! A store as `pkg/evaluator.js` uses one: asked for what an evaluation needs, told what follows.

use std::collections::BTreeMap;

use gatewright::Reason;
use gatewright::decide::approval::{Approval, Approver, Verdict};
use gatewright::decide::{Evaluation, Pdp};
use serde_json::{Value, json};

use crate::ask::Ask;
use crate::policy::NOW;

#[derive(Default)]
pub(crate) struct Store {
    pub(crate) meters: BTreeMap<String, Value>,
    /// By what they are bound to.
    pub(crate) approvals: BTreeMap<String, Approval>,
}

impl Store {
    /// Asks, once without a state and, where one speaks, once with it.
    pub(crate) fn ask(&mut self, pdp: &Pdp, ask: &Ask<'_>) -> Reason {
        match self.evaluation(pdp, ask) {
            Ok(evaluation) => evaluation.reason,
            Err(reason) => reason,
        }
    }

    pub(crate) fn evaluation(&mut self, pdp: &Pdp, ask: &Ask<'_>) -> Result<Evaluation, Reason> {
        let first = ask.put(pdp, "{}")?;
        let binding = first.wanted.as_ref().map(|wanted| wanted.binding.key());
        if binding.is_none() && first.meters.is_empty() {
            return Ok(first);
        }
        let approval = binding.as_ref().and_then(|key| self.approvals.get(key));
        let meters: BTreeMap<&str, &Value> = first
            .meters
            .iter()
            .filter_map(|(key, _)| Some((key.as_str(), self.meters.get(key)?)))
            .collect();
        let state = json!({ "approval": approval, "meters": meters }).to_string();
        let evaluation = ask.put(pdp, &state)?;
        for (key, meter) in &evaluation.meters {
            self.meters.insert(key.clone(), json!(meter.as_ref().unwrap()));
        }
        if let (Some(used), Some(key)) = (&evaluation.used, binding) {
            self.approvals.insert(key, used.clone());
        }
        Ok(evaluation)
    }

    /// Has a person say yes or no to what an evaluation waits for.
    pub(crate) fn decide(&mut self, pdp: &Pdp, ask: &Ask<'_>, by: &str, verdict: Verdict) {
        let wanted = ask.put(pdp, "{}").unwrap().wanted.unwrap();
        let (key, binding) = (wanted.binding.key(), wanted.binding);
        let pending = Approval::request("apr_1".into(), wanted.kind, binding, NOW, 3600).unwrap();
        let approver = Approver { subject: by, is_entitled: true };
        let decided = pending.decide(&approver, verdict, None, NOW).unwrap();
        self.approvals.insert(key, decided);
    }

    /// Leaves an approval as somebody asked for it.
    pub(crate) fn request(&mut self, pdp: &Pdp, ask: &Ask<'_>) {
        let wanted = ask.put(pdp, "{}").unwrap().wanted.unwrap();
        let key = wanted.binding.key();
        let asked = Approval::request("apr_1".into(), wanted.kind, wanted.binding, NOW, 3600);
        self.approvals.insert(key, asked.unwrap());
    }
}
