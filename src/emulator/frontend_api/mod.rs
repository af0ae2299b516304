//! The Frontend API endpoints that servers redirect browsers to, the pages of the account portal,
//! and the OAuth 2 and OpenID Connect server.

mod browser;
mod handshake;
mod oauth;
mod pages;
mod portal;
mod responses;
mod sign_in_page;
mod ticket_link;
mod ticket_pages;
mod visit;

use std::sync::Arc;

use axum::Router;

use crate::emulator::store::Instance;

/// Builds the routes outside of `/v1`.
pub(super) fn pages() -> Router<Arc<Instance>> {
    portal::routes().merge(oauth::routes())
}

pub(super) fn routes() -> Router<Arc<Instance>> {
    handshake::routes().merge(ticket_link::routes()).merge(oauth::consent_routes())
}
