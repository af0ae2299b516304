//! The sessions of a client, and their tokens.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    current_client::{CurrentClient, RequestOrigin},
    documents,
};
use crate::emulator::{
    http::{ClerkError, FormBody, JsonResult, Result},
    store::{EmulatorState, Instance, SessionStatus},
};

/// Builds the routes whose responses contain the client.
pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/client/sessions/{session_id}", get(retrieve))
        .route("/client/sessions/{session_id}/touch", post(touch))
        .route("/client/sessions/{session_id}/end", post(end))
        .route("/client/sessions/{session_id}/remove", post(remove))
}

/// Builds the routes whose responses are tokens.
pub(super) fn token_routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/client/sessions/{session_id}/tokens", post(create_token))
        .route("/client/sessions/{session_id}/tokens/{template_name}", post(create_template_token))
}

async fn retrieve(
    State(instance): EmulatorState,
    CurrentClient(client): CurrentClient,
    Path(id): Path<String>,
    origin: RequestOrigin,
) -> JsonResult {
    check_own_session(&instance, &client, &id)?;
    documents::session(&instance, &id, origin.as_deref()).map(Json)
}

#[derive(Deserialize)]
struct Touch {
    active_organization_id: Option<String>,
}

/// Marks a session as used, and switches its organization. An empty ID stands for the personal
/// account.
async fn touch(
    State(instance): EmulatorState,
    CurrentClient(client): CurrentClient,
    Path(id): Path<String>,
    origin: RequestOrigin,
    FormBody(touch): FormBody<Touch>,
) -> JsonResult {
    check_own_session(&instance, &client, &id)?;
    let mut store = instance.store();
    match touch.active_organization_id.as_deref() {
        Some("") => store.activate_personal_account(&id)?,
        Some(id_or_slug) => {
            let found = store.organization(id_or_slug).ok();
            let found = found.and_then(|organization| organization["id"].as_str());
            // Unknown organizations and those of others are indistinguishable.
            let organization_id = found.unwrap_or(id_or_slug).to_owned();
            store
                .activate_organization(&id, &organization_id)
                .map_err(|_| ClerkError::resource_not_found("organization", id_or_slug))?;
        }
        None => drop(store.session_mut(&id)?),
    }
    store.complete_tasks(&id)?;
    let now = store.now();
    let own = store.client_mut(&client)?;
    if own.last_active_session_id.as_ref() != Some(&id) {
        own.last_active_session_id = Some(id.clone());
        own.updated_at = now;
    }
    drop(store);
    documents::session(&instance, &id, origin.as_deref()).map(Json)
}

async fn end(
    State(instance): EmulatorState,
    client: CurrentClient,
    Path(id): Path<String>,
) -> JsonResult {
    end_with(&instance, &client, &id, SessionStatus::Ended)
}

async fn remove(
    State(instance): EmulatorState,
    client: CurrentClient,
    Path(id): Path<String>,
) -> JsonResult {
    end_with(&instance, &client, &id, SessionStatus::Removed)
}

fn end_with(
    instance: &Instance,
    CurrentClient(client): &CurrentClient,
    id: &str,
    status: SessionStatus,
) -> JsonResult {
    check_own_session(instance, client, id)?;
    let mut store = instance.store();
    store.end_sessions(status, |session| session.id == id);
    let now = store.now();
    store.client_mut(client)?.updated_at = now;
    drop(store);
    documents::session(instance, id, None).map(Json)
}

#[derive(Deserialize)]
struct NewToken {
    organization_id: Option<String>,
}

/// Issues a session token with an organization of the user, or with none if the ID is empty. This
/// does not activate the organization. Without the parameter, the token has the active one.
async fn create_token(
    State(instance): EmulatorState,
    CurrentClient(client): CurrentClient,
    Path(id): Path<String>,
    origin: RequestOrigin,
    FormBody(new): FormBody<NewToken>,
) -> JsonResult {
    check_own_session(&instance, &client, &id)?;
    let jwt = match new.organization_id {
        Some(organization) => instance.organization_token(&id, &organization, origin.as_deref())?,
        None => instance.session_token(&id, None, origin.as_deref())?,
    };
    Ok(Json(json!({ "jwt": jwt })))
}

async fn create_template_token(
    State(instance): EmulatorState,
    CurrentClient(client): CurrentClient,
    Path((id, template)): Path<(String, String)>,
) -> JsonResult {
    check_own_session(&instance, &client, &id)?;
    let jwt = instance.template_token(&id, &template, None)?;
    Ok(Json(json!({ "jwt": jwt })))
}

/// Rejects sessions that are over and those of other browsers.
pub(super) fn check_own_session(instance: &Instance, client: &str, session_id: &str) -> Result<()> {
    let store = instance.store();
    let client = store.client(client).ok_or_else(ClerkError::signed_out)?;
    if store.live_sessions(client).any(|session| session.id == session_id) {
        Ok(())
    } else {
        Err(ClerkError::resource_not_found("session", session_id))
    }
}
