//! The routes of `AgentOS` (`agno` 3.1.10), each with what it needs.
//!
//! Taken from the running application. Unlike its own table (`agno.rs`) it has every route, so
//! that what is not here can be denied.

use super::{
    Family::{Agents, Teams, Workflows},
    Guard::{self, Resource},
    Method::{self, Delete, Get, Patch, Post, Put},
    company::COMPANY,
};
use crate::policy::document::Interface;

/// A method, a template, the scopes, divided by spaces, and the second gate.
pub(super) type Row = (Method, &'static str, &'static str, Option<Guard>);

const AGENTS_READ: Option<Guard> = Some(Resource { family: Agents, action: "read" });
const AGENTS_RUN: Option<Guard> = Some(Resource { family: Agents, action: "run" });
const TEAMS_READ: Option<Guard> = Some(Resource { family: Teams, action: "read" });
const TEAMS_RUN: Option<Guard> = Some(Resource { family: Teams, action: "run" });
const WORKFLOWS_READ: Option<Guard> = Some(Resource { family: Workflows, action: "read" });
const WORKFLOWS_RUN: Option<Guard> = Some(Resource { family: Workflows, action: "run" });

/// What is always there.
const CORE: [Row; 126] = [
    (Get, "/", "", None),
    (Get, "/info", "", None),
    (Get, "/config", "config:read", None),
    (Post, "/agents/{agent_id}/runs", "agents:run", AGENTS_RUN),
    (Post, "/agents/{agent_id}/runs/{run_id}/cancel", "agents:run", AGENTS_RUN),
    (Post, "/agents/{agent_id}/runs/{run_id}/continue", "agents:run", AGENTS_RUN),
    (Post, "/agents/{agent_id}/sessions/{session_id}/fork", "", AGENTS_RUN),
    (Post, "/agents/{agent_id}/sessions/{session_id}/compact", "", AGENTS_RUN),
    (Get, "/agents", "agents:read", None),
    (Get, "/agents/{agent_id}", "agents:read", AGENTS_READ),
    (Get, "/agents/{agent_id}/runs/{run_id}", "agents:read", AGENTS_RUN),
    (Get, "/agents/{agent_id}/runs/{run_id}/checkpoints", "agents:read", AGENTS_RUN),
    (
        Get,
        "/agents/{agent_id}/runs/{run_id}/checkpoints/{message_index}",
        "agents:read",
        AGENTS_RUN,
    ),
    (Post, "/agents/{agent_id}/runs/{run_id}/resume", "", AGENTS_RUN),
    (Get, "/agents/{agent_id}/runs", "agents:read", AGENTS_RUN),
    (Post, "/teams/{team_id}/runs", "teams:run", TEAMS_RUN),
    (Post, "/teams/{team_id}/runs/{run_id}/cancel", "teams:run", TEAMS_RUN),
    (Post, "/teams/{team_id}/runs/{run_id}/resume", "", TEAMS_RUN),
    (Post, "/teams/{team_id}/runs/{run_id}/continue", "teams:run", TEAMS_RUN),
    (Post, "/teams/{team_id}/sessions/{session_id}/fork", "", TEAMS_RUN),
    (Get, "/teams", "teams:read", None),
    (Get, "/teams/{team_id}", "teams:read", TEAMS_READ),
    (Get, "/teams/{team_id}/runs/{run_id}", "teams:read", TEAMS_RUN),
    (Get, "/teams/{team_id}/runs/{run_id}/checkpoints", "teams:read", TEAMS_RUN),
    (Get, "/teams/{team_id}/runs/{run_id}/checkpoints/{message_index}", "teams:read", TEAMS_RUN),
    (Get, "/teams/{team_id}/runs", "teams:read", TEAMS_RUN),
    (Get, "/workflows", "workflows:read", None),
    (Get, "/workflows/{workflow_id}", "workflows:read", WORKFLOWS_READ),
    (Post, "/workflows/{workflow_id}/runs", "workflows:run", WORKFLOWS_RUN),
    (Post, "/workflows/{workflow_id}/runs/{run_id}/continue", "workflows:run", WORKFLOWS_RUN),
    (Post, "/workflows/{workflow_id}/runs/{run_id}/cancel", "workflows:run", WORKFLOWS_RUN),
    (Post, "/workflows/{workflow_id}/runs/{run_id}/resume", "", WORKFLOWS_RUN),
    (Get, "/workflows/{workflow_id}/runs/{run_id}", "workflows:read", WORKFLOWS_RUN),
    (Get, "/workflows/{workflow_id}/runs", "workflows:read", WORKFLOWS_RUN),
    (Get, "/sessions", "sessions:read", None),
    (Post, "/sessions", "sessions:write", None),
    (Get, "/sessions/{session_id}", "sessions:read", None),
    (Get, "/sessions/{session_id}/runs", "sessions:read", None),
    (Get, "/sessions/{session_id}/run-previews", "sessions:read", None),
    (Get, "/sessions/{session_id}/runs/{run_id}", "sessions:read", None),
    (Delete, "/sessions/{session_id}", "sessions:delete", None),
    (Delete, "/sessions", "sessions:delete", None),
    (Post, "/sessions/{session_id}/rename", "sessions:write", None),
    (Patch, "/sessions/{session_id}", "sessions:write", None),
    (Get, "/sessions/{session_id}/media/{storage_key:path}", "sessions:read", None),
    (Post, "/memories", "memories:write", None),
    (Delete, "/memories/{memory_id}", "memories:delete", None),
    (Delete, "/memories", "memories:delete", None),
    (Get, "/memories", "memories:read", None),
    (Get, "/memories/{memory_id}", "memories:read", None),
    (Get, "/memory_topics", "memories:read", None),
    (Patch, "/memories/{memory_id}", "memories:write", None),
    (Get, "/user_memory_stats", "memories:read", None),
    (Post, "/optimize-memories", "memories:write", None),
    (Get, "/learnings", "learnings:read", None),
    (Post, "/learnings", "learnings:write", None),
    (Get, "/learnings/users", "learnings:read", None),
    (Delete, "/learnings/users/{user_id}", "learnings:delete", None),
    (Get, "/learnings/{learning_id}", "learnings:read", None),
    (Patch, "/learnings/{learning_id}", "learnings:write", None),
    (Delete, "/learnings/{learning_id}", "learnings:delete", None),
    (Get, "/eval-runs", "evals:read", None),
    (Get, "/eval-runs/{eval_run_id}", "evals:read", None),
    (Delete, "/eval-runs", "evals:delete", None),
    (Patch, "/eval-runs/{eval_run_id}", "evals:write", None),
    (Post, "/eval-runs", "evals:write", None),
    (Get, "/metrics", "metrics:read", None),
    (Post, "/metrics/refresh", "metrics:write", None),
    (Get, "/metrics/refresh/status", "metrics:read", None),
    (Post, "/knowledge/content", "knowledge:write", None),
    (Post, "/knowledge/remote-content", "knowledge:write", None),
    (Patch, "/knowledge/content/{content_id}", "knowledge:write", None),
    (Get, "/knowledge/content", "knowledge:read", None),
    (Get, "/knowledge/content/{content_id}", "knowledge:read", None),
    (Delete, "/knowledge/content/{content_id}", "knowledge:delete", None),
    (Delete, "/knowledge/content", "knowledge:delete", None),
    (Post, "/knowledge/content/{content_id}/refresh", "knowledge:write", None),
    (Get, "/knowledge/content/{content_id}/status", "knowledge:read", None),
    (Post, "/knowledge/search", "knowledge:read", None),
    (Get, "/knowledge/config", "knowledge:read", None),
    (Get, "/knowledge/{knowledge_id}/sources", "knowledge:read", None),
    (Get, "/knowledge/{knowledge_id}/sources/{source_id}/files", "knowledge:read", None),
    (Get, "/traces", "traces:read", None),
    (Get, "/traces/filter-schema", "traces:read", None),
    (Get, "/traces/{trace_id}", "traces:read", None),
    (Get, "/trace_session_stats", "traces:read", None),
    (Post, "/traces/search", "traces:read", None),
    (Post, "/databases/all/migrate", "config:write", None),
    (Post, "/databases/{db_id}/migrate", "config:write", None),
    (Get, "/filesystem/files", "filesystem:read", None),
    (Get, "/filesystem/entries", "filesystem:read", None),
    (Get, "/filesystem/content", "filesystem:read", None),
    (Get, "/filesystem/search", "filesystem:read", None),
    (Get, "/components", "components:read", None),
    (Post, "/components", "components:write", None),
    (Get, "/components/{component_id}", "components:read", None),
    (Patch, "/components/{component_id}", "components:write", None),
    (Delete, "/components/{component_id}", "components:delete", None),
    (Post, "/components/{component_id}/restore", "components:delete", None),
    (Get, "/components/{component_id}/configs", "components:read", None),
    (Post, "/components/{component_id}/configs", "components:write", None),
    (Patch, "/components/{component_id}/configs/{version}", "components:write", None),
    (Get, "/components/{component_id}/configs/current", "components:read", None),
    (Get, "/components/{component_id}/configs/{version}", "components:read", None),
    (Delete, "/components/{component_id}/configs/{version}", "components:delete", None),
    (Post, "/components/{component_id}/configs/{version}/set-current", "components:write", None),
    (Get, "/schedules", "schedules:read", None),
    (Post, "/schedules", "schedules:write", None),
    (Get, "/schedules/{schedule_id}", "schedules:read", None),
    (Patch, "/schedules/{schedule_id}", "schedules:write", None),
    (Delete, "/schedules/{schedule_id}", "schedules:delete", None),
    (Post, "/schedules/{schedule_id}/enable", "schedules:write", None),
    (Post, "/schedules/{schedule_id}/disable", "schedules:write", None),
    (Post, "/schedules/{schedule_id}/trigger", "schedules:write", None),
    (Get, "/schedules/{schedule_id}/runs", "schedules:read", None),
    (Get, "/schedules/{schedule_id}/runs/{run_id}", "schedules:read", None),
    (Get, "/approvals", "approvals:read", None),
    (Get, "/approvals/count", "approvals:read", None),
    (Get, "/approvals/{approval_id}/status", "approvals:read", None),
    (Get, "/approvals/{approval_id}", "approvals:read", None),
    (Post, "/approvals/{approval_id}/resolve", "approvals:write", None),
    (Delete, "/approvals/{approval_id}", "approvals:delete", None),
    (Post, "/service-accounts", "service_accounts:write", None),
    (Get, "/service-accounts", "service_accounts:read", None),
    (Delete, "/service-accounts/{service_account_id}", "service_accounts:delete", None),
    (Get, "/registry", "registry:read", None),
];

