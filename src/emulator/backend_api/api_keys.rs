//! API keys over HTTP.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    super::store::CredentialKind,
    Answer, Clerk, Instance,
    params::{JsonBody, Page, Query},
};

const KIND: CredentialKind = CredentialKind::ApiKey;

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/api_keys", get(list).post(create))
        .route("/api_keys/{api_key_id}", get(retrieve))
        .route("/api_keys/{api_key_id}/revoke", post(revoke))
        .route("/api_keys/verify", post(verify))
}

#[derive(Deserialize)]
struct Filter {
    subject: Option<String>,
    #[serde(default)]
    include_invalid: bool,
}

async fn list(State(clerk): Clerk, Query(filter): Query<Filter>, Query(page): Query<Page>) -> Answer {
    let store = clerk.store();
    let now = store.now();
    let found = store.credentials.iter().rev().filter(|key| {
        key.kind == KIND
            && filter.subject.as_ref().is_none_or(|subject| key.subject == *subject)
            && (filter.include_invalid || key.is_good(now))
    });
    page.counted(found.map(|key| key.document(now)).collect())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Create {
    name: String,
    subject: String,
    #[serde(default)]
    claims: Value,
    #[serde(default)]
    scopes: Vec<String>,
    created_by: Option<String>,
    seconds_until_expiration: Option<f64>,
}

async fn create(State(clerk): Clerk, JsonBody(create): JsonBody<Create>) -> Answer {
    let mut store = clerk.store();
    let now = store.now();
    let key = store.create_credential(KIND, &create.subject)?;
    key.name = create.name;
    key.claims = create.claims;
    key.scopes = create.scopes;
    key.created_by = create.created_by;
    key.expire_after(create.seconds_until_expiration)?;
    let mut document = key.document(now);
    document["secret"] = json!(key.token);
    Ok(Json(document))
}

async fn retrieve(State(clerk): Clerk, Path(id): Path<String>) -> Answer {
    let store = clerk.store();
    Ok(Json(store.credential(KIND, &id)?.document(store.now())))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Revoke {
    pub(super) revocation_reason: Option<String>,
}

async fn revoke(State(clerk): Clerk, Path(id): Path<String>, JsonBody(revoke): JsonBody<Revoke>) -> Answer {
    clerk.store().revoke_credential(KIND, &id, revoke.revocation_reason).map(Json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Verify {
    secret: String,
}

async fn verify(State(clerk): Clerk, JsonBody(verify): JsonBody<Verify>) -> Answer {
    let mut store = clerk.store();
    let now = store.now();
    Ok(Json(store.use_credential(KIND, &verify.secret)?.document(now)))
}
