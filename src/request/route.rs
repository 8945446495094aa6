//! The route table: which method and path is which action on which resource.

use crate::{
    PolicyError,
    policy::document::{Flavour, Profile, RouteFlavour, Routes},
    sorted::sorted,
};

use super::{
    Method, Needs, Path, RequiredScope, agentos, agno,
    found::{Context, Found, Line, Match, Named, RouteInfo},
    litellm,
    mapping::{self, Mappings},
    public::{self, Public},
    rule,
    spelling::Spelling,
    template::{Step, Template, Tree},
};

/// The routes of a policy, compiled.
///
/// In the flavour `strict` own rules go before those of the profile, the first in the document
/// before the others; among those of the profile the more literal one goes first; what is not
/// there is no route. In `agno-3.1` everything is a route, as `AgentOS` has it.
#[derive(Debug)]
pub struct RouteTable {
    flavour: Flavour,
    profile: Option<Profile>,
    mount: String,
    public: Public,
    /// What is public, as it is written.
    open: Vec<String>,
    lines: Vec<Line>,
    routes: Vec<RouteInfo>,
    /// In `strict` all routes, in `agno-3.1` those with a guard.
    tree: Tree,
    /// What `agno-3.1` looks up first.
    mappings: Option<Mappings>,
    /// How many of the first lines of `strict` are own rules.
    own: u32,
    /// In `agno-3.1`, where the lines begin that need nothing, one for each method.
    unmapped: u32,
    pub(super) spelling: Spelling,
}

impl RouteTable {
    /// Compiles the routes of a policy. `pointer` says where in the document they are.
    ///
    /// # Errors
    ///
    /// When a rule, a public path or the mount makes no sense: `policy_rule_*`,
    /// `policy_public_path`, `policy_routes_*`.
    pub fn compile(routes: &Routes, pointer: &str) -> Result<Self, PolicyError> {
        if routes.profile != Some(Profile::AgentOs) && !routes.interfaces.is_empty() {
            let pointer = format!("{pointer}/interfaces");
            let message = "interfaces are parts of the profile `agentos`, and that is not there";
            return Err(PolicyError::at(pointer, "policy_routes_interfaces", message));
        }
        let is_foreign = match (routes.flavour, routes.profile) {
            (RouteFlavour::Strict, _) => false,
            (RouteFlavour::Agno31, profile) => profile == Some(Profile::LiteLlm),
            (RouteFlavour::LiteLlm1109, profile) => profile != Some(Profile::LiteLlm),
        };
        if is_foreign {
            let pointer = format!("{pointer}/flavour");
            let message = "this is not a flavour of the profile";
            return Err(PolicyError::at(pointer, "policy_routes_flavour", message));
        }
        let mut table = Self {
            flavour: routes.flavour.reading(),
            profile: routes.profile,
            mount: mount(routes, pointer)?,
            public: Public::compile(routes, &format!("{pointer}/public"))?,
            open: public::written(routes),
            lines: Vec::new(),
            routes: Vec::new(),
            tree: Tree::new(),
            mappings: None,
            own: 0,
            unmapped: 0,
            spelling: Spelling::of(routes, pointer),
        };
        match routes.flavour.reading() {
            Flavour::Strict => table.add_templates(routes, pointer)?,
            Flavour::Agno31 => table.add_mappings(routes, pointer)?,
        }
        Ok(table)
    }

