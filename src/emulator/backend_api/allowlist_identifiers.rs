//! The allowlist over HTTP.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{delete, get},
};
use serde::Deserialize;

use super::{
    super::store::{NewInvitation, new_identifier},
    Answer, Clerk, Instance,
    invitations::invite,
    params::{JsonBody, Page, Query},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/allowlist_identifiers", get(list).post(create))
        .route("/allowlist_identifiers/{identifier_id}", delete(remove))
}

async fn list(State(clerk): Clerk, Query(page): Query<Page>) -> Answer {
    page.array(clerk.store().allowlist.iter().rev().collect())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Create {
    identifier: String,
    #[serde(default)]
    notify: bool,
}

/// Who is to be notified is invited, as far as there is an email address to do it by.
async fn create(State(clerk): Clerk, JsonBody(create): JsonBody<Create>) -> Answer {
    let mut store = clerk.store();
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
        store.check_is_no_user(&invitation)?;
        for made in invite(&clerk, &mut store, &[invitation])? {
            listed["invitation_id"] = made["id"].clone();
        }
    }
    Ok(Json(store.allowlist.insert(listed)))
}

async fn remove(State(clerk): Clerk, Path(id): Path<String>) -> Answer {
    clerk.store().allowlist.delete(&id).map(Json)
}
