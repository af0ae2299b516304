//! Endpoints for machine-to-machine tokens, which also accept the secret keys of machines.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{api_keys::Revoke, caller::Caller};
use crate::emulator::{
    http::{ClerkError, JsonBody, JsonResult, Page, Query, Result},
    store::{Credential, CredentialKind, EmulatorState, Instance, expiration_after},
};

const KIND: CredentialKind = CredentialKind::M2mToken;

/// The claims of machine-to-machine tokens that machines must not set.
const RESERVED_CLAIMS: [&str; 8] = ["aud", "exp", "iat", "iss", "jti", "nbf", "scopes", "sub"];

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/m2m_tokens", get(list).post(create))
        .route("/m2m_tokens/{m2m_token_id}/revoke", post(revoke))
        .route("/m2m_tokens/verify", post(verify))
}

#[derive(Deserialize)]
struct Filter {
    subject: String,
    #[serde(default)]
    revoked: bool,
    #[serde(default)]
    expired: bool,
}

impl Filter {
    fn matches(&self, token: &Credential, now: i64) -> bool {
        token.kind == KIND
            && token.subject == self.subject
            && (self.revoked || !token.revoked)
            && (self.expired || !token.is_expired(now))
    }
}

async fn list(
    State(instance): EmulatorState,
    caller: Caller,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> JsonResult {
    if matches!(caller, Caller::Machine(id) if id != filter.subject) {
        let message = "A machine can only list its own tokens.";
        return Err(ClerkError::forbidden("authorization_invalid", message));
    }
    let store = instance.store();
    store.machine(&filter.subject)?;
    let now = store.now();
    let found = store.credentials.iter().rev().filter(|token| filter.matches(token, now));
    let documents: Vec<Value> = found.map(|token| token.document(now)).collect();
    let total_count = documents.len();
    Ok(Json(json!({
        "m2m_tokens": page.with_max_limit(100)?.slice(documents)?,
        "total_count": total_count,
    })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Create {
    #[serde(default)]
    token_format: TokenFormat,
    seconds_until_expiration: Option<f64>,
    #[serde(default)]
    claims: Value,
    min_remaining_ttl_seconds: Option<u32>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TokenFormat {
    #[default]
    Opaque,
    Jwt,
}

async fn create(
    State(instance): EmulatorState,
    caller: Caller,
    JsonBody(create): JsonBody<Create>,
) -> Result<(StatusCode, Json<Value>)> {
    let Caller::Machine(machine_id) = caller else { return Err(ClerkError::key_invalid()) };
    let mut store = instance.store();
    let now = store.now();
    let mut token = store.new_credential(KIND, &machine_id)?;
    token.claims = create.claims;
    if let Some(seconds) = create.seconds_until_expiration {
        token.expires_at = Some(expiration_after(now, seconds)?);
    }
    let document = match create.token_format {
        // JWTs are not stored.
        TokenFormat::Jwt => {
            if let Some(claim) =
                RESERVED_CLAIMS.iter().find(|claim| !token.claims[**claim].is_null())
            {
                return Err(ClerkError::reserved_claim("machine_token_reserved_claim", claim));
            }
            token.document_with("token", &instance.credential_jwt(&token), now)
        }
        TokenFormat::Opaque => {
            let min_expires_at =
                create.min_remaining_ttl_seconds.map(|seconds| now + i64::from(seconds) * 1000);
            let is_reusable = |old: &&Credential| {
                min_expires_at.is_some_and(|min| is_equivalent(old, &token, now, min))
            };
            if let Some(old) = store.credentials.iter().rev().find(is_reusable) {
                old.document_with("token", &old.token, now)
            } else {
                let document = token.document_with("token", &token.token, now);
                store.credentials.push(token);
                document
            }
        }
    };
    Ok((StatusCode::CREATED, Json(document)))
}

/// Returns whether a valid token can be used instead of a new one: it has the same contents and
/// does not expire before the given time.
fn is_equivalent(old: &Credential, new: &Credential, now: i64, min_expires_at: i64) -> bool {
    old.kind == KIND
        && old.subject == new.subject
        && old.claims == new.claims
        && old.scopes == new.scopes
        && old.is_valid(now)
        && old.expires_at.is_none_or(|at| at >= min_expires_at)
}

async fn revoke(
    State(instance): EmulatorState,
    caller: Caller,
    Path(id): Path<String>,
    JsonBody(revoke): JsonBody<Revoke>,
) -> JsonResult {
    let mut store = instance.store();
    if let Caller::Machine(machine) = &caller
        && store.credential(KIND, &id)?.subject != *machine
    {
        return Err(ClerkError::resource_not_found("machine-to-machine token", &id));
    }
    store.revoke_credential(KIND, &id, revoke.revocation_reason).map(Json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Verify {
    token: String,
}

/// Verifies a token. Machines can only see tokens that are for them.
async fn verify(
    State(instance): EmulatorState,
    caller: Caller,
    JsonBody(verify): JsonBody<Verify>,
) -> JsonResult {
    let is_for_caller = |token: &Credential| match &caller {
        Caller::Instance => true,
        Caller::Machine(machine) => token.scopes.contains(machine),
    };
    instance.store().verify_credential(KIND, &verify.token, is_for_caller).map(Json)
}
