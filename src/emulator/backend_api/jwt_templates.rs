//! Endpoints for JWT templates.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::get,
};

use crate::emulator::{
    http::{JsonBody, JsonResult, Page, Query},
    store::{EmulatorState, Instance, JwtTemplateDefinition},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/jwt_templates", get(list).post(create))
        .route("/jwt_templates/{template_id}", get(retrieve).patch(update).delete(remove))
}

async fn list(State(instance): EmulatorState, Query(page): Query<Page>) -> JsonResult {
    page.array(instance.store().jwt_templates.iter().rev().collect())
}

async fn create(
    State(instance): EmulatorState,
    JsonBody(definition): JsonBody<JwtTemplateDefinition>,
) -> JsonResult {
    instance.store().create_jwt_template(definition).map(Json)
}

async fn retrieve(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().jwt_templates.get(&id).cloned().map(Json)
}

async fn update(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    JsonBody(definition): JsonBody<JwtTemplateDefinition>,
) -> JsonResult {
    instance.store().update_jwt_template(&id, definition).map(Json)
}

async fn remove(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().delete_jwt_template(&id).map(Json)
}
