//! The waitlist.

use std::sync::Arc;

use axum::{Json, Router, extract::State, routing::post};
use serde::Deserialize;

use super::documents::pick;
use crate::emulator::{
    http::{ClerkError, FormBody, JsonResult},
    store::{EmulatorState, Instance, NewWaitlistEntry, SignUpMode},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/waitlist", post(join))
}

#[derive(Deserialize)]
struct Entry {
    email_address: String,
}

async fn join(State(instance): EmulatorState, FormBody(entry): FormBody<Entry>) -> JsonResult {
    let mut store = instance.store();
    if store.user_settings.sign_up_mode != SignUpMode::Waitlist {
        let message = "The instance has no waitlist.";
        return Err(ClerkError::forbidden("waitlist_not_enabled", message));
    }
    let entries = store.join_waitlist(&[NewWaitlistEntry::new(entry.email_address)])?;
    let entry = entries.first().map(|entry| pick(entry, &["object", "id"]));
    Ok(Json(entry.unwrap_or_default()))
}
