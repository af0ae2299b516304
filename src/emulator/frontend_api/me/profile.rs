//! The user's profile.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    routing::{get, patch, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::emulator::{
    frontend_api::{current_client::CurrentSession, documents},
    http::{ClerkError, FormBody, Image, JsonResult, Params, fields},
    store::{EmulatorState, Instance},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/me", get(retrieve).patch(update).delete(delete))
        .route("/me/metadata", patch(update_metadata))
        .route("/me/profile_image", post(set_image).delete(delete_image))
}

async fn retrieve(State(instance): EmulatorState, session: CurrentSession) -> JsonResult {
    let store = instance.store();
    Ok(Json(documents::user(&store, store.user(&session.user_id)?)))
}

#[derive(Deserialize)]
struct Update {
    username: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    locale: Option<String>,
    primary_email_address_id: Option<String>,
    primary_phone_number_id: Option<String>,
    primary_web3_wallet_id: Option<String>,
    unsafe_metadata: Option<String>,
}

async fn update(
    State(instance): EmulatorState,
    session: CurrentSession,
    FormBody(update): FormBody<Update>,
) -> JsonResult {
    let fields = [
        ("username", update.username),
        ("first_name", update.first_name),
        ("last_name", update.last_name),
        ("locale", update.locale),
        ("primary_email_address_id", update.primary_email_address_id),
        ("primary_phone_number_id", update.primary_phone_number_id),
        ("primary_web3_wallet_id", update.primary_web3_wallet_id),
    ];
    let given = fields.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?.into())));
    let params: Params = given.collect();
    let mut store = instance.store();
    if let Some(metadata) = update.unsafe_metadata {
        let metadata = fields::json("unsafe_metadata", &metadata)?;
        store.set_user_metadata(&session.user_id, unsafe_metadata(metadata), false)?;
    }
    let user = store.update_user(&session.user_id, params)?;
    Ok(Json(documents::user(&store, &user)))
}

#[derive(Deserialize)]
struct MetadataUpdate {
    unsafe_metadata: String,
}

/// Merges metadata into the user's own.
async fn update_metadata(
    State(instance): EmulatorState,
    session: CurrentSession,
    FormBody(update): FormBody<MetadataUpdate>,
) -> JsonResult {
    let metadata = fields::json("unsafe_metadata", &update.unsafe_metadata)?;
    let mut store = instance.store();
    let user = store.set_user_metadata(&session.user_id, unsafe_metadata(metadata), true)?;
    Ok(Json(documents::user(&store, &user)))
}

fn unsafe_metadata(metadata: Value) -> Params {
    Params::from_iter([("unsafe_metadata".to_owned(), metadata)])
}

async fn delete(State(instance): EmulatorState, session: CurrentSession) -> JsonResult {
    let mut store = instance.store();
    if store.user(&session.user_id)?["delete_self_enabled"] == false {
        let message = "You are not allowed to delete your account.";
        return Err(ClerkError::forbidden("user_delete_self_not_enabled", message));
    }
    store.check_reverified(&session.session_id)?;
    let deleted = store.delete_user(&session.user_id)?;
    Ok(Json(documents::pick(&deleted, &["object", "id", "deleted"])))
}

async fn set_image(
    State(instance): EmulatorState,
    session: CurrentSession,
    image: Image,
) -> JsonResult {
    let user = instance.store().set_profile_image(&session.user_id, Some(&image.url))?;
    Ok(Json(json!({
        "object": "image",
        "id": session.user_id.replacen("user", "img", 1),
        "name": "profile_image",
        "public_url": user["image_url"],
    })))
}

async fn delete_image(State(instance): EmulatorState, session: CurrentSession) -> JsonResult {
    instance.store().set_profile_image(&session.user_id, None)?;
    let id = session.user_id.replacen("user", "img", 1);
    Ok(Json(json!({ "object": "image", "id": id, "deleted": true })))
}
