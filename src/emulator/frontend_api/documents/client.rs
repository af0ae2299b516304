//! Clients.

use serde_json::{Value, json};

use super::{session::session, sign_in::sign_in};
use crate::emulator::store::Instance;

/// Returns a client with its live sessions, or null for unknown ones. The sessions contain new
/// tokens for an app at `origin`.
pub(in crate::emulator) fn client(instance: &Instance, token: &str, origin: Option<&str>) -> Value {
    let (mut document, session_ids) = {
        let store = instance.store();
        let Some(client) = store.client(token) else { return Value::Null };
        let ids: Vec<String> = store.live_sessions(client).map(|own| own.id.clone()).collect();
        let in_progress = |status| status != "complete";
        let current_sign_in =
            client.sign_in.as_ref().filter(|own| in_progress(store.sign_in_status(own)));
        let current_sign_up =
            client.sign_up.as_ref().filter(|own| in_progress(store.sign_up_status(own)));
        let document = json!({
            "object": "client",
            "id": client.id,
            "sessions": [],
            "sign_in": current_sign_in.map(|own| sign_in(&store, own)),
            "sign_up": current_sign_up.map(|own| store.sign_up_document(own)),
            "last_active_session_id": store.current_session(client).map(|own| &own.id),
            "last_authentication_strategy": client.last_strategy(),
            "cookie_expires_at": null,
            "captcha_bypass": true,
            "created_at": client.created_at,
            "updated_at": client.updated_at,
        });
        (document, ids)
    };
    document["sessions"] =
        session_ids.iter().filter_map(|id| session(instance, id, origin).ok()).collect();
    document
}
