//! Endpoints for sign-ups, which browsers start.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::get,
};

use crate::emulator::{
    http::{JsonBody, JsonResult},
    store::{EmulatorState, Instance, SignUpChange},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/sign_ups/{id}", get(retrieve).patch(update))
}

async fn retrieve(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    let store = instance.store();
    Ok(Json(store.sign_up_document(store.sign_up_with_id(&id)?)))
}

async fn update(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    JsonBody(change): JsonBody<SignUpChange>,
) -> JsonResult {
    instance.store().change_sign_up(&id, change).map(Json)
}
