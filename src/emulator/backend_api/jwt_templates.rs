//! JWT templates over HTTP.

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

async fn list(State(clerk): EmulatorState, Query(page): Query<Page>) -> JsonResult {
    page.array(clerk.store().jwt_templates.iter().rev().collect())
}

async fn create(
    State(clerk): EmulatorState,
    JsonBody(definition): JsonBody<JwtTemplateDefinition>,
) -> JsonResult {
    clerk.store().create_jwt_template(definition).map(Json)
}

async fn retrieve(State(clerk): EmulatorState, Path(id): Path<String>) -> JsonResult {
    clerk.store().jwt_templates.get(&id).cloned().map(Json)
}

async fn update(
    State(clerk): EmulatorState,
    Path(id): Path<String>,
    JsonBody(definition): JsonBody<JwtTemplateDefinition>,
) -> JsonResult {
    clerk.store().update_jwt_template(&id, definition).map(Json)
}

async fn remove(State(clerk): EmulatorState, Path(id): Path<String>) -> JsonResult {
    clerk.store().delete_jwt_template(&id).map(Json)
}
