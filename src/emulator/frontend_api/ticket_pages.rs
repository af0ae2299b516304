//! Signing in and up with tickets.

use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::pages;
use crate::emulator::{
    http::{ClerkError, Params, Result},
    store::{Instance, Store, TicketGrant},
    tokens::Ticket,
};

const ONLY_TO_SIGN_IN: &str = "The token can only be used to sign in.";

/// Renders the sign-in page for the user of a ticket.
pub(super) fn sign_in_page(instance: &Instance, ticket: &str) -> Response {
    let user_id =
        instance.read_ticket(ticket).and_then(|ticket| granted_user_id(&instance.store(), &ticket));
    let page =
        user_id.and_then(|id| Ok(pages::sign_in_as(instance.store().user(&id)?).into_response()));
    page.unwrap_or_else(|error| rejected(&error))
}

/// Renders the sign-up page for an invited user.
pub(super) fn sign_up_page(instance: &Instance, ticket: &str) -> Response {
    match instance
        .read_ticket(ticket)
        .and_then(|ticket| granted_sign_up(&instance.store(), &ticket))
    {
        Ok((email_address, _)) => pages::sign_up(Some(&email_address)).into_response(),
        Err(error) => rejected(&error),
    }
}

pub(super) fn rejected(error: &ClerkError) -> Response {
    (error.status(), pages::ticket_rejected(error.message())).into_response()
}

/// Signs in the user of a ticket and consumes the ticket.
pub(super) fn sign_in(store: &mut Store, ticket: &Ticket, client: &str) -> Result<()> {
    let user_id = granted_user_id(store, ticket)?;
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
    let (email_address, public_metadata) = granted_sign_up(store, ticket)?;
    user.insert("email_address".into(), json!([email_address]));
    user.insert("public_metadata".into(), public_metadata);
    let user = store.create_user(user)?;
    let user_id = user["id"].as_str().unwrap_or_default();
    store.verify_by_ticket(user_id)?;
    let session_id = store.start_browser_session(client, user_id)?;
    store.consume_ticket(ticket, &session_id)
}

fn granted_user_id(store: &Store, ticket: &Ticket) -> Result<String> {
    match store.ticket_grant(ticket)? {
        TicketGrant::SignIn { user_id } => Ok(user_id),
        TicketGrant::SignUp { .. } => Err(ClerkError::bad_request(
            "invitation_account_not_exists",
            "There is no account with the invited email address. Sign up instead.",
        )),
    }
}

/// Returns the invited email address and the metadata of the new user.
fn granted_sign_up(store: &Store, ticket: &Ticket) -> Result<(String, Value)> {
    match (store.ticket_grant(ticket)?, ticket.kind.as_str()) {
        (TicketGrant::SignUp { email_address, public_metadata }, _) => {
            Ok((email_address, public_metadata))
        }
        (_, "sign_in_token") => {
            Err(ClerkError::bad_request("sign_in_token_not_in_sign_in_code", ONLY_TO_SIGN_IN))
        }
        (_, "actor_token") => {
            Err(ClerkError::bad_request("actor_token_not_in_sign_in_code", ONLY_TO_SIGN_IN))
        }
        _ => Err(ClerkError::bad_request(
            "invitation_account_exists",
            "There is already an account with the invited email address. Sign in instead.",
        )),
    }
}
