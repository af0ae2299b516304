//! Endpoints for role sets.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};

use super::organization_permissions::Filter;
use crate::emulator::{
    http::{JsonBody, JsonResult, Page, Query},
    store::{
        AddedRoles, EmulatorState, Instance, NewRoleSet, RoleReplacement, RoleSetChange,
        RoleSetReplacement,
    },
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/role_sets", get(list).post(create))
        .route("/role_sets/{role_set_key_or_id}", get(retrieve).patch(update))
        .route("/role_sets/{role_set_key_or_id}/replace", post(replace))
        .route("/role_sets/{role_set_key_or_id}/roles", post(add_roles))
        .route("/role_sets/{role_set_key_or_id}/roles/replace", post(replace_role))
}

async fn list(
    State(instance): EmulatorState,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    let found = filter.apply(&store.role_sets)?;
    page.with_total(found.into_iter().map(|set| store.role_set_document(set)).collect())
}

async fn create(State(instance): EmulatorState, JsonBody(new): JsonBody<NewRoleSet>) -> JsonResult {
    instance.store().create_role_set(new).map(Json)
}

async fn retrieve(State(instance): EmulatorState, Path(key_or_id): Path<String>) -> JsonResult {
    let store = instance.store();
    Ok(Json(store.role_set_document(store.role_set(&key_or_id)?)))
}

async fn update(
    State(instance): EmulatorState,
    Path(key_or_id): Path<String>,
    JsonBody(change): JsonBody<RoleSetChange>,
) -> JsonResult {
    instance.store().update_role_set(&key_or_id, change).map(Json)
}

async fn replace(
    State(instance): EmulatorState,
    Path(key_or_id): Path<String>,
    JsonBody(replacement): JsonBody<RoleSetReplacement>,
) -> JsonResult {
    instance.store().replace_role_set(&key_or_id, replacement).map(Json)
}

async fn add_roles(
    State(instance): EmulatorState,
    Path(key_or_id): Path<String>,
    JsonBody(added): JsonBody<AddedRoles>,
) -> JsonResult {
    instance.store().add_roles_to_role_set(&key_or_id, added).map(Json)
}

async fn replace_role(
    State(instance): EmulatorState,
    Path(key_or_id): Path<String>,
    JsonBody(replacement): JsonBody<RoleReplacement>,
) -> JsonResult {
    instance.store().replace_role_in_role_set(&key_or_id, replacement).map(Json)
}
