//! The user's password.

use std::sync::Arc;

use axum::{Json, Router, extract::State, routing::post};
use serde::Deserialize;

use crate::emulator::{
    frontend_api::{current_client::CurrentSession, documents},
    http::{ClerkError, FormBody, JsonResult, Params, Result, fields},
    store::{EmulatorState, Instance, Requirement, SessionStatus, Store},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/me/change_password", post(change))
        .route("/me/remove_password", post(remove))
}

#[derive(Deserialize)]
struct Change {
    current_password: Option<String>,
    new_password: String,
    #[serde(default)]
    sign_out_of_other_sessions: bool,
}

/// Changes the password, or sets the first one.
async fn change(
    State(instance): EmulatorState,
    session: CurrentSession,
    FormBody(change): FormBody<Change>,
) -> JsonResult {
    fields::password("new_password", &change.new_password)?;
    let mut store = instance.store();
    authorize(&store, &session, change.current_password.as_deref())?;
    let password = Params::from_iter([("password".to_owned(), change.new_password.into())]);
    let user = store.update_user(&session.user_id, password)?;
    if change.sign_out_of_other_sessions {
        store.end_sessions(SessionStatus::Revoked, |own| {
            own.user_id == session.user_id && own.id != session.session_id
        });
    }
    store.complete_tasks(&session.session_id)?;
    Ok(Json(documents::user(&store, &user)))
}

#[derive(Deserialize)]
struct Removal {
    current_password: Option<String>,
}

async fn remove(
    State(instance): EmulatorState,
    session: CurrentSession,
    FormBody(removal): FormBody<Removal>,
) -> JsonResult {
    let mut store = instance.store();
    if store.user_settings.password == Requirement::Required {
        let message = "The instance requires passwords.";
        return Err(ClerkError::forbidden("password_required", message));
    }
    authorize(&store, &session, removal.current_password.as_deref())?;
    let user = store.remove_password(&session.user_id, false)?;
    Ok(Json(documents::user(&store, &user)))
}

/// Rejects users who neither know their password nor verified themselves recently. Compromised
/// passwords can be changed without either.
fn authorize(store: &Store, session: &CurrentSession, password: Option<&str>) -> Result<()> {
    match password.filter(|password| !password.is_empty()) {
        Some(password) => store.check_password(&session.user_id, "current_password", password),
        None => store.check_reverified(&session.session_id),
    }
}
