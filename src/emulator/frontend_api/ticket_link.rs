//! The links that contain tickets.

use std::sync::Arc;

use axum::{Router, extract::State, response::Response, routing::get};
use http::StatusCode;
use serde::Deserialize;
use url::Url;

use super::responses::redirect;
use crate::authenticate::set_query_parameter;
use crate::emulator::{
    http::{Query, Result},
    store::{EmulatorState, Instance, TicketGrant},
};

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/tickets/accept", get(accept))
}

#[derive(Deserialize)]
struct Accept {
    ticket: String,
}

/// Redirects the browser, along with its ticket, to the redirect URL of the ticket or else to the
/// account portal. The link of an expired invitation leads to the sign-up page, without the ticket.
async fn accept(State(instance): EmulatorState, Query(accept): Query<Accept>) -> Result<Response> {
    let ticket = instance.read_ticket(&accept.ticket)?;
    if ticket.kind == "invitation" && ticket.is_expired {
        return Ok(redirect(StatusCode::SEE_OTHER, &portal_url(&instance, "sign-up"), []));
    }
    let (path, status) = match instance.store().ticket_grant(&ticket)? {
        TicketGrant::SignIn { .. } => ("sign-in", "sign_in"),
        TicketGrant::SignUp { .. } => ("sign-up", "sign_up"),
    };
    let to = ticket.redirect_url.as_deref().and_then(|url| Url::parse(url).ok());
    let mut to = to.unwrap_or_else(|| portal_url(&instance, path));
    set_query_parameter(&mut to, "__clerk_ticket", &accept.ticket);
    set_query_parameter(&mut to, "__clerk_status", status);
    Ok(redirect(StatusCode::SEE_OTHER, &to, []))
}

fn portal_url(instance: &Instance, path: &str) -> Url {
    Url::parse(&format!("{}/{path}", instance.url))
        .expect("the URLs of the emulator's pages are valid")
}
