//! From the policy to guards.

use std::slice;

use super::check::Check;
use super::path::Root;
use super::rules;
use super::{Judge, Kind, Verdict};
use crate::Reason;
use crate::json::{Decimal, Json, Number, Pointer};
use crate::policy::document::{GuardDocument, SqlDocument};
use crate::policy::{self, PolicyError};

/// What is wrong with a member.
pub(super) type Fault = &'static str;

/// The schemes of URLs that name a host in the way that the judge reads.
const SCHEMES: [&str; 4] = ["http", "https", "ws", "wss"];

/// The guards of a tool, all of which must agree.
#[derive(Default)]
pub struct Guards(Vec<Guard>);

impl Guards {
    /// Compiles the guards of a tool. `pointer` is where their list stands in the policy.
    ///
    /// # Errors
    ///
    /// As [`Guard::compile`].
    pub fn compile(
        documents: &[GuardDocument],
        pointer: &str,
        judge: Judge,
    ) -> Result<Self, PolicyError> {
        let guards = documents.iter().enumerate();
        guards
            .map(|(index, one)| Guard::compile(one, &format!("{pointer}/{index}"), judge))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Reads and compiles a list of guards by itself.
    ///
    /// # Errors
    ///
    /// As [`Policy::parse`](crate::Policy::parse) and [`Guard::compile`].
    pub fn parse(text: &str, judge: Judge) -> Result<Self, PolicyError> {
        Self::compile(&policy::guards(text)?, "", judge)
    }

    /// Whether the arguments pass.
    ///
    /// # Errors
    ///
    /// The reason of the first guard, in the order of the policy, that does not agree.
    pub fn check(&self, context: &Json, judge: Judge) -> Result<(), Reason> {
        self.0.iter().try_for_each(|guard| guard.check(context, judge))
    }

    /// Whether there is nothing to check.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What one argument must be.
pub struct Guard {
    at: Pointer,
    is_required: bool,
    checks: Vec<Check>,
}

impl Guard {
    /// Compiles a guard, which stands at `pointer` in the policy.
    ///
    /// # Errors
    ///
    /// `policy_guard` if it can never be kept or checks nothing; `policy_guard_unavailable` if it
    /// needs the judge, and there is none.
    pub fn compile(
        document: &GuardDocument,
        pointer: &str,
        judge: Judge,
    ) -> Result<Self, PolicyError> {
        let place = Place { pointer, judge };
        let at = Pointer::parse(&document.at);
        let at = at.ok_or_else(|| place.refuse("at", "this is not a JSON Pointer (RFC 6901)"))?;
        let checks = [
            place.amount(document)?,
            place.range(document)?,
            place.values(document)?,
            place.pattern(document)?,
            place.path(document)?,
            place.hosts(document)?,
            place.sql(document)?,
        ];
        let checks: Vec<_> = checks.into_iter().flatten().collect();
        if checks.is_empty() {
            let message = "this guard checks nothing; say what the argument must be";
            return Err(PolicyError::at(pointer, "policy_guard", message));
        }
        Ok(Self { at, is_required: document.required != Some(false), checks })
    }

    /// Whether the argument passes. `null` is an argument, and of the wrong type for most checks.
    ///
    /// # Errors
    ///
    /// The reason of the first check that does not agree.
    pub fn check(&self, context: &Json, judge: Judge) -> Result<(), Reason> {
        match self.at.find(context) {
            Some(argument) => self.checks.iter().try_for_each(|check| check.apply(argument, judge)),
            None if self.is_required => Err(Reason::GuardMissing),
            None => Ok(()),
        }
    }
}

/// Where a guard stands, and who judges its texts.
struct Place<'p> {
    pointer: &'p str,
    judge: Judge,
}

type Compiled = Result<Option<Check>, PolicyError>;

impl Place<'_> {
    fn amount(&self, document: &GuardDocument) -> Compiled {
        let Some(limit) = self.decimal("max_amount", document.max_amount.as_ref())? else {
            return Ok(None);
        };
        if limit.is_negative() {
            return Err(self.refuse("max_amount", "no amount is as small as that"));
        }
        Ok(Some(Check::Amount(limit)))
    }

    fn range(&self, document: &GuardDocument) -> Compiled {
        let minimum = self.decimal("minimum", document.minimum.as_ref())?;
        let maximum = self.decimal("maximum", document.maximum.as_ref())?;
        if let (Some(minimum), Some(maximum)) = (minimum, maximum)
            && minimum > maximum
        {
            return Err(self.refuse("minimum", "this is more than `maximum`"));
        }
        let is_bounded = minimum.is_some() || maximum.is_some();
        Ok(is_bounded.then_some(Check::Range(minimum, maximum)))
    }

    fn decimal(
        &self,
        member: &str,
        number: Option<&Number>,
    ) -> Result<Option<Decimal>, PolicyError> {
        let Some(number) = number else { return Ok(None) };
        let decimal = Decimal::of(number);
        decimal
            .map(Some)
            .ok_or_else(|| self.refuse(member, "at most 37 digits can be held exactly"))
    }

