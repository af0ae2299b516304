//! Machine-to-machine tokens over HTTP, for machines with their own secret keys.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    super::{
        error::{ClerkError, Result},
        store::{Credential, CredentialKind},
    },
    Answer, Caller, Clerk, Instance,
    api_keys::Revoke,
    params::{JsonBody, Page, Query},
};

const KIND: CredentialKind = CredentialKind::M2mToken;

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

async fn list(
    State(clerk): Clerk,
    caller: Caller,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> Answer {
    if matches!(caller, Caller::Machine(id) if id != filter.subject) {
        return Err(ClerkError::not_found("machine", &filter.subject));
    }
    let store = clerk.store();
    let now = store.now();
    let found = store.credentials.iter().rev().filter(|token| {
        token.kind == KIND
            && token.subject == filter.subject
            && token.revoked == filter.revoked
            && token.is_expired(now) == filter.expired
    });
    let documents: Vec<Value> = found.map(|token| token.document(now)).collect();
    let total_count = documents.len();
    Ok(Json(json!({ "m2m_tokens": page.of(documents)?, "total_count": total_count })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Create {
    #[serde(default)]
    token_format: TokenFormat,
    seconds_until_expiration: Option<f64>,
    #[serde(default)]
    claims: Value,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TokenFormat {
    #[default]
    Opaque,
    Jwt,
}

async fn create(
    State(clerk): Clerk,
    caller: Caller,
    JsonBody(create): JsonBody<Create>,
) -> Result<(StatusCode, Json<Value>)> {
    let Caller::Machine(machine_id) = caller else { return Err(ClerkError::key_invalid()) };
    let mut store = clerk.store();
    let now = store.now();
    let token = store.create_credential(KIND, &machine_id)?;
    token.claims = create.claims;
    token.expire_after(create.seconds_until_expiration)?;
    let (id, mut text, mut document) = (token.id.clone(), token.token.clone(), token.document(now));
    drop(store);
    if let TokenFormat::Jwt = create.token_format {
        text = clerk.credential_jwt(KIND, &id)?;
    }
    document["token"] = json!(text);
    Ok((StatusCode::CREATED, Json(document)))
}

async fn revoke(
    State(clerk): Clerk,
    caller: Caller,
    Path(id): Path<String>,
    JsonBody(revoke): JsonBody<Revoke>,
) -> Answer {
    let mut store = clerk.store();
    check(&caller, store.credential(KIND, &id)?, |machine, token| token.subject == machine)?;
    store.revoke_credential(KIND, &id, revoke.revocation_reason).map(Json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Verify {
    token: String,
}

async fn verify(State(clerk): Clerk, caller: Caller, JsonBody(verify): JsonBody<Verify>) -> Answer {
    let mut store = clerk.store();
    let now = store.now();
    let token = store.use_credential(KIND, &verify.token)?;
    check(&caller, token, |machine, token| token.scopes.iter().any(|scope| scope == machine))?;
    Ok(Json(token.document(now)))
}

/// Hides tokens from machines that have nothing to do with them.
fn check(caller: &Caller, token: &Credential, is_for: impl FnOnce(&str, &Credential) -> bool) -> Result<()> {
    match caller {
        Caller::Machine(machine) if !is_for(machine, token) => {
            Err(ClerkError::token_unknown("machine-to-machine token"))
        }
        _ => Ok(()),
    }
}
