//! Endpoints for the roles of organizations.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};

use super::organization_permissions::Filter;
use crate::emulator::{
    http::{JsonBody, JsonResult, Page, Query},
    store::{EmulatorState, Instance, NewRole, RoleChange},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/organization_roles", get(list).post(create))
        .route(
            "/organization_roles/{organization_role_id}",
            get(retrieve).patch(update).delete(delete),
        )
        .route(
            "/organization_roles/{organization_role_id}/permissions/{permission_id}",
            post(assign_permission).delete(remove_permission),
        )
}

async fn list(
    State(instance): EmulatorState,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    page.with_total(
        filter.apply(&store.roles)?.into_iter().map(|role| store.role_document(role)).collect(),
    )
}

async fn create(State(instance): EmulatorState, JsonBody(new): JsonBody<NewRole>) -> JsonResult {
    instance.store().create_role(new).map(Json)
}

async fn retrieve(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    let store = instance.store();
    Ok(Json(store.role_document(store.roles.get(&id)?)))
}

async fn update(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    JsonBody(change): JsonBody<RoleChange>,
) -> JsonResult {
    instance.store().update_role(&id, change).map(Json)
}

async fn delete(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().delete_role(&id).map(Json)
}

async fn assign_permission(
    State(instance): EmulatorState,
    Path((role_id, permission_id)): Path<(String, String)>,
) -> JsonResult {
    instance.store().assign_permission(&role_id, &permission_id).map(Json)
}

async fn remove_permission(
    State(instance): EmulatorState,
    Path((role_id, permission_id)): Path<(String, String)>,
) -> JsonResult {
    instance.store().remove_permission(&role_id, &permission_id).map(Json)
}
