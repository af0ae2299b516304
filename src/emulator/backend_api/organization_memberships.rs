//! Endpoints for the members of organizations.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, patch},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::user_filter::{UserFilter, sort_key};
use crate::emulator::{
    http::{Body, JsonBody, JsonResult, Page, Query, Result, sort},
    store::{EmulatorState, Instance, Membership, NewMembership, Store},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/organization_memberships", get(list_all))
        .route("/organizations/{organization_id}/memberships", get(list).post(create))
        .route(
            "/organizations/{organization_id}/memberships/{user_id}",
            patch(update).delete(delete),
        )
        .route(
            "/organizations/{organization_id}/memberships/{user_id}/metadata",
            patch(merge_metadata),
        )
        .route("/users/{user_id}/organization_memberships", get(list_of_user))
}

#[derive(Deserialize)]
struct Filter {
    #[serde(default)]
    role: Vec<String>,
    order_by: Option<String>,
}

async fn list(
    State(instance): EmulatorState,
    Path(organization_id): Path<String>,
    Query(users): Query<UserFilter>,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    let members = store.members(store.organizations.get(&organization_id)?);
    let found = members.filter(|member| {
        (filter.role.is_empty() || filter.role.contains(&member.role))
            && store.user(&member.user_id).is_ok_and(|user| users.matches(user, &store))
    });
    list_response(&store, found.collect(), filter.order_by.as_deref(), &page)
}

async fn list_all(
    State(instance): EmulatorState,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    list_response(&store, store.memberships.iter().collect(), filter.order_by.as_deref(), &page)
}

async fn list_of_user(
    State(instance): EmulatorState,
    Path(user_id): Path<String>,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    store.user(&user_id)?;
    let own = store.memberships.iter().filter(|membership| membership.user_id == user_id);
    list_response(&store, own.collect(), None, &page)
}

fn list_response(
    store: &Store,
    mut found: Vec<&Membership>,
    order_by: Option<&str>,
    page: &Page,
) -> JsonResult {
    let fields =
        ["phone_number", "email_address", "created_at", "first_name", "last_name", "username"];
    sort(&mut found, order_by, &fields, |membership, by| match by {
        "created_at" => json!(membership.created_at),
        name => {
            store.user(&membership.user_id).map(|user| sort_key(user, name)).unwrap_or_default()
        }
    })?;
    let documents = found.into_iter().map(|membership| store.membership_document(membership));
    page.with_total(documents.collect::<Result<Vec<Value>>>()?)
}

async fn create(
    State(instance): EmulatorState,
    Path(organization_id): Path<String>,
    JsonBody(new): JsonBody<NewMembership>,
) -> JsonResult {
    instance.store().create_membership(&organization_id, new).map(Json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Update {
    role: String,
}

async fn update(
    State(instance): EmulatorState,
    Path((organization_id, user_id)): Path<(String, String)>,
    JsonBody(update): JsonBody<Update>,
) -> JsonResult {
    instance.store().update_membership(&organization_id, &user_id, &update.role).map(Json)
}

async fn merge_metadata(
    State(instance): EmulatorState,
    Path((organization_id, user_id)): Path<(String, String)>,
    Body(params): Body,
) -> JsonResult {
    instance.store().merge_membership_metadata(&organization_id, &user_id, params).map(Json)
}

async fn delete(
    State(instance): EmulatorState,
    Path((organization_id, user_id)): Path<(String, String)>,
) -> JsonResult {
    instance.store().delete_membership(&organization_id, &user_id).map(Json)
}
