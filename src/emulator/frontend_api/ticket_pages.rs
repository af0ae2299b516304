//! Signing in and up with tickets.

use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::pages;
use crate::emulator::{
    http::{ClerkError, Params, Result},
    store::{Instance, Store},
    tokens::Ticket,
};

/// Renders the sign-in page for the user of a ticket.
pub(super) fn sign_in_page(instance: &Instance, ticket: &str) -> Response {
    let user_id =
        instance.read_ticket(ticket).and_then(|ticket| instance.store().ticket_user_id(&ticket));
    let page =
        user_id.and_then(|id| Ok(pages::sign_in_as(instance.store().user(&id)?).into_response()));
    page.unwrap_or_else(|error| rejected(&error))
}

/// Renders the sign-up page for an invited user.
pub(super) fn sign_up_page(instance: &Instance, ticket: &str) -> Response {
    match instance.read_ticket(ticket).and_then(|ticket| instance.store().ticket_sign_up(&ticket)) {
        Ok((email_address, _)) => pages::sign_up(Some(&email_address)).into_response(),
        Err(error) => rejected(&error),
    }
}

pub(super) fn rejected(error: &ClerkError) -> Response {
    (error.status(), pages::ticket_rejected(error.message())).into_response()
}

/// Signs in the user of a ticket and consumes the ticket.
pub(super) fn sign_in(store: &mut Store, ticket: &Ticket, client: &str) -> Result<()> {
    let user_id = store.ticket_user_id(ticket)?;
    let session_id = store.start_browser_session(client, &user_id)?;
    store.consume_ticket(ticket, &session_id)
}

/// Signs up an invited user and consumes the ticket.
pub(super) fn sign_up(
    store: &mut Store,
    ticket: &Ticket,
    client: &str,
    mut user: Params,
) -> Result<()> {
    let (email_address, public_metadata) = store.ticket_sign_up(ticket)?;
    user.insert("email_address".into(), json!([email_address]));
    user.insert("public_metadata".into(), public_metadata);
    let user = store.create_user(user)?;
    let user_id = user["id"].as_str().unwrap_or_default();
    store.verify_by_ticket(user_id)?;
    let session_id = store.start_browser_session(client, user_id)?;
    store.consume_ticket(ticket, &session_id)
}
