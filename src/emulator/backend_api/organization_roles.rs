//! Roles in organizations over HTTP.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};

use super::{
    super::store::{NewRole, RoleChange},
    Answer, Clerk, Instance,
    organization_permissions::Filter,
    params::{JsonBody, Page, Query},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/organization_roles", get(list).post(create))
        .route(
            "/organization_roles/{organization_role_id}",
            get(retrieve).patch(update).delete(delete),
        )
        .route(
            "/organization_roles/{organization_role_id}/permissions/{permission_id}",
            post(assign_permission).delete(remove_permission),
        )
}

async fn list(
    State(clerk): Clerk,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> Answer {
    let store = clerk.store();
    page.counted(
        filter.of(&store.roles)?.into_iter().map(|role| store.role_document(role)).collect(),
    )
}

async fn create(State(clerk): Clerk, JsonBody(new): JsonBody<NewRole>) -> Answer {
    clerk.store().create_role(new).map(Json)
}

async fn retrieve(State(clerk): Clerk, Path(id): Path<String>) -> Answer {
    let store = clerk.store();
    Ok(Json(store.role_document(store.roles.get(&id)?)))
}

async fn update(
    State(clerk): Clerk,
    Path(id): Path<String>,
    JsonBody(change): JsonBody<RoleChange>,
) -> Answer {
    clerk.store().update_role(&id, change).map(Json)
}

async fn delete(State(clerk): Clerk, Path(id): Path<String>) -> Answer {
    clerk.store().delete_role(&id).map(Json)
}

async fn assign_permission(
    State(clerk): Clerk,
    Path((role_id, permission_id)): Path<(String, String)>,
) -> Answer {
    clerk.store().assign_permission(&role_id, &permission_id).map(Json)
}

async fn remove_permission(
    State(clerk): Clerk,
    Path((role_id, permission_id)): Path<(String, String)>,
) -> Answer {
    clerk.store().remove_permission(&role_id, &permission_id).map(Json)
}
