//! The URLs that native apps may be sent back to.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::get,
};
use serde::Deserialize;
use serde_json::json;

use super::{
    super::{error::ClerkError, id::new_id, store::fields},
    Answer, Clerk, Instance,
    params::{JsonBody, Page, Query},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/redirect_urls", get(list).post(create))
        .route("/redirect_urls/{id}", get(retrieve).delete(delete))
}

async fn list(State(clerk): Clerk, Query(page): Query<Page>) -> Answer {
    page.array(clerk.store().redirect_urls.iter().rev().collect())
}

#[derive(Deserialize)]
struct Create {
    url: String,
}

async fn create(State(clerk): Clerk, JsonBody(Create { url }): JsonBody<Create>) -> Answer {
    fields::url("url", &url)?;
    let mut store = clerk.store();
    let now = store.now();
    if store.redirect_urls.find(|other| other["url"] == url).is_some() {
        return Err(ClerkError::param("form_already_exists", "url", "That url is listed already."));
    }
    Ok(Json(store.redirect_urls.insert(json!({
        "object": "redirect_url",
        "id": new_id("ru"),
        "url": url,
        "created_at": now,
        "updated_at": now,
    }))))
}

async fn retrieve(State(clerk): Clerk, Path(id): Path<String>) -> Answer {
    clerk.store().redirect_urls.get(&id).cloned().map(Json)
}

async fn delete(State(clerk): Clerk, Path(id): Path<String>) -> Answer {
    clerk.store().redirect_urls.delete(&id).map(Json)
}
