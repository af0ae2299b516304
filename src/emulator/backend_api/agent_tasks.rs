//! Endpoints for the tasks of agents.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::post,
};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::sign_in_tokens::seconds_to_millis;
use crate::config::InstanceType;
use crate::emulator::{
    http::{ClerkError, JsonBody, JsonResult, Result, fields},
    store::{AGENT_TASK, EmulatorState, Instance, NewAgentTask, OnBehalfOf},
};

/// The time in which a task must be used, in milliseconds.
const LIFETIME: i64 = 60 * 60 * 1000;

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/agents/tasks", post(create))
        .route("/agents/tasks/{agent_task_id}/revoke", post(revoke))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Create {
    on_behalf_of: OnBehalfOf,
    #[serde(rename = "permissions")]
    _permissions: Permissions,
    agent_name: String,
    task_description: String,
    redirect_url: String,
    session_max_duration_in_seconds: Option<i64>,
}

/// The permissions of an agent: all of the user.
#[derive(Deserialize)]
enum Permissions {
    #[serde(rename = "*")]
    All,
}

async fn create(State(instance): EmulatorState, JsonBody(create): JsonBody<Create>) -> JsonResult {
    let session_lifetime = seconds_to_millis(
        "session_max_duration_in_seconds",
        create.session_max_duration_in_seconds,
        30 * 60,
    )?;
    let agent_name = fields::name("agent_name", create.agent_name, 256)?;
    fields::name("task_description", create.task_description, 1024)?;
    check_redirect_url(&instance, &create.redirect_url)?;
    let new = NewAgentTask { on_behalf_of: create.on_behalf_of, agent_name, session_lifetime };
    let mut document = instance.store().create_agent_task(new)?;
    let id = document["agent_task_id"].as_str().unwrap_or_default();
    let expires_at = instance.clock.unix_millis() + LIFETIME;
    let ticket = instance.issue_ticket(AGENT_TASK, id, expires_at, Some(&create.redirect_url));
    document["url"] = json!(format!("{}/v1/agents/tasks?ticket={ticket}", instance.url));
    Ok(Json(document))
}

async fn revoke(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().revoke_agent_task(&id).map(Json)
}

/// Checks the scheme of a URL. Its host is checked when the task is used.
fn check_redirect_url(instance: &Instance, url: &str) -> Result<()> {
    let is_valid = |scheme: &str| {
        scheme == "https"
            || scheme == "http" && instance.instance_type() == InstanceType::Development
    };
    if Url::parse(url).is_ok_and(|url| is_valid(url.scheme())) {
        Ok(())
    } else {
        Err(ClerkError::invalid_format("redirect_url", "an https URL"))
    }
}
