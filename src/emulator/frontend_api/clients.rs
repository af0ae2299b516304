//! Clients, and the dev browsers that identify them in development.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use serde_json::{Value, json};

use super::{
    current_client::{CurrentClient, RequestOrigin},
    documents,
};
use crate::emulator::{
    http::{JsonResult, Result},
    store::{EmulatorState, Instance, SessionStatus},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/client", get(retrieve).put(retrieve).post(retrieve).delete(sign_out))
        .route("/client/sessions", delete(sign_out))
}

pub(super) fn dev_browser_routes() -> Router<Arc<Instance>> {
    Router::new().route("/dev_browser", post(create_dev_browser))
}

/// Returns the client. Unlike in other responses, it is the response itself.
async fn retrieve(
    State(instance): EmulatorState,
    client: Result<CurrentClient>,
    origin: RequestOrigin,
) -> Json<Value> {
    let client = client.map_or(Value::Null, |CurrentClient(token)| {
        documents::client(&instance, &token, origin.as_deref())
    });
    Json(json!({ "response": client, "client": null }))
}

/// Signs out of all sessions.
async fn sign_out(
    State(instance): EmulatorState,
    CurrentClient(token): CurrentClient,
    origin: RequestOrigin,
) -> JsonResult {
    let mut store = instance.store();
    let (now, client) = (store.now(), store.client_mut(&token)?);
    let client_id = client.id.clone();
    client.updated_at = now;
    client.last_active_session_id = None;
    (client.sign_in, client.sign_up) = (None, None);
    store.end_sessions(SessionStatus::Removed, |session| session.client_id == client_id);
    drop(store);
    let client = documents::client(&instance, &token, origin.as_deref());
    Ok(Json(json!({ "response": client, "client": null })))
}

/// Creates a client whose token an app keeps, because it does not share cookies with the Frontend
/// API.
async fn create_dev_browser(State(instance): EmulatorState) -> Response {
    let token = instance.store().create_client().token.clone();
    let document = json!({ "id": token, "object": "dev_browser" });
    ([("clerk-db-jwt", token)], Json(document)).into_response()
}
