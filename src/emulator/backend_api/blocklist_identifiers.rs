//! Endpoints for the blocklist.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{delete, get},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::emulator::{
    http::{JsonBody, JsonResult},
    store::{EmulatorState, Instance, new_identifier},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/blocklist_identifiers", get(list).post(create))
        .route("/blocklist_identifiers/{identifier_id}", delete(remove))
}

/// Lists all identifiers. This list is not paginated.
async fn list(State(instance): EmulatorState) -> Json<Value> {
    let store = instance.store();
    let all: Vec<&Value> = store.blocklist.iter().rev().collect();
    Json(json!({ "total_count": all.len(), "data": all }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Create {
    identifier: String,
}

async fn create(State(instance): EmulatorState, JsonBody(create): JsonBody<Create>) -> JsonResult {
    let mut store = instance.store();
    let listed = new_identifier(
        &store.blocklist,
        "blocklist_identifier",
        "blid",
        &create.identifier,
        store.now(),
    )?;
    Ok(Json(store.blocklist.insert(listed)))
}

async fn remove(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().blocklist.delete(&id).map(Json)
}
