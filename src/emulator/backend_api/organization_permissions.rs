//! Endpoints for the permissions of organization roles.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::get,
};
use serde::Deserialize;
use serde_json::Value;

use crate::emulator::{
    http::{JsonBody, JsonResult, Page, Query, Result, contains, sort},
    store::{EmulatorState, Instance, NewPermission, PermissionChange, Table},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/organization_permissions", get(list).post(create)).route(
        "/organization_permissions/{permission_id}",
        get(retrieve).patch(update).delete(delete),
    )
}

/// The filter and order of a list of permissions or roles.
#[derive(Deserialize)]
pub(super) struct Filter {
    query: Option<String>,
    order_by: Option<String>,
}

impl Filter {
    pub(super) fn apply<'a>(&self, table: &'a Table) -> Result<Vec<&'a Value>> {
        let matches = |query: &String, row: &Value| {
            row["id"] == query.as_str()
                || contains(&row["name"], query)
                || contains(&row["key"], query)
        };
        let mut found: Vec<&Value> = table
            .iter()
            .filter(|row| self.query.as_ref().is_none_or(|query| matches(query, row)))
            .collect();
        sort(&mut found, self.order_by.as_deref(), &["created_at", "name", "key"], |row, by| {
            row[by].clone()
        })?;
        Ok(found)
    }
}

async fn list(
    State(instance): EmulatorState,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> JsonResult {
    page.with_total(filter.apply(&instance.store().permissions)?)
}

async fn create(
    State(instance): EmulatorState,
    JsonBody(new): JsonBody<NewPermission>,
) -> JsonResult {
    instance.store().create_permission(new).map(Json)
}

async fn retrieve(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().permissions.get(&id).cloned().map(Json)
}

async fn update(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    JsonBody(change): JsonBody<PermissionChange>,
) -> JsonResult {
    instance.store().update_permission(&id, change).map(Json)
}

async fn delete(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().delete_permission(&id).map(Json)
}
