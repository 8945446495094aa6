//! Lists of agents stack: an agent must stand on each. Which list is whose does not matter, nor how
//! often one is asked, and none of them widens another.

use std::collections::BTreeMap;

use gatewright::decide::{Access, Lists, OwnList, Registry};
use gatewright::policy::document::{
    AccessDocument, AccessWord, Agent, Answers, ApprovalsDocument, Authentication, ControlDocument,
    CredentialDocument, Mode, PolicyDocument, Team,
};
use proptest::prelude::*;

use crate::CASES;
use crate::random::{AGENTS, Random};

fn agent(active: bool) -> Agent {
    Agent {
        active,
        name: None,
        tenant: None,
        levels: None,
        allow: None,
        block: Vec::new(),
        permissions: None,
        shadow: false,
    }
}

fn team(ids: &[String]) -> Team {
    Team { agents: Some(AccessDocument::List(ids.to_vec())), groups: Vec::new(), blocked: false }
}

/// What somebody with these ids, if any, brings along.
fn own(ids: Option<&[String]>) -> Vec<OwnList> {
    ids.into_iter().map(|ids| OwnList::new(ids.to_vec(), Vec::new())).collect()
}

/// A registry of some agents, with one team for each list and one that may use all.
fn registry(random: &mut Random, lists: &[Vec<String>]) -> Registry {
    let mut teams: BTreeMap<String, Team> =
        lists.iter().enumerate().map(|(n, ids)| (n.to_string(), team(ids))).collect();
    let all = AccessDocument::Word(AccessWord::All);
    teams.insert("all".into(), Team { agents: Some(all), ..team(&[]) });
    let agents = random
        .once_in(2)
        .then(|| AGENTS.iter().map(|id| ((*id).to_owned(), agent(!random.once_in(5)))).collect());
    let document = PolicyDocument {
        schema: None,
        version: 1,
        authentication: Authentication {
            issuers: Vec::new(),
            virtual_keys: None,
            credential: CredentialDocument::default(),
        },
        routes: r#"{"profile":"agentos"}"#.parse().unwrap(),
        mode: Mode::default(),
        answers: Answers::default(),
        groups: BTreeMap::new(),
        teams,
        agents,
        tools: BTreeMap::new(),
        approvals: ApprovalsDocument::default(),
        budgets: Vec::new(),
        switches: Vec::new(),
        isolation: None,
        control: ControlDocument::default(),
    };
    Registry::compile(&document).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, ..ProptestConfig::default() })]

    #[test]
    fn lists_stack_by_intersection(seed: u64) {
        let mut random = Random::new(seed);
        let mut some = || AGENTS.iter().filter(|_| random.once_in(2)).map(|id| (*id).to_owned()).collect::<Vec<_>>();
        let (one, two) = (some(), some());
        let both: Vec<String> = one.iter().filter(|id| two.contains(id)).cloned().collect();
        let registry = registry(&mut random, &[one.clone(), two.clone(), both.clone()]);
        let of = |name: &str| {
            let number = registry.team_number(name).unwrap();
            &registry.team(number).unwrap().access
        };
        let all: &Access = of("all");
        for id in AGENTS.into_iter().chain(["nobody"]) {
            let admits = |ids: Option<&[String]>, team| {
                registry.admit(id, &Lists { own: &own(ids), team, tenant: None }).is_ok()
            };
            let stacked = admits(Some(&one), of("1"));
            // Commutative.
            prop_assert_eq!(stacked, admits(Some(&two), of("0")));
            // The intersection, as one list or as the other.
            prop_assert_eq!(stacked, admits(Some(&both), all));
            prop_assert_eq!(stacked, admits(None, of("2")));
            // Associative: intersected first, and then with one of the two again.
            prop_assert_eq!(stacked, admits(Some(&both), of("1")));
            prop_assert_eq!(stacked, admits(Some(&one), of("2")));
            // Idempotent.
            prop_assert_eq!(admits(Some(&one), of("0")), admits(Some(&one), all));
            prop_assert_eq!(admits(Some(&one), of("0")), admits(None, of("0")));
            // Neither widens the other.
            prop_assert!(!stacked || admits(Some(&one), all) && admits(None, of("1")));
        }
        let own = own(Some(&one));
        let lists = Lists { own: &own, team: of("1"), tenant: None };
        let admitted = registry.admitted(&lists).unwrap();
        let expected: Vec<&str> = AGENTS.into_iter().filter(|id| registry.admit(id, &lists).is_ok()).collect();
        prop_assert_eq!(admitted, expected);
    }
}
