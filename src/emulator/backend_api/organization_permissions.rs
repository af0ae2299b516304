//! Permissions in organizations over HTTP.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::get,
};
use serde::Deserialize;
use serde_json::Value;

use super::{
    super::{
        error::Result,
        store::{NewPermission, PermissionChange, Table},
    },
    Answer, Clerk, Instance,
    params::{JsonBody, Page, Query, contains, sort},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/organization_permissions", get(list).post(create)).route(
        "/organization_permissions/{permission_id}",
        get(retrieve).patch(update).delete(delete),
    )
}

/// Which permissions or roles are asked for.
#[derive(Deserialize)]
pub(super) struct Filter {
    query: Option<String>,
    order_by: Option<String>,
}

impl Filter {
    pub(super) fn of<'a>(&self, table: &'a Table) -> Result<Vec<&'a Value>> {
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
    State(clerk): Clerk,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> Answer {
    page.counted(filter.of(&clerk.store().permissions)?)
}

async fn create(State(clerk): Clerk, JsonBody(new): JsonBody<NewPermission>) -> Answer {
    clerk.store().create_permission(new).map(Json)
}

async fn retrieve(State(clerk): Clerk, Path(id): Path<String>) -> Answer {
    clerk.store().permissions.get(&id).cloned().map(Json)
}

async fn update(
    State(clerk): Clerk,
    Path(id): Path<String>,
    JsonBody(change): JsonBody<PermissionChange>,
) -> Answer {
    clerk.store().update_permission(&id, change).map(Json)
}

async fn delete(State(clerk): Clerk, Path(id): Path<String>) -> Answer {
    clerk.store().delete_permission(&id).map(Json)
}
