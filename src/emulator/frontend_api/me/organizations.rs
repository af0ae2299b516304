//! The user's organizations, and the invitations and suggestions to join further ones.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{delete, get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::emulator::{
    frontend_api::{current_client::CurrentSession, documents},
    http::{JsonResult, Page, Query},
    store::{EmulatorState, Instance},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/me/organization_memberships", get(memberships))
        .route("/me/organization_memberships/{organization_id}", delete(leave))
        .route("/me/organization_invitations", get(invitations))
        .route("/me/organization_invitations/{invitation_id}/accept", post(accept_invitation))
        .route("/me/organization_suggestions", get(suggestions))
        .route("/me/organization_suggestions/{suggestion_id}/accept", post(accept_suggestion))
        .route("/me/organization_creation_defaults", get(creation_defaults))
}

async fn memberships(
    State(instance): EmulatorState,
    session: CurrentSession,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    let user = documents::user(&store, store.user(&session.user_id)?);
    page.array(user["organization_memberships"].as_array().cloned().unwrap_or_default())
}

async fn leave(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(organization_id): Path<String>,
) -> JsonResult {
    let deleted = instance.store().delete_membership(&organization_id, &session.user_id)?;
    Ok(Json(json!({
        "object": "organization_membership",
        "id": deleted["id"],
        "deleted": true,
    })))
}

#[derive(Deserialize)]
struct StatusFilter {
    #[serde(default)]
    status: Vec<String>,
}

impl StatusFilter {
    fn matches(&self, document: &Value) -> bool {
        let matches = |status: &String| document["status"] == status.as_str();
        self.status.is_empty() || self.status.iter().any(matches)
    }
}

async fn invitations(
    State(instance): EmulatorState,
    session: CurrentSession,
    Query(filter): Query<StatusFilter>,
    Query(page): Query<Page>,
) -> JsonResult {
    let mut store = instance.store();
    store.invite_automatically(&session.user_id, |id, expires_at, redirect_url| {
        instance.organization_invitation_url(id, expires_at, redirect_url)
    })?;
    let own = store.organization_invitations_of_user(&session.user_id)?;
    let documents = own.map(|invitation| documents::invitation_to_user(&store, invitation));
    page.with_total(documents.filter(|document| filter.matches(document)).collect())
}

async fn accept_invitation(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
) -> JsonResult {
    let mut store = instance.store();
    store.accept_own_organization_invitation(&session.user_id, &id)?;
    let invitation = store.organization_invitations.get(&id)?;
    Ok(Json(documents::invitation_to_user(&store, invitation)))
}

async fn suggestions(
    State(instance): EmulatorState,
    session: CurrentSession,
    Query(filter): Query<StatusFilter>,
    Query(page): Query<Page>,
) -> JsonResult {
    let mut store = instance.store();
    let suggestions = store.organization_suggestions(&session.user_id)?;
    let wanted = suggestions.iter().filter(|suggestion| filter.matches(suggestion));
    page.with_total(wanted.map(|one| documents::suggestion(&store, one)).collect())
}

async fn accept_suggestion(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
) -> JsonResult {
    let mut store = instance.store();
    let suggestion = store.accept_organization_suggestion(&session.user_id, &id)?;
    Ok(Json(documents::suggestion(&store, &suggestion)))
}

async fn creation_defaults(_: CurrentSession) -> Json<Value> {
    Json(json!({ "form": { "name": null, "logo": null }, "advisory": null }))
}
