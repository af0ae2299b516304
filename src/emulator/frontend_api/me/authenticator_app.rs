//! The user's authenticator app and backup codes.

use std::sync::Arc;

use axum::{Json, Router, extract::State, routing::post};
use serde::Deserialize;
use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

use crate::emulator::{
    frontend_api::current_client::CurrentSession,
    http::{FormBody, JsonResult},
    store::{EmulatorState, Instance, SecondFactor, Store},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/me/totp", post(create).delete(delete))
        .route("/me/totp/attempt_verification", post(attempt_verification))
        .route("/me/backup_codes", post(create_backup_codes))
}

/// Creates the secret of an authenticator app, which counts as soon as a code of it is verified.
async fn create(State(instance): EmulatorState, session: CurrentSession) -> JsonResult {
    let mut store = instance.store();
    store.check_reverified(&session.session_id)?;
    let secret = store.start_authenticator_app(&session.user_id)?;
    let issuer = encode(&store.user_settings.application_name);
    let account = Store::public_user_data(store.user(&session.user_id)?)["identifier"].clone();
    let account = encode(account.as_str().unwrap_or_default());
    let uri = format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}");
    let mut document = totp(&store, &session.user_id, false);
    document["secret"] = json!(secret);
    document["uri"] = json!(uri);
    Ok(Json(document))
}

fn encode(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

#[derive(Deserialize)]
struct Attempt {
    code: String,
}

/// Verifies a code of the new authenticator app. The user's first second factor comes with backup
/// codes.
async fn attempt_verification(
    State(instance): EmulatorState,
    session: CurrentSession,
    FormBody(attempt): FormBody<Attempt>,
) -> JsonResult {
    let mut store = instance.store();
    let had_backup_codes = store.user(&session.user_id)?["backup_code_enabled"] == true;
    store.verify_authenticator_app(&session.user_id, &attempt.code)?;
    let now = store.now();
    store.session_mut(&session.session_id)?.verified_at[1] = Some(now);
    store.complete_tasks(&session.session_id)?;
    let mut document = totp(&store, &session.user_id, true);
    if !had_backup_codes {
        document["backup_codes"] = json!(store.create_backup_codes(&session.user_id)?);
    }
    Ok(Json(document))
}

async fn delete(State(instance): EmulatorState, session: CurrentSession) -> JsonResult {
    let mut store = instance.store();
    store.check_reverified(&session.session_id)?;
    store.delete_second_factor(&session.user_id, SecondFactor::Totp)?;
    let id = totp_id(&session.user_id);
    Ok(Json(json!({ "object": "totp", "id": id, "deleted": true })))
}

/// Replaces the user's backup codes.
async fn create_backup_codes(
    State(instance): EmulatorState,
    session: CurrentSession,
) -> JsonResult {
    let mut store = instance.store();
    store.check_reverified(&session.session_id)?;
    let codes = store.create_backup_codes(&session.user_id)?;
    let now = store.now();
    Ok(Json(json!({
        "object": "backup_code",
        "id": session.user_id.replacen("user", "bkcode", 1),
        "codes": codes,
        "created_at": now,
        "updated_at": now,
    })))
}

fn totp(store: &Store, user_id: &str, verified: bool) -> Value {
    json!({
        "object": "totp",
        "id": totp_id(user_id),
        "secret": null,
        "uri": null,
        "verified": verified,
        "created_at": store.now(),
        "updated_at": store.now(),
    })
}

fn totp_id(user_id: &str) -> String {
    user_id.replacen("user", "totp", 1)
}
