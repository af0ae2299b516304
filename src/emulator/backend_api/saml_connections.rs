//! The deprecated endpoints for enterprise connections that use SAML.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::get,
};
use serde::Deserialize;
use serde_json::Value;

use crate::emulator::{
    http::{JsonBody, JsonResult, Page, Query, contains, selects, sort},
    store::{EmulatorState, Instance, NewSamlConnection, SamlConnectionChange},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/saml_connections", get(list).post(create))
        .route("/saml_connections/{saml_connection_id}", get(retrieve).patch(update).delete(delete))
}

#[derive(Deserialize)]
struct Filter {
    query: Option<String>,
    order_by: Option<String>,
    #[serde(default)]
    organization_id: Vec<String>,
}

impl Filter {
    fn matches(&self, connection: &Value) -> bool {
        connection["saml"].is_object()
            && self.query.as_ref().is_none_or(|query| contains(&connection["saml"]["name"], query))
            && selects(&self.organization_id, |id| connection["organization_id"] == id)
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
        found.map(|one| store.saml_connection_document(one, &instance.url)).collect();
    sort(&mut documents, filter.order_by.as_deref(), &["created_at", "name"], |one, by| {
        one[by].clone()
    })?;
    page.with_total(documents)
}

async fn create(
    State(instance): EmulatorState,
    JsonBody(new): JsonBody<NewSamlConnection>,
) -> JsonResult {
    let mut store = instance.store();
    let connection = store.create_saml_connection(new)?;
    Ok(Json(store.saml_connection_document(&connection, &instance.url)))
}

async fn retrieve(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    let store = instance.store();
    Ok(Json(store.saml_connection_document(store.saml_connection(&id)?, &instance.url)))
}

async fn update(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    JsonBody(change): JsonBody<SamlConnectionChange>,
) -> JsonResult {
    let mut store = instance.store();
    let connection = store.update_saml_connection(&id, change)?;
    Ok(Json(store.saml_connection_document(&connection, &instance.url)))
}

async fn delete(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().delete_saml_connection(&id).map(Json)
}
