//! Random policies and questions, out of few names, so that they often meet.

use serde_json::{Value, json};

pub(crate) const AGENTS: [&str; 3] = ["a", "b", "c"];
pub(crate) const ACTIONS: [&str; 8] = ["x", "s.x", "s.y", "s.x.y", "s.", "tool", "bare", "s"];
pub(crate) const PATTERNS: [&str; 8] = ["x", "s.x", "s.y", "s.x.y", "tool", "bare", "s.*", "s.x.*"];
pub(crate) const LEVELS: [&str; 4] = ["read", "write", "execute", "delete"];
pub(crate) const SCOPES: [&str; 5] =
    ["agents:run", "agents:*:run", "agents:a:run", "agents:b:run", "agents:read"];
const AMOUNTS: [&str; 12] =
    ["0", "0.1", "0.3", "5", "5.0", "5.01", "10", "1e1", "-1", "\"5\"", "null", "true"];

/// A generator that is small enough to be read (xorshift64*). One seed, one policy.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).unwrap() % bound
    }

    /// True once in so many times.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// Some of these, each once, in their order.
    pub(crate) fn some<T: Copy>(&mut self, all: &[T]) -> Vec<T> {
        all.iter().copied().filter(|_| self.once_in(2)).collect()
    }

    fn limit(&mut self) -> Value {
        serde_json::from_str(self.of(&["0", "0.3", "5", "5.00", "10", "1e1"])).unwrap()
    }

    pub(crate) fn permission(&mut self) -> Value {
        let mut permission = json!({ "action": self.of(&PATTERNS) });
        if self.once_in(2) {
            permission["max_amount"] = self.limit();
        }
        if self.once_in(3) {
            permission["requires_approval"] = json!(true);
            if self.once_in(2) {
                permission["approval"] = json!(self.of(&["approval", "confirmation"]));
            }
        }
        if self.once_in(5) {
            permission["dry_run"] = json!(true);
        }
        permission
    }

    fn agent(&mut self) -> Value {
        let mut agent = json!({});
        if self.once_in(4) {
            agent["levels"] = json!(self.some(&LEVELS));
        }
        if self.once_in(3) {
            agent["allow"] = json!(self.some(&PATTERNS));
        }
        if !self.once_in(3) {
            let permissions: Vec<Value> = (0..self.below(5)).map(|_| self.permission()).collect();
            agent["permissions"] = json!(permissions);
        }
        if self.once_in(4) {
            agent["block"] = json!([self.of(&PATTERNS)]);
        }
        if self.once_in(8) {
            agent["active"] = json!(false);
        }
        if self.once_in(6) {
            agent["tenant"] = json!(self.of(&["t", "u"]));
        }
        if self.once_in(6) {
            agent["shadow"] = json!(true);
        }
        agent
    }

    pub(crate) fn switch(&mut self) -> Value {
        match self.of(&["all", "writes", "tenant", "agent", "subject", "action"]) {
            stop @ ("all" | "writes") => json!({ "stop": stop }),
            "tenant" => json!({ "stop": "tenant", "id": self.of(&["t", "u"]) }),
            "agent" => json!({ "stop": "agent", "id": self.of(&AGENTS) }),
            "subject" => json!({ "stop": "subject", "id": self.of(&["me", "you"]) }),
            _ => json!({ "stop": "action", "id": self.of(&PATTERNS) }),
        }
    }

    pub(crate) fn budget(&mut self, name: &str) -> Value {
        let mut budget = json!({ "name": name });
        budget["per"] = json!(self.of(&["all", "tenant", "subject", "agent"]));
        match self.below(4) {
            0 => budget["spend"] = self.limit(),
            kind => {
                budget[["calls", "steps", "repeats"][kind - 1]] = json!(self.below(3));
            }
        }
        if self.once_in(2) {
            budget["actions"] = json!([self.of(&PATTERNS)]);
        }
        if self.once_in(3) {
            budget["agents"] = json!([self.of(&AGENTS)]);
        }
        budget
    }

    /// The members of a policy.
    pub(crate) fn policy(&mut self) -> Value {
        let mut policy = json!({ "tools": { "tool": { "level": self.of(&LEVELS) }, "bare": {} } });
        for tool in ["tool", "bare"] {
            if self.once_in(5) {
                policy["tools"][tool]["approval"] = json!(self.of(&["approval", "confirmation"]));
            }
            if self.once_in(8) {
                policy["tools"][tool]["dry_run"] = json!(true);
            }
        }
        if !self.once_in(10) {
            for agent in AGENTS.into_iter().take(1 + self.below(3)) {
                policy["agents"][agent] = self.agent();
            }
        }
        let named = policy["agents"].as_object().map_or_else(
            || AGENTS.to_vec(),
            |agents| AGENTS.into_iter().filter(|id| agents.contains_key(*id)).collect(),
        );
        let word = if self.once_in(2) { "all" } else { "none" };
        policy["teams"] = json!({
            "some": { "agents": self.some(&named) }, "word": { "agents": word },
        });
        if self.once_in(4) {
            policy["switches"] = json!([self.switch()]);
        }
        let budgets = if self.once_in(2) { 0 } else { 1 + self.below(2) };
        let budgets: Vec<Value> = (0..budgets).map(|n| self.budget(&format!("b{n}"))).collect();
        policy["budgets"] = json!(budgets);
        if self.once_in(6) {
            policy["mode"] = json!("shadow");
        }
        policy
    }

    /// What is asked, and what is known about it.
    pub(crate) fn asked(&mut self) -> Asked {
        let amount = match self.below(3) {
            0 => "{}".to_owned(),
            1 => format!(r#"{{"amount":{}}}"#, self.of(&AMOUNTS)),
            _ => format!(r#"{{"amount":{},"note":[1,{{"b":2,"a":1}}]}}"#, self.of(&AMOUNTS)),
        };
        Asked {
            agent: self.of(&AGENTS),
            action: if self.once_in(6) { "run" } else { self.of(&ACTIONS) },
            uses: false,
            context: amount,
            subject: self.maybe(&["me", "you"]),
            tenant: self.maybe(&["t", "u"]),
            scopes: self.once_in(3).then(|| self.some(&SCOPES)),
            agents: self.once_in(5).then(|| self.some(&AGENTS)),
            team: self.once_in(5).then(|| self.of(&["some", "word", "none such"])),
            has_meters: !self.once_in(4),
            approval: self.once_in(2).then(|| Held {
                is_for_this: !self.once_in(4),
                state: self.of(&["pending", "approved", "approved", "denied", "used"]),
                kind: self.of(&["approval", "confirmation"]),
            }),
        }
        .used()
    }

    fn maybe(&mut self, all: &[&'static str]) -> Option<&'static str> {
        if self.once_in(3) { None } else { Some(self.of(all)) }
    }
}

/// What is asked: an agent acts, or somebody uses an agent.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) agent: &'static str,
    pub(crate) action: &'static str,
    pub(crate) uses: bool,
    pub(crate) context: String,
    pub(crate) subject: Option<&'static str>,
    pub(crate) tenant: Option<&'static str>,
    pub(crate) scopes: Option<Vec<&'static str>>,
    pub(crate) agents: Option<Vec<&'static str>>,
    pub(crate) team: Option<&'static str>,
    /// Whether the store answers for budgets. Then it has counted nothing yet.
    pub(crate) has_meters: bool,
    pub(crate) approval: Option<Held>,
}

/// An approval that the store holds.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) is_for_this: bool,
    pub(crate) state: &'static str,
    pub(crate) kind: &'static str,
}

impl Asked {
    /// `run` is what is done to an agent.
    fn used(self) -> Self {
        Self { uses: self.action == "run", ..self }
    }
}
