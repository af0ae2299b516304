//! Tickets: links of invitations and one-time sign-ins, and what their bearers do at the account portal.

use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::{
    super::{
        error::{ClerkError, Result},
        instance::Instance,
        params::Query,
        store::{Admission, Params, Store},
        ticket::Ticket,
    },
    Clerk, pages, redirect,
    sign_in::begin_session,
};
use crate::account_urls::set_query;

const ONLY_TO_SIGN_IN: &str = "The token is for signing in alone.";

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/tickets/accept", get(accept))
}

#[derive(Deserialize)]
struct Accept {
    ticket: String,
}

/// Sends the browser on with its ticket: to where the source says, or to our own page. The link of an expired
/// invitation leads to signing up without it.
async fn accept(State(clerk): Clerk, Query(accept): Query<Accept>) -> Result<Response> {
    let ticket = clerk.read_ticket(&accept.ticket)?;
    if ticket.kind == "invitation" && ticket.is_expired {
        return Ok(redirect(StatusCode::SEE_OTHER, &page(&clerk, "sign-up"), []));
    }
    let (path, status) = match clerk.store().admission(&ticket)? {
        Admission::SignIn { .. } => ("sign-in", "sign_in"),
        Admission::SignUp { .. } => ("sign-up", "sign_up"),
    };
    let to = ticket.redirect_url.as_deref().and_then(|url| Url::parse(url).ok());
    let mut to = to.unwrap_or_else(|| page(&clerk, path));
    set_query(&mut to, "__clerk_ticket", &accept.ticket);
    set_query(&mut to, "__clerk_status", status);
    Ok(redirect(StatusCode::SEE_OTHER, &to, []))
}

fn page(clerk: &Instance, path: &str) -> Url {
    Url::parse(&format!("{}/{path}", clerk.url)).expect("the emulator's pages have URLs")
}

/// The sign-in page for the user of a ticket.
pub(super) fn sign_in_page(clerk: &Instance, ticket: &str) -> Response {
    let user_id = clerk.read_ticket(ticket).and_then(|ticket| may_sign_in(&clerk.store(), &ticket));
    let page =
        user_id.and_then(|id| Ok(pages::sign_in_as(clerk.store().user(&id)?).into_response()));
    page.unwrap_or_else(|error| refused(&error))
}

/// The sign-up page for somebody who is invited.
pub(super) fn sign_up_page(clerk: &Instance, ticket: &str) -> Response {
    match clerk.read_ticket(ticket).and_then(|ticket| may_sign_up(&clerk.store(), &ticket)) {
        Ok((email_address, _)) => pages::sign_up(Some(&email_address)).into_response(),
        Err(error) => refused(&error),
    }
}

pub(super) fn refused(error: &ClerkError) -> Response {
    (error.status(), pages::refused(error.message())).into_response()
}

/// Signs the user of a ticket in, and uses it up.
pub(super) fn sign_in(store: &mut Store, ticket: &Ticket, client: &str) -> Result<()> {
    let user_id = may_sign_in(store, ticket)?;
    let session_id = begin_session(store, client, &user_id)?;
    store.use_ticket(ticket, &session_id)
}

/// Signs somebody up as whom they were invited, and uses the ticket up.
pub(super) fn sign_up(
    store: &mut Store,
    ticket: &Ticket,
    client: &str,
    mut user: Params,
) -> Result<()> {
    let (email_address, public_metadata) = may_sign_up(store, ticket)?;
    user.insert("email_address".into(), json!([email_address]));
    user.insert("public_metadata".into(), public_metadata);
    let user = store.create_user(user)?;
    let user_id = user["id"].as_str().unwrap_or_default();
    store.verify_by_ticket(user_id)?;
    let session_id = begin_session(store, client, user_id)?;
    store.use_ticket(ticket, &session_id)
}

fn may_sign_in(store: &Store, ticket: &Ticket) -> Result<String> {
    match store.admission(ticket)? {
        Admission::SignIn { user_id } => Ok(user_id),
        Admission::SignUp { .. } => Err(ClerkError::bad_request(
            "invitation_account_not_exists",
            "Nobody has the invited address: sign up instead.",
        )),
    }
}

/// The invited address, and the metadata that the user is to have.
fn may_sign_up(store: &Store, ticket: &Ticket) -> Result<(String, Value)> {
    match (store.admission(ticket)?, ticket.kind.as_str()) {
        (Admission::SignUp { email_address, public_metadata }, _) => {
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
            "There is an account for it already: sign in instead.",
        )),
    }
}
