//! Testing tokens: there is no protection against bots here that they would lead past, and any is fine.

use std::sync::Arc;

use axum::{Json, Router, extract::State, routing::post};
use serde_json::{Value, json};

use crate::emulator::{
    store::{EmulatorState, Instance},
    tokens::new_id,
};

/// How long one is good for, in seconds.
const LIFETIME: i64 = 60 * 60;

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/testing_tokens", post(create))
}

/// Unlike Clerk's other times, these are in seconds.
async fn create(State(instance): EmulatorState) -> Json<Value> {
    let now = instance.clock.unix_millis().div_euclid(1000);
    Json(json!({
        "object": "testing_token",
        "token": format!("{now}-{}", new_id("c")),
        "expires_at": now + LIFETIME,
    }))
}
