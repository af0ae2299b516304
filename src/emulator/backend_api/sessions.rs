//! Endpoints for sessions.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};
use http::HeaderMap;
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::config::InstanceType;
use crate::emulator::{
    http::{Body, ClerkError, JsonBody, JsonResult, Page, Params, Query, Result, fields},
    store::{EmulatorState, Instance, SessionStatus},
};

const FIRST_API_VERSION: &str = "2021-02-05";

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/sessions", get(list).post(create))
        .route("/sessions/{session_id}", get(retrieve))
        .route("/sessions/{session_id}/refresh", post(refresh))
        .route("/sessions/{session_id}/revoke", post(revoke))
        .route("/sessions/{session_id}/verify", post(verify))
        .route("/sessions/{session_id}/tokens", post(create_token))
        .route("/sessions/{session_id}/tokens/{template}", post(create_token_from_template))
}

#[derive(Deserialize)]
struct Filter {
    client_id: Option<String>,
    user_id: Option<String>,
    status: Option<SessionStatus>,
}

async fn list(
    State(instance): EmulatorState,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    let now = store.now();
    let found = store.sessions.iter().rev().filter(|session| {
        filter.client_id.as_ref().is_none_or(|id| session.client_id == *id)
            && filter.user_id.as_ref().is_none_or(|id| session.user_id == *id)
            && filter.status.is_none_or(|status| session.status_at(now) == status)
    });
    page.array(found.map(|session| session.document(now)).collect())
}

async fn create(State(instance): EmulatorState, Body(params): Body) -> JsonResult {
    if instance.instance_type() == InstanceType::Production {
        let message = "Sessions can only be created on development instances.";
        return Err(ClerkError::bad_request("request_invalid_for_environment", message));
    }
    instance.store().create_session(params).map(Json)
}

async fn retrieve(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    let store = instance.store();
    Ok(Json(store.session(&id)?.document(store.now())))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refresh {
    expired_token: String,
    refresh_token: String,
    request_origin: String,
    format: Option<RefreshFormat>,
    /// Details of the browser's request, which the emulator does not record.
    #[serde(rename = "request_headers")]
    _request_headers: Option<Params>,
    #[serde(rename = "request_originating_ip")]
    _request_originating_ip: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum RefreshFormat {
    Token,
    Cookie,
}

/// Issues a new session token to an app's server, in exchange for the expired one and the refresh
/// token.
async fn refresh(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    JsonBody(refresh): JsonBody<Refresh>,
) -> JsonResult {
    check_refresh(&instance, &id, &refresh)
        .map_err(|(code, message)| ClerkError::not_refreshed(code, message))?;
    match refresh.format {
        None | Some(RefreshFormat::Token) => {
            let jwt = instance.session_token(&id, None, Some(&refresh.request_origin))?;
            Ok(Json(json!({ "object": "token", "jwt": jwt })))
        }
        Some(RefreshFormat::Cookie) => {
            let cookies = instance.session_cookies(&id, &refresh.request_origin)?;
            let cookies = cookies.map(|cookie| cookie.to_string());
            Ok(Json(json!({ "object": "cookies", "cookies": cookies })))
        }
    }
}

/// Checks whether a session can be refreshed; returns an error code and a message otherwise.
fn check_refresh(
    instance: &Instance,
    id: &str,
    refresh: &Refresh,
) -> std::result::Result<(), (&'static str, &'static str)> {
    if Url::parse(&refresh.request_origin).is_err() {
        return Err(("refresh_request_origin_invalid", "request_origin must be a valid origin."));
    }
    let Some(jwt) = instance.keys.verify(&refresh.expired_token) else {
        return Err((
            "expired_session_token_invalid",
            "expired_token must be a session token of this instance.",
        ));
    };
    match jwt.claims["sid"].as_str() {
        None => {
            return Err(("expired_session_token_missing_sid", "expired_token has no sid claim."));
        }
        Some(sid) if sid != id => {
            return Err(("refresh_sid_mismatch", "expired_token belongs to another session."));
        }
        Some(_) => {}
    }
    // Tokens that tests create through the API were not issued to a browser and have no `azp`.
    if jwt.claims["azp"].as_str().is_some_and(|origin| origin != refresh.request_origin) {
        let message = "request_origin is not the origin that expired_token was issued for.";
        return Err(("refresh_request_origin_azp_mismatch", message));
    }
    let store = instance.store();
    let Ok(session) = store.session(id) else {
        return Err(("session_refresh_session_not_found", "The session was not found."));
    };
    if session.refresh_token != refresh.refresh_token {
        return Err(("refresh_token_not_found", "refresh_token does not belong to the session."));
    }
    if session.is_over(store.now()) {
        return Err(("session_refresh_inactive_session", "The session is no longer active."));
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Verify {
    token: String,
}

/// Verifies a session token. Only the first version of the API has this operation.
async fn verify(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    headers: HeaderMap,
    JsonBody(verify): JsonBody<Verify>,
) -> JsonResult {
    if headers.get("clerk-api-version").is_none_or(|version| version != FIRST_API_VERSION) {
        return Err(ClerkError::gone(
            "This operation is only available in API version 2021-02-05.",
        ));
    }
    let claims = instance.keys.verify(&verify.token).map(|jwt| jwt.claims).unwrap_or_default();
    let store = instance.store();
    let session = store.session(&id)?;
    let is_valid = claims["exp"].as_i64().is_some_and(|exp| exp.saturating_mul(1000) > store.now());
    if claims["sid"] == session.id && is_valid && !session.is_over(store.now()) {
        Ok(Json(session.document(store.now())))
    } else {
        Err(ClerkError::bad_request(
            "invalid_session_token",
            "The token is not a valid token of this session.",
        ))
    }
}

async fn revoke(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().revoke_session(&id).map(Json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateToken {
    expires_in_seconds: Option<i64>,
}

impl CreateToken {
    fn lifetime(&self) -> Result<Option<Duration>> {
        let Some(seconds) = self.expires_in_seconds else { return Ok(None) };
        let seconds = fields::in_range("expires_in_seconds", seconds, 30..=315_360_000)?;
        Ok(Some(Duration::from_secs(seconds.unsigned_abs())))
    }
}

async fn create_token(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    JsonBody(create): JsonBody<CreateToken>,
) -> JsonResult {
    instance.check_signed_in(&id)?;
    let jwt = instance.session_token(&id, create.lifetime()?, None)?;
    Ok(Json(json!({ "object": "token", "jwt": jwt })))
}

async fn create_token_from_template(
    State(instance): EmulatorState,
    Path((id, template)): Path<(String, String)>,
    JsonBody(create): JsonBody<CreateToken>,
) -> JsonResult {
    instance.check_signed_in(&id)?;
    let jwt = instance.template_token(&id, &template, create.lifetime()?)?;
    Ok(Json(json!({ "object": "token", "jwt": jwt })))
}
