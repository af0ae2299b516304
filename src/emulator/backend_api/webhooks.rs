//! Endpoints for the Svix app that delivers webhooks. The emulator only records whether it exists.

use std::sync::Arc;

use axum::{Json, Router, extract::State, routing::post};
use http::StatusCode;
use serde_json::{Value, json};

use crate::emulator::{
    http::{ClerkError, JsonResult, Result},
    store::{EmulatorState, Instance},
    tokens::random_id,
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/webhooks/svix", post(create).delete(delete))
        .route("/webhooks/svix_url", post(create_url))
}

async fn create(State(instance): EmulatorState) -> JsonResult {
    let mut store = instance.store();
    if store.has_svix_app {
        return Err(ClerkError::bad_request(
            "svix_app_exists",
            "The instance already has a Svix app.",
        ));
    }
    store.has_svix_app = true;
    Ok(Json(dashboard(&instance)))
}

async fn delete(State(instance): EmulatorState) -> Result<StatusCode> {
    let mut store = instance.store();
    if !store.has_svix_app {
        return Err(missing());
    }
    store.has_svix_app = false;
    Ok(StatusCode::NO_CONTENT)
}

async fn create_url(State(instance): EmulatorState) -> JsonResult {
    if instance.store().has_svix_app { Ok(Json(dashboard(&instance))) } else { Err(missing()) }
}

fn dashboard(instance: &Instance) -> Value {
    json!({ "svix_url": format!("{}/webhooks/svix#key={}", instance.url, random_id(40)) })
}

fn missing() -> ClerkError {
    ClerkError::bad_request("svix_app_missing", "The instance has no Svix app.")
}
