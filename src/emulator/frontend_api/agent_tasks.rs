//! Sign-ins of agents.

use std::sync::Arc;

use axum::{Router, extract::State, response::Response, routing::get};
use serde::Deserialize;

use super::{
    browser::{Browser, return_url},
    handshake::{Format, end_handshake},
};
use crate::emulator::{
    http::{ClerkError, Query, Result},
    store::{EmulatorState, Instance},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/agents/tasks", get(sign_in))
}

#[derive(Deserialize)]
struct SignIn {
    ticket: String,
}

/// Signs an agent in and redirects it to the app, along with the state of its client.
async fn sign_in(
    State(instance): EmulatorState,
    browser: Browser,
    Query(query): Query<SignIn>,
) -> Result<Response> {
    let ticket = instance.read_ticket(&query.ticket)?;
    let redirect_url = ticket.redirect_url.as_deref().ok_or_else(ClerkError::ticket_invalid)?;
    let back = return_url(&instance, redirect_url)?;
    let client = browser.page_client(&instance);
    instance.store().start_agent_session(&ticket, &client)?;
    end_handshake(&instance, &client, back, Format::Token)
}
