//! Browsers over HTTP.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    super::error::ClerkError,
    Answer, Clerk, Instance,
    params::{JsonBody, Page, Query},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/clients", get(list))
        .route("/clients/{client_id}", get(retrieve))
        .route("/clients/verify", post(verify))
        .route("/clients/handshake_payload", get(handshake_payload))
}

async fn list(State(clerk): Clerk, Query(page): Query<Page>) -> Answer {
    let store = clerk.store();
    let clients: Vec<Value> =
        store.clients.iter().rev().map(|client| store.client_document(client)).collect();
    page.array(clients)
}

async fn retrieve(State(clerk): Clerk, Path(id): Path<String>) -> Answer {
    let store = clerk.store();
    let client = store.clients.iter().find(|client| client.id == id);
    let client = client.ok_or_else(|| ClerkError::not_found("client", &id))?;
    Ok(Json(store.client_document(client)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Verify {
    token: String,
}

async fn verify(State(clerk): Clerk, JsonBody(verify): JsonBody<Verify>) -> Answer {
    let store = clerk.store();
    Ok(Json(store.client_document(store.verify_client(&verify.token)?)))
}

#[derive(Deserialize)]
struct Asked {
    nonce: String,
}

/// What a handshake came to, once.
async fn handshake_payload(State(clerk): Clerk, Query(asked): Query<Asked>) -> Answer {
    match clerk.store().handshakes.remove(&asked.nonce) {
        Some(directives) => Ok(Json(json!({ "directives": directives }))),
        None => Err(ClerkError::token_unknown("handshake nonce")),
    }
}
