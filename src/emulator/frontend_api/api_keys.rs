//! The API keys of users and their organizations. Apps authenticate with a session token.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{FromRequestParts, Path, State},
    routing::{get, patch, post},
};
use http::{StatusCode, header::AUTHORIZATION, request::Parts};
use serde::Deserialize;
use serde_json::Value;

use crate::api::Patch;
use crate::emulator::{
    http::{ClerkError, JsonBody, JsonResult, Page, Query, Result},
    store::{
        ApiKeyFilter, CredentialKind, EmulatorState, Instance, NewApiKey, SessionStatus, Store,
        api_key_description, system_permission,
    },
};

const KIND: CredentialKind = CredentialKind::ApiKey;

pub(in crate::emulator) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/api_keys", get(list).post(create))
        .route("/api_keys/{api_key_id}", patch(update))
        .route("/api_keys/{api_key_id}/revoke", post(revoke))
}

/// The user of the active session whose token authenticates a request.
struct TokenUser {
    user_id: String,
}

impl FromRequestParts<Arc<Instance>> for TokenUser {
    type Rejection = ClerkError;

    async fn from_request_parts(parts: &mut Parts, instance: &Arc<Instance>) -> Result<Self> {
        let header = parts.headers.get(AUTHORIZATION).and_then(|header| header.to_str().ok());
        let token = header.and_then(|header| header.strip_prefix("Bearer "));
        let jwt = token.and_then(|token| instance.keys.verify(token));
        let claims = jwt.ok_or_else(ClerkError::signed_out)?.claims;
        let store = instance.store();
        let is_expired =
            claims["exp"].as_i64().is_none_or(|exp| exp.saturating_mul(1000) <= store.now());
        let session = store.session(claims["sid"].as_str().unwrap_or_default());
        let session = session
            .ok()
            .filter(|own| !is_expired && own.status_at(store.now()) == SessionStatus::Active);
        let session = session.ok_or_else(ClerkError::signed_out)?;
        Ok(Self { user_id: session.user_id.clone() })
    }
}

impl TokenUser {
    /// Rejects subjects whose keys the user may not manage.
    fn check_subject(&self, store: &Store, subject: &str, permission: &str) -> Result<()> {
        if subject == self.user_id {
            return Ok(());
        }
        store.require_permission(subject, &self.user_id, permission)
    }
}

async fn list(
    State(instance): EmulatorState,
    user: TokenUser,
    Query(filter): Query<ApiKeyFilter>,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    user.check_subject(&store, &filter.subject, system_permission::READ_API_KEYS)?;
    page.with_max_limit(100)?.with_total(store.api_keys(&filter)?)
}

async fn create(
    State(instance): EmulatorState,
    user: TokenUser,
    JsonBody(mut new): JsonBody<NewApiKey>,
) -> Result<(StatusCode, Json<Value>)> {
    let mut store = instance.store();
    user.check_subject(&store, &new.subject, system_permission::MANAGE_API_KEYS)?;
    new.check_created_by_user()?;
    new.created_by = Some(user.user_id);
    Ok((StatusCode::CREATED, Json(store.create_api_key(new)?)))
}

#[derive(Deserialize)]
struct Update {
    #[serde(default)]
    description: Patch<String>,
}

async fn update(
    State(instance): EmulatorState,
    user: TokenUser,
    Path(id): Path<String>,
    JsonBody(update): JsonBody<Update>,
) -> JsonResult {
    let mut store = instance.store();
    let subject = store.credential(KIND, &id)?.subject.clone();
    user.check_subject(&store, &subject, system_permission::MANAGE_API_KEYS)?;
    let key = store.credential_mut(KIND, &id)?;
    match update.description {
        Patch::Keep => {}
        Patch::Clear => key.description = None,
        Patch::Set(text) => key.description = api_key_description(Some(text))?,
    }
    let now = store.now();
    Ok(Json(store.credential(KIND, &id)?.document(now)))
}

#[derive(Deserialize)]
struct Revocation {
    revocation_reason: Option<String>,
}

async fn revoke(
    State(instance): EmulatorState,
    user: TokenUser,
    Path(id): Path<String>,
    JsonBody(revocation): JsonBody<Revocation>,
) -> JsonResult {
    let mut store = instance.store();
    let subject = store.credential(KIND, &id)?.subject.clone();
    user.check_subject(&store, &subject, system_permission::MANAGE_API_KEYS)?;
    store.revoke_credential(KIND, &id, revocation.revocation_reason).map(Json)
}
