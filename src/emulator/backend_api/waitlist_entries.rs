//! Endpoints for the waitlist.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{delete, get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::invitations::invite as create_invitations;
use crate::emulator::{
    http::{ClerkError, JsonBody, JsonBulk, JsonResult, Page, Query, contains, sort},
    store::{EmulatorState, Instance, NewInvitation, NewWaitlistEntry},
};

/// The maximum number of entries per request.
const MAX_BULK: usize = 50;

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/waitlist_entries", get(list).post(create))
        .route("/waitlist_entries/bulk", post(create_bulk))
        .route("/waitlist_entries/{waitlist_entry_id}", delete(remove))
        .route("/waitlist_entries/{waitlist_entry_id}/invite", post(invite))
        .route("/waitlist_entries/{waitlist_entry_id}/reject", post(reject))
}

#[derive(Deserialize)]
struct Filter {
    query: Option<String>,
    status: Option<Status>,
    order_by: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Pending,
    Invited,
    Completed,
    Rejected,
}

impl Filter {
    fn matches(&self, entry: &Value) -> bool {
        let status = self.status.as_ref().map(|status| match status {
            Status::Pending => "pending",
            Status::Invited => "invited",
            Status::Completed => "completed",
            Status::Rejected => "rejected",
        });
        let has_text =
            |text: &String| entry["id"] == text.as_str() || contains(&entry["email_address"], text);
        status.is_none_or(|status| entry["status"] == status)
            && self.query.as_ref().is_none_or(has_text)
    }
}

async fn list(
    State(instance): EmulatorState,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> JsonResult {
    let store = instance.store();
    let all = store.waitlist.iter().map(|entry| store.waitlist_document(entry));
    let mut found: Vec<Value> = all.filter(|entry| filter.matches(entry)).collect();
    let fields = ["created_at", "email_address", "invited_at"];
    sort(&mut found, filter.order_by.as_deref(), &fields, |entry, by| match by {
        "invited_at" => entry["invitation"]["created_at"].clone(),
        name => entry[name].clone(),
    })?;
    page.with_total(found)
}

async fn create(
    State(instance): EmulatorState,
    JsonBody(new): JsonBody<NewWaitlistEntry>,
) -> JsonResult {
    let entries = instance.store().join_waitlist(&[new])?;
    Ok(Json(entries.into_iter().next().unwrap_or_default()))
}

async fn create_bulk(
    State(instance): EmulatorState,
    JsonBulk(new): JsonBulk<NewWaitlistEntry, MAX_BULK>,
) -> JsonResult {
    Ok(Json(json!(instance.store().join_waitlist(&new)?)))
}

async fn remove(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().delete_waitlist_entry(&id).map(Json)
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Invite {
    ignore_existing: Option<bool>,
}

/// Invites the owner of the email address to sign up.
async fn invite(
    State(instance): EmulatorState,
    Path(id): Path<String>,
    JsonBody(params): JsonBody<Invite>,
) -> JsonResult {
    let mut store = instance.store();
    let entry = store.waitlist_entry(&id)?;
    let new = NewInvitation {
        email_address: entry["email_address"].as_str().unwrap_or_default().to_owned(),
        ignore_existing: params.ignore_existing,
        ..NewInvitation::default()
    };
    if params.ignore_existing != Some(true) {
        store.check_not_user(&new)?;
    }
    let invitation = create_invitations(&instance, &mut store, &[new])?;
    let invitation = invitation
        .first()
        .ok_or_else(|| ClerkError::resource_not_found("invitation of the waitlist entry", &id))?;
    store.mark_as_invited(&id, invitation).map(Json)
}

async fn reject(State(instance): EmulatorState, Path(id): Path<String>) -> JsonResult {
    instance.store().reject_waitlist_entry(&id).map(Json)
}
