//! Endpoints for the templates of emails and text messages.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};
use serde::Deserialize;

use crate::emulator::{
    http::{JsonBody, JsonResult, Page, Query},
    store::{EmulatorState, Instance, TemplateChange, TemplatePreview},
};

/// The type and the slug of a template.
type TemplatePath = Path<(String, String)>;

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/templates/{template_type}", get(list))
        .route("/templates/{template_type}/{slug}", get(retrieve).put(update))
        .route("/templates/{template_type}/{slug}/revert", post(revert))
        .route("/templates/{template_type}/{slug}/preview", post(preview))
        .route("/templates/{template_type}/{slug}/toggle_delivery", post(toggle_delivery))
}

async fn list(
    State(instance): EmulatorState,
    Path(template_type): Path<String>,
    Query(page): Query<Page>,
) -> JsonResult {
    page.array(instance.store().templates_of(&template_type)?)
}

async fn retrieve(
    State(instance): EmulatorState,
    Path((template_type, slug)): TemplatePath,
) -> JsonResult {
    instance.store().template(&template_type, &slug).cloned().map(Json)
}

async fn update(
    State(instance): EmulatorState,
    Path((template_type, slug)): TemplatePath,
    JsonBody(change): JsonBody<TemplateChange>,
) -> JsonResult {
    instance.store().update_template(&template_type, &slug, change).map(Json)
}

async fn revert(
    State(instance): EmulatorState,
    Path((template_type, slug)): TemplatePath,
) -> JsonResult {
    instance.store().revert_template(&template_type, &slug).map(Json)
}

async fn preview(
    State(instance): EmulatorState,
    Path((template_type, slug)): TemplatePath,
    JsonBody(preview): JsonBody<TemplatePreview>,
) -> JsonResult {
    instance.store().preview_template(&template_type, &slug, preview).map(Json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToggleDelivery {
    delivered_by_clerk: Option<bool>,
}

async fn toggle_delivery(
    State(instance): EmulatorState,
    Path((template_type, slug)): TemplatePath,
    JsonBody(toggle): JsonBody<ToggleDelivery>,
) -> JsonResult {
    let on = toggle.delivered_by_clerk;
    instance.store().toggle_template_delivery(&template_type, &slug, on).map(Json)
}
