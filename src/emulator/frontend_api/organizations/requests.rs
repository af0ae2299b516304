//! The requests of users to join an organization.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::Value;

use crate::emulator::{
    frontend_api::{current_client::CurrentSession, documents},
    http::{JsonResult, Page, Query},
    store::{EmulatorState, Instance, system_permission},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    let requests = "/organizations/{organization_id}/membership_requests";
    Router::new()
        .route(requests, get(list))
        .route(&format!("{requests}/{{request_id}}/accept"), post(accept))
        .route(&format!("{requests}/{{request_id}}/reject"), post(reject))
}

#[derive(Deserialize)]
struct Filter {
    #[serde(default)]
    status: Vec<String>,
}

async fn list(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    store.require_permission(&id, &session.user_id, system_permission::MANAGE_MEMBERSHIPS)?;
    let is_wanted = |request: &&Value| {
        filter.status.is_empty()
            || filter.status.iter().any(|own| request["status"] == own.as_str())
    };
    let requests = store.membership_requests.of_organization(&id).filter(is_wanted);
    page.with_total(requests.map(|one| documents::membership_request(&store, one)).collect())
}

async fn accept(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path((id, request_id)): Path<(String, String)>,
) -> JsonResult {
    decide(&instance, &session, &id, &request_id, true)
}

async fn reject(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path((id, request_id)): Path<(String, String)>,
) -> JsonResult {
    decide(&instance, &session, &id, &request_id, false)
}

fn decide(
    instance: &Instance,
    session: &CurrentSession,
    id: &str,
    request_id: &str,
    is_accepted: bool,
) -> JsonResult {
    let mut store = instance.store();
    store.require_permission(id, &session.user_id, system_permission::MANAGE_MEMBERSHIPS)?;
    let request = store.decide_membership_request(id, request_id, is_accepted)?;
    Ok(Json(documents::membership_request(&store, &request)))
}
