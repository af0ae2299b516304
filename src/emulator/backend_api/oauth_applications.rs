//! Endpoints for OAuth applications.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post, put},
};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::emulator::{
    http::{ClerkError, Image, JsonBody, JsonResult, Page, Query, Result, contains, sort},
    store::{Credential, CredentialKind, EmulatorState, Instance, OAuthApplicationChange, Store},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/oauth_applications", get(list).post(create))
        .route(
            "/oauth_applications/{oauth_application_id}",
            get(retrieve).patch(update).delete(remove),
        )
        .route("/oauth_applications/{oauth_application_id}/logo", put(upload_logo))
        .route("/oauth_applications/{oauth_application_id}/revoke_token", post(revoke_token))
        .route("/oauth_applications/{oauth_application_id}/rotate_secret", post(rotate_secret))
}

#[derive(Deserialize)]
struct Filter {
    name_query: Option<String>,
    order_by: Option<String>,
}

impl Filter {
    fn matches(&self, application: &Value) -> bool {
        let matches = |query: &String| {
            application["client_id"] == query.as_str() || contains(&application["name"], query)
        };
        self.name_query.as_ref().is_none_or(matches)
    }
}

async fn list(
    State(instance): EmulatorState,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    let found = store.oauth_applications.iter().filter(|application| filter.matches(application));
    let mut found: Vec<&Value> = found.collect();
    sort(&mut found, filter.order_by.as_deref(), &["name", "created_at"], |found, by| {
        found[by].clone()
    })?;
    page.with_total(found)
}

async fn create(
    State(instance): EmulatorState,
    JsonBody(change): JsonBody<OAuthApplicationChange>,
) -> JsonResult {
    let mut store = instance.store();
    let application = store.create_oauth_application(change, &instance.url)?;
    Ok(Json(with_secret(&mut store, application)))
}

async fn retrieve(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().oauth_applications.get(&id).cloned().map(Json)
}

async fn update(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    JsonBody(change): JsonBody<OAuthApplicationChange>,
) -> JsonResult {
    instance.store().update_oauth_application(&id, change).map(Json)
}

async fn remove(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().delete_oauth_application(&id).map(Json)
}

async fn upload_logo(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    image: Image,
) -> JsonResult {
    let mut store = instance.store();
    let mut application = store.oauth_applications.get(&id)?.clone();
    if let Some(user_id) = &image.uploader_user_id {
        store.user(user_id)?;
    }
    application["client_image_url"] = json!(image.url);
    let now = store.now();
    Ok(Json(store.oauth_applications.replace(application, now)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RevokeToken {
    token: String,
}

async fn revoke_token(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    JsonBody(revoke): JsonBody<RevokeToken>,
) -> Result<StatusCode> {
    let mut store = instance.store();
    let client_id = &store.oauth_applications.get(&id)?["client_id"];
    let matches = |token: &&Credential| {
        token.kind == CredentialKind::OAuthToken
            && token.token == revoke.token
            && *client_id == token.client_id
    };
    let token = store.credentials.iter().find(matches).map(|token| token.id.clone());
    let token = token.ok_or_else(|| ClerkError::unknown_token("application's access token"))?;
    store.revoke_credential(CredentialKind::OAuthToken, &token, None)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn rotate_secret(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    let mut store = instance.store();
    let (application, now) = (store.oauth_applications.get(&id)?.clone(), store.now());
    let application = store.oauth_applications.replace(application, now);
    Ok(Json(with_secret(&mut store, application)))
}

/// Adds a new secret to an application's document. Public clients have none.
fn with_secret(store: &mut Store, mut application: Value) -> Value {
    let secret = store.rotate_oauth_secret(&application);
    application["client_secret"] = json!(secret.unwrap_or_default());
    application
}
