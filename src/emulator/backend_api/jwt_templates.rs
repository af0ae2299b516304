//! JWT templates over HTTP.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::get,
};

use super::{
    super::store::JwtTemplateDefinition,
    Answer, Clerk, Instance,
    params::{JsonBody, Page, Query},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/jwt_templates", get(list).post(create))
        .route("/jwt_templates/{template_id}", get(retrieve).patch(update).delete(remove))
}

async fn list(State(clerk): Clerk, Query(page): Query<Page>) -> Answer {
    page.array(clerk.store().jwt_templates.iter().rev().collect())
}

async fn create(
    State(clerk): Clerk,
    JsonBody(definition): JsonBody<JwtTemplateDefinition>,
) -> Answer {
    clerk.store().create_jwt_template(definition).map(Json)
}

async fn retrieve(State(clerk): Clerk, Path(id): Path<String>) -> Answer {
    clerk.store().jwt_templates.get(&id).cloned().map(Json)
}

async fn update(
    State(clerk): Clerk,
    Path(id): Path<String>,
    JsonBody(definition): JsonBody<JwtTemplateDefinition>,
) -> Answer {
    clerk.store().update_jwt_template(&id, definition).map(Json)
}

async fn remove(State(clerk): Clerk, Path(id): Path<String>) -> Answer {
    clerk.store().delete_jwt_template(&id).map(Json)
}
