//! Endpoints for machines.

use std::{ops::RangeInclusive, sync::Arc};

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{delete, get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::emulator::{
    http::{ClerkError, JsonBody, JsonResult, Page, Query, contains, fields, sort},
    store::{EmulatorState, Instance, MAX_SCOPES, Machine},
};

const MAX_NAME: usize = 255;
const TOKEN_TTL: RangeInclusive<i64> = 1..=315_360_000;

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/machines", get(list).post(create))
        .route("/machines/{machine_id}", get(retrieve).patch(update).delete(remove))
        .route("/machines/{machine_id}/secret_key", get(secret_key))
        .route("/machines/{machine_id}/secret_key/rotate", post(rotate_secret_key))
        .route("/machines/{machine_id}/scopes", post(create_scope))
        .route("/machines/{machine_id}/scopes/{other_machine_id}", delete(delete_scope))
}

#[derive(Deserialize)]
struct Filter {
    query: Option<String>,
    order_by: Option<String>,
}

impl Filter {
    fn matches(&self, machine: &Machine) -> bool {
        let matches =
            |query: &String| machine.id == *query || contains(&json!(machine.name), query);
        self.query.as_ref().is_none_or(matches)
    }
}

async fn list(
    State(instance): EmulatorState,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    let found = store.machines.iter().filter(|machine| filter.matches(machine));
    let mut found: Vec<Value> = found.map(|machine| store.machine_document(machine)).collect();
    sort(&mut found, filter.order_by.as_deref(), &["name", "created_at"], |machine, by| {
        machine[by].clone()
    })?;
    page.with_total(found)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Create {
    name: String,
    scoped_machines: Option<Vec<String>>,
    default_token_ttl: Option<i64>,
}

async fn create(State(instance): EmulatorState, JsonBody(create): JsonBody<Create>) -> JsonResult {
    let mut store = instance.store();
    let mut machine = Machine::new(fields::name("name", create.name, MAX_NAME)?, store.now());
    if let Some(ttl) = create.default_token_ttl {
        machine.default_token_ttl = fields::in_range("default_token_ttl", ttl, TOKEN_TTL)?;
    }
    for other in create.scoped_machines.unwrap_or_default() {
        if store.machine(&other).is_err() {
            return Err(ClerkError::referenced_not_found("scoped_machines"));
        }
        if !machine.scoped_machines.contains(&other) {
            machine.scoped_machines.push(other);
        }
    }
    if machine.scoped_machines.len() > MAX_SCOPES {
        return Err(ClerkError::too_many("scoped_machines", MAX_SCOPES));
    }
    let mut document = store.machine_document(&machine);
    document["secret_key"] = json!(machine.secret_key);
    store.machines.push(machine);
    Ok(Json(document))
}

async fn retrieve(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    let store = instance.store();
    Ok(Json(store.machine_document(store.machine(&id)?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Update {
    name: Option<String>,
    default_token_ttl: Option<i64>,
}

async fn update(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    JsonBody(update): JsonBody<Update>,
) -> JsonResult {
    let name = update.name.map(|name| fields::name("name", name, MAX_NAME)).transpose()?;
    let ttl =
        update.default_token_ttl.map(|ttl| fields::in_range("default_token_ttl", ttl, TOKEN_TTL));
    let ttl = ttl.transpose()?;
    let mut store = instance.store();
    let machine = store.machine_mut(&id)?;
    machine.name = name.unwrap_or_else(|| machine.name.clone());
    machine.default_token_ttl = ttl.unwrap_or(machine.default_token_ttl);
    Ok(Json(store.machine_document(store.machine(&id)?)))
}

async fn remove(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().delete_machine(&id).map(Json)
}

async fn secret_key(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    Ok(Json(secret_key_document(&instance.store().machine(&id)?.secret_key)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rotate {
    previous_token_ttl: i64,
}

async fn rotate_secret_key(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    JsonBody(rotate): JsonBody<Rotate>,
) -> JsonResult {
    let ttl = fields::in_range("previous_token_ttl", rotate.previous_token_ttl, 0..=28_800)?;
    Ok(Json(secret_key_document(instance.store().rotate_machine_key(&id, ttl)?)))
}

fn secret_key_document(secret: &str) -> Value {
    json!({ "object": "machine_secret_key", "secret": secret })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateScope {
    to_machine_id: String,
}

async fn create_scope(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    JsonBody(scope): JsonBody<CreateScope>,
) -> JsonResult {
    let mut store = instance.store();
    if store.machine(&id)?.scoped_machines.contains(&scope.to_machine_id) {
        return Err(ClerkError::conflict("conflict", "The machine already has this scope."));
    }
    store.scope_machine(&id, &scope.to_machine_id)?;
    Ok(Json(json!({
        "object": "machine_scope",
        "from_machine_id": id,
        "to_machine_id": scope.to_machine_id,
        "created_at": store.now(),
    })))
}

async fn delete_scope(
    State(instance): EmulatorState,
    Path((id, other)): Path<(String, String)>,
) -> JsonResult {
    instance.store().unscope_machine(&id, &other)?;
    Ok(Json(json!({
        "object": "machine_scope",
        "from_machine_id": id,
        "to_machine_id": other,
        "deleted": true,
    })))
}
