//! Sessions over HTTP.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    super::{
        error::{ClerkError, Result},
        store::{Params, SessionStatus},
    },
    Answer, Clerk, Instance,
    params::{Body, JsonBody, Page, Query},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/sessions", get(list).post(create))
        .route("/sessions/{session_id}", get(retrieve))
        .route("/sessions/{session_id}/refresh", post(refresh))
        .route("/sessions/{session_id}/revoke", post(revoke))
        .route("/sessions/{session_id}/tokens", post(create_token))
        .route("/sessions/{session_id}/tokens/{template}", post(create_token_from_template))
}

async fn list(State(clerk): Clerk, Query(filter): Query<Filter>, Query(page): Query<Page>) -> Answer {
    let store = clerk.store();
    let now = store.now();
    let found = store.sessions.iter().rev().filter(|session| {
        filter.client_id.as_ref().is_none_or(|id| session.client_id == *id)
            && filter.user_id.as_ref().is_none_or(|id| session.user_id == *id)
            && filter.status.is_none_or(|status| session.status_at(now) == status)
    });
    page.array(found.map(|session| session.document(now)).collect())
}

async fn create(State(clerk): Clerk, Body(params): Body) -> Answer {
    clerk.store().create_session(params).map(Json)
}

async fn retrieve(State(clerk): Clerk, Path(id): Path<String>) -> Answer {
    let store = clerk.store();
    Ok(Json(store.session(&id)?.document(store.now())))
}

#[derive(Deserialize)]
struct Refresh {
    expired_token: String,
    refresh_token: String,
    request_origin: String,
    #[serde(default)]
    format: RefreshFormat,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RefreshFormat {
    #[default]
    Token,
    Cookie,
}

/// A fresh token for the server of an app, in exchange for the old one and the refresh token.
async fn refresh(
    State(clerk): Clerk,
    Path(id): Path<String>,
    JsonBody(refresh): JsonBody<Refresh>,
) -> Answer {
    let claims = clerk.keys.read_token(&refresh.expired_token);
    if claims.is_none_or(|claims| claims["sid"] != id.as_str()) {
        return Err(ClerkError::not_refreshed("expired_token_invalid", "That is no token of the session."));
    }
    let store = clerk.store();
    let session = store.session(&id).ok().filter(|session| session.refresh_token == refresh.refresh_token);
    let Some(session) = session else {
        return Err(ClerkError::not_refreshed("refresh_token_invalid", "That is not the refresh token."));
    };
    if session.is_over(store.now()) {
        return Err(ClerkError::not_refreshed("session_inactive", "The session is over."));
    }
    drop(store);
    match refresh.format {
        RefreshFormat::Token => {
            let jwt = clerk.session_token(&id, None, Some(&refresh.request_origin))?;
            Ok(Json(json!({ "object": "token", "jwt": jwt })))
        }
        RefreshFormat::Cookie => {
            let cookies = clerk.session_cookies(&id, &refresh.request_origin)?;
            let cookies = cookies.map(|cookie| cookie.to_string());
            Ok(Json(json!({ "object": "cookies", "cookies": cookies })))
        }
    }
}

async fn revoke(State(clerk): Clerk, Path(id): Path<String>) -> Answer {
    clerk.store().revoke_session(&id).map(Json)
}

async fn create_token(State(clerk): Clerk, Path(id): Path<String>, Body(params): Body) -> Answer {
    clerk.check_signed_in(&id)?;
    let jwt = clerk.session_token(&id, lifetime(&params)?, None)?;
    Ok(Json(json!({ "object": "token", "jwt": jwt })))
}

async fn create_token_from_template(
    State(clerk): Clerk,
    Path((id, template)): Path<(String, String)>,
    Body(params): Body,
) -> Answer {
    clerk.check_signed_in(&id)?;
    let jwt = clerk.template_token(&id, &template, lifetime(&params)?)?;
    Ok(Json(json!({ "object": "token", "jwt": jwt })))
}

#[derive(Deserialize)]
struct Filter {
    client_id: Option<String>,
    user_id: Option<String>,
    status: Option<SessionStatus>,
}

fn lifetime(params: &Params) -> Result<Option<Duration>> {
    match params.get("expires_in_seconds") {
        None | Some(Value::Null) => Ok(None),
        Some(seconds) => match seconds.as_u64() {
            Some(seconds @ 30..=315_360_000) => Ok(Some(Duration::from_secs(seconds))),
            _ => Err(ClerkError::value("expires_in_seconds", "from 30 to 315360000")),
        },
    }
}
