//! The sessions of the user, on all devices.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};
use serde_json::Value;

use crate::emulator::{
    frontend_api::{current_client::CurrentSession, documents},
    http::{ClerkError, JsonResult},
    store::{EmulatorState, Instance, SessionStatus},
};

/// Builds the routes whose responses are plain lists.
pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/me/sessions", get(list)).route("/me/sessions/active", get(list_active))
}

/// Builds the route whose response contains the client.
pub(super) fn revocation_routes() -> Router<Arc<Instance>> {
    Router::new().route("/me/sessions/{session_id}/revoke", post(revoke))
}

async fn list(State(instance): EmulatorState, session: CurrentSession) -> Json<Value> {
    let store = instance.store();
    let own = store.sessions.iter().filter(|own| own.user_id == session.user_id);
    Json(own.map(|own| documents::session_elsewhere(&store, own)).collect())
}

async fn list_active(State(instance): EmulatorState, session: CurrentSession) -> Json<Value> {
    let store = instance.store();
    let now = store.now();
    let live =
        store.sessions.iter().filter(|own| own.user_id == session.user_id && !own.is_over(now));
    Json(live.map(|own| documents::active_session(&store, own)).collect())
}

/// Signs the user out on another device.
async fn revoke(
    State(instance): EmulatorState,
    session: CurrentSession,
    Path(id): Path<String>,
) -> JsonResult {
    let mut store = instance.store();
    if store.session(&id)?.user_id != session.user_id {
        return Err(ClerkError::resource_not_found("session", &id));
    }
    store.end_sessions(SessionStatus::Revoked, |own| own.id == id);
    drop(store);
    documents::session(&instance, &id, None).map(Json)
}
