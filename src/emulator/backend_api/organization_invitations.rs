//! Endpoints for invitations to organizations.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::invitations::InvitationStatus;
use crate::emulator::{
    http::{JsonBody, JsonBulk, JsonResult, Page, Query, Result, contains, sort},
    store::{EmulatorState, Instance, NewOrganizationInvitation, Store, has_email_address},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/organization_invitations", get(list_all))
        .route("/organizations/{organization_id}/invitations", get(list).post(create))
        .route("/organizations/{organization_id}/invitations/bulk", post(bulk_create))
        .route("/organizations/{organization_id}/invitations/pending", get(list_pending))
        .route("/organizations/{organization_id}/invitations/{invitation_id}", get(retrieve))
        .route("/organizations/{organization_id}/invitations/{invitation_id}/revoke", post(revoke))
        .route("/users/{user_id}/organization_invitations", get(list_of_user))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Filter {
    status: Vec<InvitationStatus>,
    email_address: Option<String>,
    query: Option<String>,
    order_by: Option<String>,
}

impl Filter {
    /// Returns the matching invitations in the requested order.
    fn apply<'a>(
        &self,
        store: &Store,
        invitations: impl Iterator<Item = &'a Value>,
    ) -> Result<Vec<&'a Value>> {
        let has_address = |invitation: &Value, address: &str| {
            invitation["email_address"]
                .as_str()
                .is_some_and(|own| own.eq_ignore_ascii_case(address))
        };
        let mut found: Vec<&Value> = invitations
            .filter(|one| {
                let status = store.invitation_status(one);
                (self.status.is_empty() || self.status.iter().any(|wanted| wanted.name() == status))
                    && self.email_address.as_ref().is_none_or(|address| has_address(one, address))
                    && self
                        .query
                        .as_ref()
                        .is_none_or(|query| contains(&one["email_address"], query))
            })
            .collect();
        sort(&mut found, self.order_by.as_deref(), &["created_at", "email_address"], |one, by| {
            one[by].clone()
        })?;
        Ok(found)
    }
}

async fn list_all(
    State(instance): EmulatorState,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    let found = filter.apply(&store, store.organization_invitations.iter())?.into_iter();
    page.with_total(found.map(|one| store.organization_invitation_with_organization(one)).collect())
}

async fn list(
    State(instance): EmulatorState,
    Path(organization_id): Path<String>,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    store.organizations.get(&organization_id)?;
    let own = store.organization_invitations.of_organization(&organization_id);
    let found = filter.apply(&store, own)?.into_iter();
    page.with_total(found.map(|one| store.organization_invitation_document(one)).collect())
}

async fn list_pending(
    State(instance): EmulatorState,
    Path(organization_id): Path<String>,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    let pending = store.pending_invitations(store.organizations.get(&organization_id)?);
    let found = Filter::default().apply(&store, pending)?.into_iter();
    page.with_total(found.map(|one| store.organization_invitation_document(one)).collect())
}

#[derive(Deserialize)]
struct UserInvitationFilter {
    #[serde(default)]
    status: Vec<InvitationStatus>,
}

async fn list_of_user(
    State(instance): EmulatorState,
    Path(user_id): Path<String>,
    Query(UserInvitationFilter { status }): Query<UserInvitationFilter>,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    let user = store.user(&user_id)?;
    let is_for_user =
        |one: &&Value| one["email_address"].as_str().is_some_and(|to| has_email_address(user, to));
    let own = store.organization_invitations.iter().filter(is_for_user);
    let found = Filter { status, ..Filter::default() }.apply(&store, own)?.into_iter();
    page.with_total(found.map(|one| store.organization_invitation_with_organization(one)).collect())
}

async fn create(
    State(instance): EmulatorState,
    Path(organization_id): Path<String>,
    JsonBody(new): JsonBody<NewOrganizationInvitation>,
) -> JsonResult {
    Ok(Json(invite(&instance, &organization_id, vec![new])?.pop().unwrap_or_default()))
}

async fn bulk_create(
    State(instance): EmulatorState,
    Path(organization_id): Path<String>,
    JsonBulk(new): JsonBulk<NewOrganizationInvitation>,
) -> JsonResult {
    let invitations = invite(&instance, &organization_id, new)?;
    let total_count = invitations.len();
    Ok(Json(json!({ "data": invitations, "total_count": total_count })))
}

fn invite(
    instance: &Instance,
    organization_id: &str,
    new: Vec<NewOrganizationInvitation>,
) -> Result<Vec<Value>> {
    instance.store().invite_to_organization(organization_id, new, |id, expires_at, redirect_url| {
        instance.organization_invitation_url(id, expires_at, redirect_url)
    })
}

async fn retrieve(
    State(instance): EmulatorState,
    Path((organization_id, id)): Path<(String, String)>,
) -> JsonResult {
    let store = instance.store();
    let invitation = store.organization_invitation(&organization_id, &id)?;
    Ok(Json(store.organization_invitation_document(invitation)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revoke {
    requesting_user_id: Option<String>,
}

async fn revoke(
    State(instance): EmulatorState,
    Path((organization_id, id)): Path<(String, String)>,
    JsonBody(revoke): JsonBody<Revoke>,
) -> JsonResult {
    let user_id = revoke.requesting_user_id.as_deref();
    instance.store().revoke_organization_invitation(&organization_id, &id, user_id).map(Json)
}
