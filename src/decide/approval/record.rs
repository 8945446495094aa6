//! An approval out of a store.

use serde::Serializer;

use super::{Approval, Approver, Binding, State};
use crate::json::Json;
use crate::policy::document::ApprovalKind;

impl Approval {
    /// Reads what [`Serialize`](serde::Serialize) writes. `None` for anything else: a member that
    /// is missing, unknown or of another type, a word that is none, a time that is not finite,
    /// and a state that does not go with who decided and when.
    #[must_use]
    pub fn from_json(json: &Json) -> Option<Self> {
        let [id, kind, binding, state, requested_at, expires_at, decided_by, decided_at, note] =
            json.members([
                "id",
                "kind",
                "binding",
                "state",
                "requested_at",
                "expires_at",
                "decided_by",
                "decided_at",
                "note",
            ])?;
        let decided_at = match decided_at {
            Json::Null => None,
            time => Some(time.time()?),
        };
        let approval = Self {
            id: id.as_str()?.to_owned(),
            kind: kind_of(kind.as_str()?)?,
            binding: Binding::from_json(binding)?,
            state: state_of(state.as_str()?)?,
            requested_at: requested_at.time()?,
            expires_at: expires_at.time()?,
            decided_by: decided_by.text_or_null()?,
            decided_at,
            note: note.text_or_null()?,
        };
        approval.is_consistent().then_some(approval)
    }

    /// Whether exactly those that were decided say by whom and when, and that was nobody who
    /// never may.
    fn is_consistent(&self) -> bool {
        match (self.decided_by.as_deref(), self.decided_at) {
            (None, None) => self.state == State::Pending && self.note.is_none(),
            (Some(subject), Some(_)) => {
                let approver = Approver { subject, is_entitled: true };
                self.state != State::Pending && self.entitle(&approver).is_ok()
            }
            _ => false,
        }
    }
}

const KINDS: [(&str, ApprovalKind); 2] =
    [("approval", ApprovalKind::Approval), ("confirmation", ApprovalKind::Confirmation)];

fn kind_of(word: &str) -> Option<ApprovalKind> {
    KINDS.iter().find(|(known, _)| *known == word).map(|(_, kind)| *kind)
}

/// Writes the word for a kind. The type itself cannot: what a policy can write has defaults in the
/// schema.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
pub(super) fn write_kind<S: Serializer>(
    kind: &ApprovalKind,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let word = KINDS.iter().find(|(_, known)| known == kind).map(|(word, _)| *word);
    serializer.serialize_str(word.unwrap_or_default())
}

fn state_of(word: &str) -> Option<State> {
    match word {
        "pending" => Some(State::Pending),
        "approved" => Some(State::Approved),
        "denied" => Some(State::Denied),
        "used" => Some(State::Used),
        _ => None,
    }
}
