//! Endpoints for the factors that users sign in with.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{delete, get, post},
};
use serde::Deserialize;
use serde_json::json;

use crate::emulator::{
    http::{ClerkError, JsonBody, JsonResult, Page, Query},
    store::{EmulatorState, Instance, SecondFactor, SessionStatus},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/users/{user_id}/verify_password", post(verify_password))
        .route("/users/{user_id}/remove_password", post(remove_password))
        .route("/users/{user_id}/password/set_compromised", post(set_compromised))
        .route("/users/{user_id}/password/unset_compromised", post(unset_compromised))
        .route("/users/{user_id}/verify_totp", post(verify_totp))
        .route("/users/{user_id}/totp", delete(delete_totp))
        .route("/users/{user_id}/backup_code", delete(delete_backup_codes))
        .route("/users/{user_id}/mfa", delete(disable_mfa))
        .route(
            "/users/{user_id}/web3_wallets/{web3_wallet_identification_id}",
            delete(delete_web3_wallet),
        )
        .route("/users/{user_id}/passkeys/{passkey_identification_id}", delete(delete_passkey))
        .route(
            "/users/{user_id}/external_accounts/{external_account_id}",
            delete(delete_external_account),
        )
        .route("/users/{user_id}/oauth_access_tokens/{provider}", get(oauth_access_tokens))
        .route("/users/{user_id}/trusted_devices", get(list_trusted_devices))
        .route(
            "/users/{user_id}/trusted_devices/{trusted_device_id}",
            delete(revoke_trusted_device),
        )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VerifyPassword {
    password: String,
}

async fn verify_password(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    JsonBody(VerifyPassword { password }): JsonBody<VerifyPassword>,
) -> JsonResult {
    instance.store().verify_password(&id, &password)?;
    Ok(Json(json!({ "verified": true })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RemovePassword {
    #[serde(default)]
    sign_out_of_other_sessions: bool,
}

async fn remove_password(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    JsonBody(remove): JsonBody<RemovePassword>,
) -> JsonResult {
    instance.store().remove_password(&id, remove.sign_out_of_other_sessions).map(Json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetCompromised {
    revoke_all_sessions: Option<bool>,
}

async fn set_compromised(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    JsonBody(set): JsonBody<SetCompromised>,
) -> JsonResult {
    let mut store = instance.store();
    let user = store.set_compromised(&id, true)?;
    if set.revoke_all_sessions == Some(true) {
        store.end_sessions(SessionStatus::Revoked, |session| session.user_id == id);
    }
    Ok(Json(user))
}

async fn unset_compromised(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().set_compromised(&id, false).map(Json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VerifyTotp {
    code: String,
}

async fn verify_totp(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    JsonBody(VerifyTotp { code }): JsonBody<VerifyTotp>,
) -> JsonResult {
    let code_type = instance.store().verify_totp(&id, &code)?;
    Ok(Json(json!({ "verified": true, "code_type": code_type })))
}

async fn delete_totp(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().delete_second_factor(&id, SecondFactor::Totp).map(Json)
}

async fn delete_backup_codes(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().delete_second_factor(&id, SecondFactor::BackupCodes).map(Json)
}

async fn disable_mfa(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().delete_second_factor(&id, SecondFactor::All).map(Json)
}

async fn delete_web3_wallet(
    State(instance): EmulatorState,
    Path((id, wallet)): Path<(String, String)>,
) -> JsonResult {
    instance.store().delete_web3_wallet(&id, &wallet).map(Json)
}

async fn delete_passkey(
    State(instance): EmulatorState,
    Path((id, passkey)): Path<(String, String)>,
) -> JsonResult {
    instance.store().delete_passkey(&id, &passkey).map(Json)
}

async fn delete_external_account(
    State(instance): EmulatorState,
    Path((id, account)): Path<(String, String)>,
) -> JsonResult {
    let mut store = instance.store();
    store.user(&id)?;
    store.delete_external_account(&id, &account).map(Json).map_err(|_| {
        let message = "The external account was not found.";
        ClerkError::not_found("external_account_not_found", message)
    })
}

async fn oauth_access_tokens(
    State(instance): EmulatorState,
    Path((id, provider)): Path<(String, String)>,
    Query(page): Query<Page>,
) -> JsonResult {
    page.array(instance.store().provider_tokens_of(&id, &provider)?)
}

async fn list_trusted_devices(
    State(instance): EmulatorState,
    Path(id): Path<String>,
) -> JsonResult {
    let devices = instance.store().trusted_devices_of(&id)?;
    Ok(Json(json!({ "total_count": devices.len(), "data": devices })))
}

async fn revoke_trusted_device(
    State(instance): EmulatorState,
    Path((id, device)): Path<(String, String)>,
) -> JsonResult {
    instance.store().revoke_trusted_device(&id, &device).map(Json)
}