    /// Finds the route of a request.
    #[must_use]
    pub fn find(&self, method: Method, path: &Path<'_>) -> Match<'_> {
        if !path.is_mounted() {
            return Match::Unmatched;
        }
        if self.public.covers(path.decoded()) {
            return Match::Public;
        }
        match &self.mappings {
            None => self.find_strict(method, path),
            Some(_) if method == Method::Options => Match::Public,
            Some(mappings) => Match::Route(self.find_mapped(mappings, method, path)),
        }
    }

    /// The paths that are open to everybody, as the policy and the profile have them.
    #[must_use]
    pub fn public(&self) -> &[String] {
        &self.open
    }

    /// The flavour that paths are read in.
    pub(super) const fn flavour(&self) -> Flavour {
        self.flavour
    }

    /// All routes, by number.
    #[must_use]
    pub fn routes(&self) -> &[RouteInfo] {
        &self.routes
    }

    /// Below which path the platform is mounted, without trailing slash, for [`Path::parse`].
    #[must_use]
    pub fn mount(&self) -> &str {
        &self.mount
    }

    fn find_strict(&self, method: Method, path: &Path<'_>) -> Match<'_> {
        let methods = methods(method);
        let number = self.tree.find(&methods, path.segments().map(Step::Literal));
        let is_own = number.is_some_and(|number| number < self.own);
        if self.is_agentos() && !is_own && public::STRICT.contains(&path.decoded()) {
            return Match::Public;
        }
        let Some((number, line)) = number.and_then(|number| Some((number, self.line(number)?)))
        else {
            return Match::Unmatched;
        };
        let is_get = methods.contains(&Method::Get);
        let needs = Needs { scopes: &line.scopes, guard: line.guard };
        let found = self.found(number, needs, line.resource.as_ref(), path, is_get);
        // Only a list that the scopes are about can be let in to for single members.
        let is_list = found.listing.is_some() && found.listing_action.is_some();
        Match::Route(Found {
            listing: found.listing.filter(|_| is_list),
            listing_action: found.listing_action.filter(|_| is_list),
            ..found
        })
    }

    fn find_mapped(&self, mappings: &Mappings, method: Method, path: &Path<'_>) -> Found<'_> {
        let mapped = mappings.find(method, path.decoded());
        let guarded = self.tree.find(&[method], path.segments().map(Step::Literal));
        let number = guarded.or(mapped).unwrap_or(self.unmapped + method as u32);
        let scopes = mapped.and_then(|number| self.line(number)).map(|line| &*line.scopes);
        let guard = guarded.and_then(|number| self.line(number)?.guard);
        let needs = Needs { scopes: scopes.unwrap_or_default(), guard };
        self.found(number, needs, None, path, method == Method::Get)
    }

    fn line(&self, number: u32) -> Option<&Line> {
        self.lines.get(usize::try_from(number).ok()?)
    }

    /// What a route is to this path.
    fn found<'t>(
        &'t self,
        number: u32,
        needs: Needs<'t>,
        resource: Option<&'t Named>,
        path: &Path<'_>,
        is_get: bool,
    ) -> Found<'t> {
        let is_litellm = self.is_litellm();
        let context = if is_litellm { litellm::context(path, is_get) } else { Context::of(path) };
        let list = context.filter(|context| is_get && context.segment.is_none());
        let listing_action = list.and_then(|list| {
            let (kind, action) = needs.scopes.first()?.ends()?;
            (kind == list.family.kind()).then_some(action)
        });
        let (resource_kind, resource_segment) = match (resource, context) {
            (Some(named), _) => (Some(&*named.kind), named.segment),
            (None, Some(context)) => (Some(context.family.kind()), context.segment),
            (None, None) => (None, None),
        };
        Found {
            number,
            needs,
            resource_kind,
            resource_segment,
            listing: list
                .filter(|list| self.profile.is_some() && list.is_top)
                .map(|list| list.family),
            listing_action,
            by_session: self.is_agentos()
                && context.is_some_and(|context| context.is_of_runs(path, is_get)),
            roster: is_get && self.is_agentos() && path.decoded() == "/config",
            register: is_litellm && litellm::is_register(path),
            flavour: self.flavour,
        }
    }

    /// The member of the items of a list that is their id.
    #[must_use]
    pub const fn list_id(&self) -> &'static str {
        match self.profile {
            Some(Profile::LiteLlm) => "agent_id",
            Some(Profile::AgentOs) | None => "id",
        }
    }

    /// Whether `LiteLLM` stands behind the gate.
    #[must_use]
    pub fn is_litellm(&self) -> bool {
        self.profile == Some(Profile::LiteLlm)
    }

    fn is_agentos(&self) -> bool {
        self.profile == Some(Profile::AgentOs)
    }

