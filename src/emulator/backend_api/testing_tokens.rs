//! The endpoint for testing tokens. The emulator has no bot protection to bypass, and accepts
//! requests with or without a token.

use std::sync::Arc;

use axum::{Json, Router, extract::State, routing::post};
use serde_json::{Value, json};

use crate::emulator::{
    store::{EmulatorState, Instance},
    tokens::new_id,
};

/// The lifetime of a token in seconds.
const LIFETIME: i64 = 60 * 60;

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/testing_tokens", post(create))
}

/// Creates a token. Unlike elsewhere in the API, times are in seconds.
async fn create(State(instance): EmulatorState) -> Json<Value> {
    let now = instance.clock.unix_millis().div_euclid(1000);
    Json(json!({
        "object": "testing_token",
        "token": format!("{now}-{}", new_id("c")),
        "expires_at": now + LIFETIME,
    }))
}
