//! Endpoints for API keys.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::Patch;
use crate::emulator::{
    http::{JsonBody, JsonResult, Page, Query},
    store::{
        ApiKeyFilter, CredentialKind, EmulatorState, Instance, NewApiKey, api_key_description,
        expiration_after,
    },
};

const KIND: CredentialKind = CredentialKind::ApiKey;

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/api_keys", get(list).post(create))
        .route("/api_keys/{api_key_id}", get(retrieve).patch(update).delete(remove))
        .route("/api_keys/{api_key_id}/secret", get(secret))
        .route("/api_keys/{api_key_id}/revoke", post(revoke))
        .route("/api_keys/verify", post(verify))
}

async fn list(
    State(instance): EmulatorState,
    Query(filter): Query<ApiKeyFilter>,
    Query(page): Query<Page>,
) -> JsonResult {
    page.with_max_limit(100)?.with_total(instance.store().api_keys(&filter)?)
}

async fn create(State(instance): EmulatorState, JsonBody(new): JsonBody<NewApiKey>) -> JsonResult {
    instance.store().create_api_key(new).map(Json)
}

async fn retrieve(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    let store = instance.store();
    Ok(Json(store.credential(KIND, &id)?.document(store.now())))
}

async fn secret(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    Ok(Json(json!({ "secret": instance.store().credential(KIND, &id)?.token })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Update {
    #[serde(default)]
    claims: Patch<Value>,
    scopes: Option<Vec<String>>,
    #[serde(default)]
    description: Patch<String>,
    subject: Option<String>,
    #[serde(default)]
    seconds_until_expiration: Patch<f64>,
}

async fn update(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    JsonBody(update): JsonBody<Update>,
) -> JsonResult {
    let mut store = instance.store();
    let now = store.now();
    let mut key = store.credential(KIND, &id)?.clone();
    if let Some(subject) = update.subject {
        key.subject = store.new_api_key_for(&subject)?.subject;
    }
    match update.claims {
        Patch::Keep => {}
        Patch::Clear => key.claims = Value::Null,
        Patch::Set(claims) => key.claims = claims,
    }
    match update.description {
        Patch::Keep => {}
        Patch::Clear => key.description = None,
        Patch::Set(text) => key.description = api_key_description(Some(text))?,
    }
    match update.seconds_until_expiration {
        Patch::Keep => {}
        Patch::Clear => key.expires_at = None,
        Patch::Set(seconds) => key.expires_at = Some(expiration_after(now, seconds)?),
    }
    key.scopes = update.scopes.unwrap_or(key.scopes);
    key.updated_at = now;
    let document = key.document(now);
    *store.credential_mut(KIND, &id)? = key;
    Ok(Json(document))
}

async fn remove(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    let mut store = instance.store();
    store.credential(KIND, &id)?;
    store.credentials.retain(|credential| credential.id != id);
    Ok(Json(json!({ "object": "api_key", "id": id, "deleted": true })))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Revoke {
    pub(super) revocation_reason: Option<String>,
}

async fn revoke(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    JsonBody(revoke): JsonBody<Revoke>,
) -> JsonResult {
    instance.store().revoke_credential(KIND, &id, revoke.revocation_reason).map(Json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Verify {
    secret: String,
}

async fn verify(State(instance): EmulatorState, JsonBody(verify): JsonBody<Verify>) -> JsonResult {
    instance.store().verify_credential(KIND, &verify.secret, |_| true).map(Json)
}