/// With AG-UI.
const AGUI: [Row; 2] = [(Post, "/agui", "agents:run", None), (Get, "/status", "", None)];

/// With A2A under `/a2a`.
const A2A: [Row; 13] = [
    (Get, "/a2a/agents/{id}/.well-known/agent-card.json", "agents:read", None),
    (Post, "/a2a/agents/{id}/v1/message:send", "agents:run", None),
    (Post, "/a2a/agents/{id}/v1/tasks:get", "agents:read", None),
    (Post, "/a2a/agents/{id}/v1/tasks:cancel", "agents:run", None),
    (Post, "/a2a/agents/{id}/v1/message:stream", "agents:run", None),
    (Get, "/a2a/teams/{id}/.well-known/agent-card.json", "teams:read", None),
    (Post, "/a2a/teams/{id}/v1/message:send", "teams:run", None),
    (Post, "/a2a/teams/{id}/v1/tasks:get", "teams:read", None),
    (Post, "/a2a/teams/{id}/v1/tasks:cancel", "teams:run", None),
    (Post, "/a2a/teams/{id}/v1/message:stream", "teams:run", None),
    (Get, "/a2a/workflows/{id}/.well-known/agent-card.json", "workflows:read", None),
    (Post, "/a2a/workflows/{id}/v1/message:send", "workflows:run", None),
    (Post, "/a2a/workflows/{id}/v1/message:stream", "workflows:run", None),
];

/// Where only those may go who may do everything, with any of [`ADMIN_METHODS`].
const ADMIN: [&str; 6] = [
    "/authz",
    "/authz/{rest:path}",
    "/queue",
    "/queue/{rest:path}",
    "/users",
    "/users/{rest:path}",
];

/// What can be done there.
const ADMIN_METHODS: [Method; 5] = [Get, Post, Put, Patch, Delete];

/// The routes with the interfaces that are switched on, in the order of the table.
pub(super) fn rows(interfaces: &[Interface]) -> impl Iterator<Item = Row> {
    let of = |interface, rows: &'static [Row]| {
        if interfaces.contains(&interface) { rows } else { &[] }
    };
    let admin = ADMIN
        .iter()
        .flat_map(|&path| ADMIN_METHODS.map(|method| (method, path, "", Some(Guard::Admin))));
    CORE.iter()
        .chain(of(Interface::Company, &COMPANY))
        .chain(of(Interface::Agui, &AGUI))
        .chain(of(Interface::A2a, &A2A))
        .copied()
        .chain(admin)
}
