//! Endpoints for the allowlist.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{delete, get},
};
use serde::Deserialize;

use super::invitations::invite;
use crate::emulator::{
    http::{JsonBody, JsonResult, Page, Query},
    store::{EmulatorState, Instance, NewInvitation, new_identifier},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/allowlist_identifiers", get(list).post(create))
        .route("/allowlist_identifiers/{identifier_id}", delete(remove))
}

async fn list(State(instance): EmulatorState, Query(page): Query<Page>) -> JsonResult {
    page.array(instance.store().allowlist.iter().rev().collect())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Create {
    identifier: String,
    #[serde(default)]
    notify: bool,
}

/// Adds an identifier. With `notify`, an email address is also invited; email domains and other
/// identifiers are not.
async fn create(State(instance): EmulatorState, JsonBody(create): JsonBody<Create>) -> JsonResult {
    let mut store = instance.store();
    let mut listed = new_identifier(
        &store.allowlist,
        "allowlist_identifier",
        "alid",
        &create.identifier,
        store.now(),
    )?;
    let email_address =
        listed["identifier"].as_str().filter(|one| one.contains('@') && !one.contains('*'));
    if let Some(email_address) = email_address.filter(|_| create.notify) {
        let invitation =
            NewInvitation { email_address: email_address.to_owned(), ..NewInvitation::default() };
        store.check_not_user(&invitation)?;
        for created in invite(&instance, &mut store, &[invitation])? {
            listed["invitation_id"] = created["id"].clone();
        }
    }
    Ok(Json(store.allowlist.insert(listed)))
}

async fn remove(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().allowlist.delete(&id).map(Json)
}
