//! The blocklist over HTTP.

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

/// All of them: this list has no pages.
async fn list(State(clerk): EmulatorState) -> Json<Value> {
    let store = clerk.store();
    let all: Vec<&Value> = store.blocklist.iter().rev().collect();
    Json(json!({ "total_count": all.len(), "data": all }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Create {
    identifier: String,
}

async fn create(State(clerk): EmulatorState, JsonBody(create): JsonBody<Create>) -> JsonResult {
    let mut store = clerk.store();
    let listed = new_identifier(
        &store.blocklist,
        "blocklist_identifier",
        "blid",
        &create.identifier,
        store.now(),
    )?;
    Ok(Json(store.blocklist.insert(listed)))
}

async fn remove(State(clerk): EmulatorState, Path(id): Path<String>) -> JsonResult {
    clerk.store().blocklist.delete(&id).map(Json)
}
