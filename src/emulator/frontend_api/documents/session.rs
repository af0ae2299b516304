//! Sessions.

use serde_json::{Value, json};

use super::user::user;
use crate::emulator::{
    http::Result,
    store::{Instance, Session, SessionStatus, Store},
};

/// Returns a session with its user and, unless it is over, a new token for an app at `origin`.
pub(in crate::emulator) fn session(
    instance: &Instance,
    session_id: &str,
    origin: Option<&str>,
) -> Result<Value> {
    let (mut document, is_over) = {
        let store = instance.store();
        let session = store.session(session_id)?;
        (with_user(&store, session), session.is_over(store.now()))
    };
    if !is_over {
        let jwt = instance.session_token(session_id, None, origin)?;
        document["last_active_token"] = json!({ "object": "token", "jwt": jwt });
    }
    Ok(document)
}

/// Returns a session with its user, without a token, for other devices of the user.
pub(in crate::emulator) fn session_elsewhere(store: &Store, session: &Session) -> Value {
    with_user(store, session)
}

/// Returns a session in the list of the devices that a user is signed in on.
pub(in crate::emulator) fn active_session(store: &Store, session: &Session) -> Value {
    let mut document = base(store, session);
    document["latest_activity"] = json!({
        "object": "session_activity",
        "id": session.id.replacen("sess", "sess_activity", 1),
        "is_mobile": false,
    });
    document
}

fn with_user(store: &Store, session: &Session) -> Value {
    let mut document = base(store, session);
    document["last_active_organization_id"] = json!(session.organization_id);
    document["factor_verification_age"] = json!(session.factor_ages(store.now()));
    document["created_at"] = json!(session.created_at);
    document["updated_at"] = json!(session.updated_at);
    document["public_user_data"] = Value::Null;
    if let Ok(own) = store.user(&session.user_id) {
        document["user"] = user(store, own);
        document["public_user_data"] = Store::public_user_data(own);
    }
    document
}

/// Returns the fields that all representations of a session have.
pub(super) fn base(store: &Store, session: &Session) -> Value {
    let full = session.document(store.now());
    let mut document = super::pick(
        &full,
        &["id", "object", "status", "expire_at", "abandon_at", "last_active_at", "actor"],
    );
    if document["status"] == "replaced" {
        document["status"] = json!(SessionStatus::Removed);
    }
    // clerk-js does not show the tasks without this field, which Clerk's document lacks in most
    // representations.
    if document["status"] == "pending" {
        let tasks = store.session_tasks(session).into_iter().map(|key| json!({ "key": key }));
        document["tasks"] = tasks.collect();
    }
    document
}
