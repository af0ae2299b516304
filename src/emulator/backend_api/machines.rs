//! Machines over HTTP.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    super::{error::Result, store::Store},
    Answer, Clerk, Instance,
    params::{JsonBody, Page, Query},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/machines", get(list).post(create))
        .route("/machines/{machine_id}", get(retrieve))
        .route("/machines/{machine_id}/secret_key", get(secret_key))
        .route("/machines/{machine_id}/scopes", post(create_scope))
}

async fn list(State(clerk): Clerk, Query(page): Query<Page>) -> Answer {
    let store = clerk.store();
    let found: Result<Vec<Value>> =
        store.machines.iter().rev().map(|machine| document(&store, &machine.id)).collect();
    page.counted(found?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Create {
    name: String,
    #[serde(default)]
    scoped_machines: Vec<String>,
}

async fn create(State(clerk): Clerk, JsonBody(create): JsonBody<Create>) -> Answer {
    let mut store = clerk.store();
    for other in &create.scoped_machines {
        store.machine(other)?;
    }
    let machine = store.create_machine(&create.name);
    machine.scoped_machines = create.scoped_machines;
    let (id, secret_key) = (machine.id.clone(), machine.secret_key.clone());
    let mut document = document(&store, &id)?;
    document["secret_key"] = json!(secret_key);
    Ok(Json(document))
}

async fn retrieve(State(clerk): Clerk, Path(id): Path<String>) -> Answer {
    document(&clerk.store(), &id).map(Json)
}

async fn secret_key(State(clerk): Clerk, Path(id): Path<String>) -> Answer {
    let secret = clerk.store().machine(&id)?.secret_key.clone();
    Ok(Json(json!({ "object": "machine_secret_key", "secret": secret })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateScope {
    to_machine_id: String,
}

async fn create_scope(
    State(clerk): Clerk,
    Path(id): Path<String>,
    JsonBody(scope): JsonBody<CreateScope>,
) -> Answer {
    let mut store = clerk.store();
    store.scope_machine(&id, &scope.to_machine_id)?;
    Ok(Json(json!({
        "object": "machine_scope",
        "from_machine_id": id,
        "to_machine_id": scope.to_machine_id,
        "created_at": store.now(),
    })))
}

/// A machine with those that its tokens are for.
fn document(store: &Store, id: &str) -> Result<Value> {
    let machine = store.machine(id)?;
    let scoped: Result<Vec<Value>> =
        machine.scoped_machines.iter().map(|id| Ok(store.machine(id)?.document())).collect();
    let mut document = machine.document();
    document["scoped_machines"] = json!(scoped?);
    Ok(document)
}
