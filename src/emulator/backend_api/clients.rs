//! Endpoints for clients.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::emulator::{
    http::{ClerkError, JsonBody, JsonResult, Page, Query},
    store::{EmulatorState, Instance},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/clients", get(list))
        .route("/clients/{client_id}", get(retrieve))
        .route("/clients/verify", post(verify))
        .route("/clients/handshake_payload", get(handshake_payload))
}

async fn list(State(instance): EmulatorState, Query(page): Query<Page>) -> JsonResult {
    let store = instance.store();
    let clients: Vec<Value> =
        store.clients.iter().rev().map(|client| store.client_document(client)).collect();
    page.array(clients)
}

async fn retrieve(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    let store = instance.store();
    let client = store.clients.iter().find(|client| client.id == id);
    let client = client.ok_or_else(|| ClerkError::resource_not_found("client", &id))?;
    Ok(Json(store.client_document(client)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Verify {
    token: String,
}

async fn verify(State(instance): EmulatorState, JsonBody(verify): JsonBody<Verify>) -> JsonResult {
    let store = instance.store();
    Ok(Json(store.client_document(store.verify_client(&verify.token)?)))
}

#[derive(Deserialize)]
struct HandshakePayloadQuery {
    nonce: String,
}

/// Returns the result of a handshake. Each nonce can be used once.
async fn handshake_payload(
    State(instance): EmulatorState,
    Query(query): Query<HandshakePayloadQuery>,
) -> JsonResult {
    match instance.store().handshakes.remove(&query.nonce) {
        Some(directives) => Ok(Json(json!({ "directives": directives }))),
        None => Err(ClerkError::unknown_token("handshake nonce")),
    }
}