    fn add_templates(&mut self, routes: &Routes, pointer: &str) -> Result<(), PolicyError> {
        for (index, rule) in routes.rules.iter().enumerate() {
            let pointer = format!("{pointer}/rules/{index}");
            let (template, line) = rule::read(rule, &pointer)?;
            let method = Method::from(rule.method);
            let obstacle = match self.tree.find(&methods(method), template.steps()) {
                Some(earlier) => Some(format!("rule {earlier} fits all that this one fits")),
                None => self.public.covers(&rule.path).then(|| "the path is public".to_owned()),
            };
            if let Some(obstacle) = obstacle {
                let pointer = format!("{pointer}/path");
                let message = format!("no request gets here: {obstacle}");
                return Err(PolicyError::at(pointer, "policy_rule_unreachable", message));
            }
            self.add(Some((&template, method)), method, &rule.path, line);
        }
        self.own = self.next_number();
        let rows = rows(routes, pointer)?;
        let ranks = rows.iter().enumerate().map(|(index, (template, _))| (template.rank(), index));
        let order = sorted(ranks.collect()).into_iter();
        for (template, (method, path, scopes, guard)) in order.filter_map(|(_, at)| rows.get(at)) {
            let scopes = scopes.split_whitespace();
            let scopes = scopes.map(|text| RequiredScope::new(text, Flavour::Strict)).collect();
            let line = Line { scopes, guard: *guard, resource: None };
            self.add(Some((template, *method)), *method, path, line);
        }
        Ok(())
    }

    fn add_mappings(&mut self, routes: &Routes, pointer: &str) -> Result<(), PolicyError> {
        let mut mappings = Mappings::default();
        let rows = agno::rows(&routes.interfaces).filter(|_| self.is_agentos());
        for (method, pattern, line) in
            mapping::lines(rows, &routes.rules, &format!("{pointer}/rules"))?
        {
            let number = self.add(None, method, pattern, line);
            mappings.insert(method, pattern, number);
        }
        self.mappings = Some(mappings);
        self.unmapped = self.next_number();
        for method in Method::all() {
            self.add(None, method, "", Line { scopes: Vec::new(), guard: None, resource: None });
        }
        for (template, (method, path, _, guard)) in self::rows(routes, pointer)? {
            if guard.is_some() {
                let line = Line { scopes: Vec::new(), guard, resource: None };
                self.add(Some((&template, method)), method, path, line);
            }
        }
        Ok(())
    }

    fn add(
        &mut self,
        place: Option<(&Template<'_>, Method)>,
        method: Method,
        path: &str,
        line: Line,
    ) -> u32 {
        let number = self.next_number();
        if let Some((template, method)) = place {
            self.tree.insert(template, method, number);
        }
        self.routes.push(RouteInfo::of(method, path, &line));
        self.lines.push(line);
        number
    }

    fn next_number(&self) -> u32 {
        u32::try_from(self.lines.len()).unwrap_or(u32::MAX)
    }
}

/// The methods whose routes a request with this one takes. HEAD is decided as GET (RFC 9110
/// §9.3.2).
fn methods(method: Method) -> [Method; 2] {
    [method, if method == Method::Head { Method::Get } else { method }]
}

/// The routes of the profile, with the interfaces that are switched on.
fn rows(
    routes: &Routes,
    pointer: &str,
) -> Result<Vec<(Template<'static>, agentos::Row)>, PolicyError> {
    let parse = |row: agentos::Row| {
        let fault = |(code, message)| PolicyError::at(pointer, code, message);
        Ok((Template::parse(row.1).map_err(fault)?, row))
    };
    match routes.profile {
        None => return Ok(Vec::new()),
        Some(Profile::LiteLlm) => return litellm::ROUTES.into_iter().map(parse).collect(),
        Some(Profile::AgentOs) => {}
    }
    agentos::rows(&routes.interfaces).map(parse).collect()
}

fn mount(routes: &Routes, pointer: &str) -> Result<String, PolicyError> {
    let Some(mount) = routes.mount.as_deref() else {
        return Ok(String::new());
    };
    let mount = mount.strip_suffix('/').unwrap_or(mount);
    match Template::parse(mount) {
        Ok(template) if template.rank().iter().all(|rank| *rank == 0) => Ok(mount.to_owned()),
        _ => {
            let pointer = format!("{pointer}/mount");
            let message = "a mount is a path as it is sent, such as `/os`";
            Err(PolicyError::at(pointer, "policy_routes_mount", message))
        }
    }
}
