//! Endpoints for sign-in tokens and actor tokens.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::post,
};
use serde::Deserialize;
use serde_json::json;

use crate::emulator::{
    http::{ClerkError, JsonBody, JsonResult, Params, Result},
    store::{EmulatorState, Instance, SignInToken, TokenStatus},
    tokens::new_id,
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/sign_in_tokens", post(create))
        .route("/sign_in_tokens/{sign_in_token_id}/revoke", post(revoke))
        .route("/actor_tokens", post(create_actor_token))
        .route("/actor_tokens/{actor_token_id}/revoke", post(revoke_actor_token))
}

#[derive(Deserialize)]
struct Create {
    user_id: String,
    org_id: Option<String>,
    expires_in_seconds: Option<i64>,
}

async fn create(State(instance): EmulatorState, JsonBody(create): JsonBody<Create>) -> JsonResult {
    let lifetime =
        seconds_to_millis("expires_in_seconds", create.expires_in_seconds, 30 * 24 * 60 * 60)?;
    let mut store = instance.store();
    store.user(&create.user_id)?;
    if let Some(id) = &create.org_id {
        store.organization(id)?;
        store.membership(id, &create.user_id).ok_or_else(|| {
            let message = "The user is not a member of the organization.";
            ClerkError::forbidden("not_a_member_in_organization", message)
        })?;
    }
    let mut token =
        pending_token(&instance, "sign_in_token", new_id("sit"), create.user_id, lifetime);
    token.organization_id = create.org_id;
    let document = token.document();
    store.sign_in_tokens.push(token);
    Ok(Json(document))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateActorToken {
    user_id: String,
    actor: Params,
    expires_in_seconds: Option<i64>,
    session_max_duration_in_seconds: Option<i64>,
}

async fn create_actor_token(
    State(instance): EmulatorState,
    JsonBody(create): JsonBody<CreateActorToken>,
) -> JsonResult {
    match create.actor.get("sub") {
        None => return Err(ClerkError::missing_param("actor.sub")),
        Some(sub) if !sub.is_string() => {
            return Err(ClerkError::invalid_format("actor.sub", "a string"));
        }
        Some(_) => {}
    }
    let lifetime = seconds_to_millis("expires_in_seconds", create.expires_in_seconds, 60 * 60)?;
    let session_lifetime = seconds_to_millis(
        "session_max_duration_in_seconds",
        create.session_max_duration_in_seconds,
        30 * 60,
    )?;
    let mut store = instance.store();
    if store.user(&create.user_id).is_err() {
        return Err(ClerkError::referenced_not_found("user_id"));
    }
    let mut token =
        pending_token(&instance, "actor_token", new_id("act"), create.user_id, lifetime);
    token.actor = Some(json!(create.actor));
    token.session_lifetime = Some(session_lifetime);
    let document = token.document();
    store.sign_in_tokens.push(token);
    Ok(Json(document))
}

async fn revoke(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().revoke_sign_in_token("sign_in_token", &id).map(Json)
}

async fn revoke_actor_token(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().revoke_sign_in_token("actor_token", &id).map(Json)
}

/// Builds a pending token with its ticket.
fn pending_token(
    instance: &Instance,
    kind: &str,
    id: String,
    user_id: String,
    lifetime: i64,
) -> SignInToken {
    let now = instance.clock.unix_millis();
    let ticket = instance.issue_ticket(kind, &id, now.saturating_add(lifetime), None);
    SignInToken {
        id,
        status: TokenStatus::Pending,
        user_id,
        actor: None,
        organization_id: None,
        session_lifetime: None,
        url: instance.ticket_url(&ticket),
        ticket,
        created_at: now,
        updated_at: now,
    }
}

/// Validates a number of seconds and converts it to milliseconds.
pub(super) fn seconds_to_millis(name: &str, given: Option<i64>, default: i64) -> Result<i64> {
    match given.unwrap_or(default) {
        seconds if seconds > 0 => Ok(seconds.saturating_mul(1000)),
        _ => Err(ClerkError::invalid_value(name, "at least 1")),
    }
}
