//! Endpoints for the redirect URLs of native apps.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::get,
};
use serde::Deserialize;
use serde_json::json;

use crate::emulator::{
    http::{ClerkError, JsonBody, JsonResult, Page, Query, fields},
    store::{EmulatorState, Instance},
    tokens::new_id,
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/redirect_urls", get(list).post(create))
        .route("/redirect_urls/{id}", get(retrieve).delete(delete))
}

async fn list(State(instance): EmulatorState, Query(page): Query<Page>) -> JsonResult {
    page.array(instance.store().redirect_urls.iter().rev().collect())
}

#[derive(Deserialize)]
struct Create {
    url: String,
}

async fn create(
    State(instance): EmulatorState,
    JsonBody(Create { url }): JsonBody<Create>,
) -> JsonResult {
    fields::url("url", &url)?;
    let mut store = instance.store();
    let now = store.now();
    if store.redirect_urls.find(|other| other["url"] == url).is_some() {
        return Err(ClerkError::param("form_already_exists", "url", "The URL is already listed."));
    }
    Ok(Json(store.redirect_urls.insert(json!({
        "object": "redirect_url",
        "id": new_id("ru"),
        "url": url,
        "created_at": now,
        "updated_at": now,
    }))))
}

async fn retrieve(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().redirect_urls.get(&id).cloned().map(Json)
}

async fn delete(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().redirect_urls.delete(&id).map(Json)
}
