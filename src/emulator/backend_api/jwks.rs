//! The endpoint for the keys that verify the instance's tokens.

use std::sync::Arc;

use axum::{Json, Router, extract::State, routing::get};
use serde_json::Value;

use crate::emulator::store::{EmulatorState, Instance};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/jwks", get(jwks))
}

async fn jwks(State(instance): EmulatorState) -> Json<Value> {
    Json(instance.keys.jwks())
}