    fn values(&self, document: &GuardDocument) -> Compiled {
        let Some(values) = &document.values else { return Ok(None) };
        self.filled("enum", values)?;
        if let Some(index) = values.iter().position(|value| !is_exact(value)) {
            let message = "a number of more than 37 digits cannot be held exactly";
            return Err(self.refuse(&format!("enum/{index}"), message));
        }
        Ok(Some(Check::Values(values.clone())))
    }

    fn path(&self, document: &GuardDocument) -> Compiled {
        let Some(root) = &document.paths else { return Ok(None) };
        let root = Root::parse(root).map_err(|fault| self.refuse("paths", fault))?;
        Ok(Some(Check::Path(root)))
    }

    fn pattern(&self, document: &GuardDocument) -> Compiled {
        let Some(pattern) = &document.pattern else { return Ok(None) };
        let message = "this does not compile, or is too large; there are no look-around, \
             back-references and classes of Unicode";
        self.probe(Kind::Pattern, pattern, "pattern", message)?;
        Ok(Some(Check::Text(Kind::Pattern, pattern.clone())))
    }

    fn hosts(&self, document: &GuardDocument) -> Compiled {
        let GuardDocument { hosts, ports, schemes, .. } = document;
        let Some(hosts) = hosts else {
            let alone = [("ports", ports.is_some()), ("schemes", schemes.is_some())];
            return match alone.iter().find(|(_, is_given)| *is_given) {
                Some((member, _)) => Err(self.refuse(member, "this says nothing without `hosts`")),
                None => Ok(None),
            };
        };
        self.filled("hosts", hosts)?;
        if let Some(ports) = ports {
            self.filled("ports", ports)?;
            if let Some(index) = ports.iter().position(|port| *port == 0) {
                return Err(self.refuse(&format!("ports/{index}"), "nobody listens at port 0"));
            }
        }
        if let Some(schemes) = schemes {
            self.filled("schemes", schemes)?;
            let other = schemes.iter().position(|scheme| !SCHEMES.contains(&scheme.as_str()));
            if let Some(index) = other {
                let message = format!("expected one of `{}`", SCHEMES.join("`, `"));
                return Err(self.refuse(&format!("schemes/{index}"), message));
            }
        }
        for (index, host) in hosts.iter().enumerate() {
            let rules = rules::hosts(slice::from_ref(host), None, None);
            let message = "expected a host that may be reached, such as `api.example.com` in ASCII \
                 (IDNA), `*.example.com` for all below it, or a public address";
            self.probe(Kind::Hosts, &rules, &format!("hosts/{index}"), message)?;
        }
        let rules = rules::hosts(hosts, ports.as_deref(), schemes.as_deref());
        Ok(Some(Check::Text(Kind::Hosts, rules)))
    }

    fn sql(&self, document: &GuardDocument) -> Compiled {
        let Some(SqlDocument { writes, dialect }) = &document.sql else { return Ok(None) };
        let rules = |writes| rules::sql(writes, *dialect);
        self.probe(Kind::Sql, &rules(&[]), "sql", "this cannot be judged by")?;
        for (index, schema) in writes.iter().enumerate() {
            let message = "expected the name of a schema, of 1 to 63 bytes";
            let member = format!("sql/writes/{index}");
            self.probe(Kind::Sql, &rules(slice::from_ref(schema)), &member, message)?;
        }
        Ok(Some(Check::Text(Kind::Sql, rules(writes))))
    }

    /// Asks the judge whether rules are rules, so that a policy that he cannot read, or that
    /// nobody is there to read, is refused at once and not with each request.
    fn probe(
        &self,
        kind: Kind,
        rules: &str,
        member: &str,
        message: &str,
    ) -> Result<(), PolicyError> {
        match (self.judge)(kind, rules, "") {
            Verdict::Agrees | Verdict::Refuses => Ok(()),
            Verdict::Invalid => Err(self.refuse(member, message)),
            Verdict::Unavailable => Err(PolicyError::at(
                format!("{}/{member}", self.pointer),
                "policy_guard_unavailable",
                "the module that judges URLs, SQL and patterns is not there, or failed",
            )),
        }
    }

    fn filled<T>(&self, member: &str, list: &[T]) -> Result<(), PolicyError> {
        if list.is_empty() {
            return Err(
                self.refuse(member, "an empty list lets nothing pass; leave it out, or fill it")
            );
        }
        Ok(())
    }

    fn refuse(&self, member: &str, message: impl Into<String>) -> PolicyError {
        PolicyError::at(format!("{}/{member}", self.pointer), "policy_guard", message)
    }
}

fn is_exact(value: &Json) -> bool {
    match value {
        Json::Number(number) => Decimal::of(number).is_some(),
        Json::Array(items) => items.iter().all(is_exact),
        Json::Object(members) => members.iter().all(|(_, value)| is_exact(value)),
        _ => true,
    }
}
