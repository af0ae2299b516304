//! Endpoints for invitations to the instance.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::emulator::{
    http::{JsonBody, JsonBulk, JsonResult, Page, Query, Result, contains, sort},
    store::{EmulatorState, Instance, NewInvitation, Store},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/invitations", get(list).post(create))
        .route("/invitations/bulk", post(create_bulk))
        .route("/invitations/{invitation_id}/revoke", post(revoke))
}

async fn list(
    State(instance): EmulatorState,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    let all = store.invitations.iter().map(|invitation| store.invitation_document(invitation));
    let mut found: Vec<Value> = all.filter(|invitation| filter.matches(invitation)).collect();
    sort(
        &mut found,
        filter.order_by.as_deref(),
        &["created_at", "email_address", "expires_at"],
        |invitation, by| invitation[by].clone(),
    )?;
    page.array(found)
}

#[derive(Deserialize)]
struct Filter {
    status: Option<InvitationStatus>,
    query: Option<String>,
    order_by: Option<String>,
}

/// The status of an invitation to the instance or to an organization.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum InvitationStatus {
    Pending,
    Accepted,
    Revoked,
    Expired,
}

impl InvitationStatus {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }
}

impl Filter {
    /// Returns whether an invitation matches. Without a status, all but revoked invitations match.
    fn matches(&self, invitation: &Value) -> bool {
        let has_status = match &self.status {
            Some(status) => invitation["status"] == status.name(),
            None => invitation["status"] != "revoked",
        };
        let has_text = |text: &String| {
            ["id", "email_address"].iter().any(|at| contains(&invitation[at], text))
        };
        has_status && self.query.as_ref().is_none_or(has_text)
    }
}

async fn create(
    State(instance): EmulatorState,
    JsonBody(new): JsonBody<NewInvitation>,
) -> JsonResult {
    let mut store = instance.store();
    if new.ignore_existing != Some(true) {
        store.check_not_user(&new)?;
    }
    let created = invite(&instance, &mut store, &[new])?;
    Ok(Json(created.into_iter().next().unwrap_or_default()))
}

/// Unlike [`create`], rejects existing users even with `ignore_existing`.
async fn create_bulk(
    State(instance): EmulatorState,
    JsonBulk(new): JsonBulk<NewInvitation>,
) -> JsonResult {
    let mut store = instance.store();
    new.iter().try_for_each(|new| store.check_not_user(new))?;
    Ok(Json(json!(invite(&instance, &mut store, &new)?)))
}

async fn revoke(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().revoke_invitation(&id).map(Json)
}

/// Creates all of the invitations, or none if one of them is invalid.
pub(super) fn invite(
    instance: &Instance,
    store: &mut Store,
    new: &[NewInvitation],
) -> Result<Vec<Value>> {
    store.check_invitations(new)?;
    let now = store.now();
    let created = new.iter().map(|new| {
        let mut invitation = new.document(now);
        let id = invitation["id"].as_str().unwrap_or_default();
        let expires_at = invitation["expires_at"].as_i64().unwrap_or(now);
        let ticket =
            instance.issue_ticket("invitation", id, expires_at, new.redirect_url.as_deref());
        let url = instance.ticket_url(&ticket);
        if new.notify != Some(false) {
            store.send_link(invitation["email_address"].as_str().unwrap_or_default(), &url);
        }
        invitation["url"] = json!(url);
        store.invitations.insert(invitation)
    });
    Ok(created.collect())
}
