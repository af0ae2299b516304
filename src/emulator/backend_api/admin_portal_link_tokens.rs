//! Endpoints for the tokens of links to the admin portal.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::post,
};
use http::StatusCode;
use serde_json::Value;

use crate::emulator::{
    http::{JsonBody, JsonResult, Result},
    store::{AdminPortalRevocation, EmulatorState, Instance, NewAdminPortalToken},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/admin_portal_link_tokens", post(create))
        .route("/admin_portal_link_tokens/{token_id}/revoke", post(revoke))
}

async fn create(
    State(instance): EmulatorState,
    JsonBody(new): JsonBody<NewAdminPortalToken>,
) -> Result<(StatusCode, Json<Value>)> {
    let document = instance.store().create_admin_portal_token(&new)?;
    Ok((StatusCode::CREATED, Json(document)))
}

async fn revoke(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    JsonBody(revocation): JsonBody<AdminPortalRevocation>,
) -> JsonResult {
    instance.store().revoke_admin_portal_token(&id, &revocation).map(Json)
}
