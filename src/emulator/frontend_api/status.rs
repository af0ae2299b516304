//! The state of the Frontend API, and the settings of the account portal.

use std::sync::Arc;

use axum::{Json, Router, extract::State, routing::get};
use serde_json::{Value, json};

use crate::emulator::store::{EmulatorState, Instance};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/health", get(health)).route("/account_portal", get(account_portal))
}

/// Builds the documents outside of `/v1` that associate native apps and other domains with the
/// instance. It has none.
pub(super) fn association_routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/.well-known/assetlinks.json", get(async || Json(json!([]))))
        .route(
            "/.well-known/apple-app-site-association",
            get(async || Json(json!({ "webcredentials": { "apps": [] } }))),
        )
        .route("/.well-known/webauthn", get(async || Json(json!({ "origins": [] }))))
}

async fn health() -> Json<Value> {
    Json(json!({ "status": "healthy" }))
}

async fn account_portal(State(instance): EmulatorState) -> Json<Value> {
    let mut document = json!({
        "object": "account_portal",
        "allowed": true,
        "enabled": true,
        "internal_linking": true,
        "customization": {
            "appearance": "auto",
            "background_color_dark": null,
            "background_color_light": null,
            "primary_color_dark": null,
            "primary_color_light": null,
        },
    });
    for name in [
        "after_sign_in_url",
        "after_sign_up_url",
        "after_join_waitlist_url",
        "after_create_organization_url",
        "after_leave_organization_url",
        "logo_link_url",
    ] {
        document[name] = json!(instance.app_origin.as_str());
    }
    Json(document)
}
