//! Endpoints for enterprise connections.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::get,
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::emulator::{
    http::{JsonBody, JsonResult, Page, Query, Result},
    store::{
        EmulatorState, EnterpriseConnectionChange, Instance, NewEnterpriseConnection,
        enterprise_connection_document,
    },
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/enterprise_connections", get(list).post(create))
        .route(
            "/enterprise_connections/{enterprise_connection_id}",
            get(retrieve).patch(update).delete(delete),
        )
        .route(
            "/enterprise_connections/{enterprise_connection_id}/test_runs",
            get(list_test_runs).post(create_test_run),
        )
}

#[derive(Deserialize)]
struct Filter {
    organization_id: Option<String>,
    active: Option<bool>,
}

impl Filter {
    fn matches(&self, connection: &Value) -> bool {
        self.organization_id.as_ref().is_none_or(|id| connection["organization_id"] == id.as_str())
            && self.active.is_none_or(|active| connection["active"] == active)
    }
}

async fn list(
    State(instance): EmulatorState,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    let found = store.enterprise_connections.iter().filter(|one| filter.matches(one));
    let mut documents: Vec<Value> =
        found.map(|one| enterprise_connection_document(one, &instance.url)).collect();
    documents.reverse();
    page.with_total(documents)
}

async fn create(
    State(instance): EmulatorState,
    JsonBody(new): JsonBody<NewEnterpriseConnection>,
) -> Result<(StatusCode, Json<Value>)> {
    let connection = instance.store().create_enterprise_connection(new)?;
    let document = enterprise_connection_document(&connection, &instance.url);
    Ok((StatusCode::CREATED, Json(document)))
}

async fn retrieve(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    let store = instance.store();
    let connection = store.enterprise_connections.get(&id)?;
    Ok(Json(enterprise_connection_document(connection, &instance.url)))
}

async fn update(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    JsonBody(change): JsonBody<EnterpriseConnectionChange>,
) -> JsonResult {
    let connection = instance.store().update_enterprise_connection(&id, change)?;
    Ok(Json(enterprise_connection_document(&connection, &instance.url)))
}

async fn delete(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().delete_enterprise_connection(&id).map(Json)
}

#[derive(Deserialize)]
struct TestRunFilter {
    #[serde(default)]
    status: Vec<TestRunStatus>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum TestRunStatus {
    Pending,
    Success,
    Failed,
}

async fn list_test_runs(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    Query(filter): Query<TestRunFilter>,
    Query(page): Query<Page>,
) -> JsonResult {
    let mut runs = instance.store().enterprise_test_runs_of(&id)?;
    if !filter.status.is_empty() {
        runs.retain(|run| filter.status.iter().any(|status| run["status"] == json!(status)));
    }
    runs.reverse();
    page.with_total(runs)
}

async fn create_test_run(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    let run_id = instance.store().create_enterprise_test_run(&id)?;
    let url = format!("{}/v1/enterprise_connections/test_runs/{run_id}", instance.url);
    Ok(Json(json!({ "url": url })))
}
