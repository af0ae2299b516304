//! Browsers over HTTP.

use std::sync::Arc;

use axum::{Json, Router, extract::State, routing::get};
use serde::Deserialize;
use serde_json::json;

use super::{super::error::ClerkError, Answer, Clerk, Instance, params::Query};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/clients/handshake_payload", get(handshake_payload))
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
