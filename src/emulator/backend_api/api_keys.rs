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
    http::{ClerkError, JsonBody, JsonResult, Page, Query, Result, contains},
    store::{Credential, CredentialKind, EmulatorState, Instance, Store, expiration_after},
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

#[derive(Deserialize)]
struct Filter {
    subject: String,
    #[serde(default = "api_key_type")]
    r#type: String,
    #[serde(default)]
    include_invalid: bool,
    query: Option<String>,
}

impl Filter {
    fn matches(&self, key: &Credential, now: i64) -> bool {
        let matches_query =
            |query: &String| contains(&json!(key.name), query) || contains(&json!(key.id), query);
        key.kind == KIND
            && key.subject == self.subject
            && key.api_key_type == self.r#type
            && (self.include_invalid || key.is_valid(now))
            && self.query.as_ref().is_none_or(matches_query)
    }
}

async fn list(
    State(instance): EmulatorState,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> JsonResult {
    check_subject(&filter.subject)?;
    let store = instance.store();
    let now = store.now();
    let found = store.credentials.iter().rev().filter(|key| filter.matches(key, now));
    page.with_max_limit(100)?.with_total(found.map(|key| key.document(now)).collect())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Create {
    #[serde(default = "api_key_type")]
    r#type: String,
    name: String,
    description: Option<String>,
    subject: String,
    #[serde(default)]
    claims: Value,
    #[serde(default)]
    scopes: Vec<String>,
    created_by: Option<String>,
    seconds_until_expiration: Option<f64>,
}

async fn create(State(instance): EmulatorState, JsonBody(create): JsonBody<Create>) -> JsonResult {
    if !(3..=25).contains(&create.r#type.chars().count()) {
        return Err(ClerkError::invalid_value("type", "3 to 25 characters long"));
    }
    if create.name.trim().chars().count() < 3 || create.name.trim() != create.name {
        return Err(ClerkError::invalid_format(
            "name",
            "at least 3 characters long, without leading or trailing whitespace",
        ));
    }
    let mut store = instance.store();
    let now = store.now();
    let mut key = new_key_for(&store, &create.subject)?;
    let has_name = |other: &Credential| {
        (other.kind, &other.subject, &other.name) == (KIND, &create.subject, &create.name)
            && !other.revoked
    };
    if store.credentials.iter().any(has_name) {
        return Err(ClerkError::conflict(
            "token_creation_conflict",
            "The subject already has an API key with this name.",
        ));
    }
    if create.created_by.as_ref().is_some_and(|user_id| store.user(user_id).is_err()) {
        return Err(ClerkError::referenced_not_found("created_by"));
    }
    key.api_key_type = create.r#type;
    key.name = create.name;
    key.description = description(create.description)?;
    key.claims = create.claims;
    key.scopes = create.scopes;
    key.created_by = create.created_by;
    key.expires_at =
        create.seconds_until_expiration.map(|n| expiration_after(now, n)).transpose()?;
    let document = key.document_with("secret", &key.token, now);
    store.credentials.push(key);
    Ok(Json(document))
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
        key.subject = new_key_for(&store, &subject)?.subject;
    }
    match update.claims {
        Patch::Keep => {}
        Patch::Clear => key.claims = Value::Null,
        Patch::Set(claims) => key.claims = claims,
    }
    match update.description {
        Patch::Keep => {}
        Patch::Clear => key.description = None,
        Patch::Set(text) => key.description = description(Some(text))?,
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

fn api_key_type() -> String {
    "api_key".into()
}

/// Builds a key for the subject given in a parameter.
fn new_key_for(store: &Store, subject: &str) -> Result<Credential> {
    check_subject(subject)?;
    store.new_credential(KIND, subject).map_err(|_| ClerkError::referenced_not_found("subject"))
}

fn check_subject(subject: &str) -> Result<()> {
    let is_word = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    match subject.split_once('_') {
        Some(("user" | "org" | "mch" | "scim", id)) if id.len() == 27 && is_word(id) => Ok(()),
        _ => Err(ClerkError::invalid_format(
            "subject",
            "the ID of a user, an organization or a machine",
        )),
    }
}

fn description(text: Option<String>) -> Result<Option<String>> {
    if text.as_ref().is_some_and(|text| text.chars().count() > 255) {
        return Err(ClerkError::too_long("description", 255));
    }
    Ok(text)
}
