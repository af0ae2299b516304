//! Invitations to organizations.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::emulator::{
    frontend_api::{current_client::CurrentSession, documents},
    http::{ClerkError, FormBody, JsonResult, Page, Query, Result},
    store::{EmulatorState, Instance, NewOrganizationInvitation, system_permission},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    let invitations = "/organizations/{organization_id}/invitations";
    Router::new()
        .route(invitations, get(list).post(create))
        .route(&format!("{invitations}/bulk"), post(create_bulk))
        .route(&format!("{invitations}/pending"), get(list_pending))
        .route(&format!("{invitations}/{{invitation_id}}/revoke"), post(revoke))
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
    let is_wanted = |invitation: &Value| {
        filter.status.is_empty()
            || filter.status.iter().any(|own| invitation["status"] == own.as_str())
    };
    let all = documents_of(&instance, &session, &id)?;
    page.with_total(all.into_iter().filter(is_wanted).collect())
}

async fn list_pending(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
) -> JsonResult {
    let mut all = documents_of(&instance, &session, &id)?;
    all.retain(|invitation| invitation["status"] == "pending");
    Ok(Json(json!(all)))
}

fn documents_of(instance: &Instance, session: &CurrentSession, id: &str) -> Result<Vec<Value>> {
    let store = instance.store();
    store.require_permission(id, &session.user_id, system_permission::MANAGE_MEMBERSHIPS)?;
    let all = store.organization_invitations.of_organization(id);
    Ok(all.map(|invitation| documents::invitation(&store, invitation)).collect())
}

#[derive(Deserialize)]
struct NewInvitation {
    email_address: String,
    role: String,
}

async fn create(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
    FormBody(new): FormBody<NewInvitation>,
) -> JsonResult {
    let created = invite(&instance, &session, &id, vec![new.email_address], &new.role)?;
    let created = created.into_iter().next();
    created.map(Json).ok_or_else(|| ClerkError::missing_param("email_address"))
}

#[derive(Deserialize)]
struct NewInvitations {
    email_address: Vec<String>,
    role: String,
}

async fn create_bulk(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
    FormBody(new): FormBody<NewInvitations>,
) -> JsonResult {
    Ok(Json(json!(invite(&instance, &session, &id, new.email_address, &new.role)?)))
}

fn invite(
    instance: &Instance,
    session: &CurrentSession,
    id: &str,
    email_addresses: Vec<String>,
    role: &str,
) -> Result<Vec<Value>> {
    let mut store = instance.store();
    store.require_permission(id, &session.user_id, system_permission::MANAGE_MEMBERSHIPS)?;
    let inviter = Some(session.user_id.as_str());
    let invitation = |email_address| NewOrganizationInvitation::new(email_address, role, inviter);
    let new = email_addresses.into_iter().map(invitation).collect();
    let created = store.invite_to_organization(id, new, |id, expires_at, redirect_url| {
        instance.organization_invitation_url(id, expires_at, redirect_url)
    })?;
    Ok(created.iter().map(documents::invitation_from).collect())
}

async fn revoke(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path((id, invitation_id)): Path<(String, String)>,
) -> JsonResult {
    let mut store = instance.store();
    store.require_permission(&id, &session.user_id, system_permission::MANAGE_MEMBERSHIPS)?;
    let revoked =
        store.revoke_organization_invitation(&id, &invitation_id, Some(&session.user_id))?;
    Ok(Json(documents::invitation_from(&revoked)))
}
