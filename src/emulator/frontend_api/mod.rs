//! The Frontend API endpoints that servers redirect browsers to, and the pages of the account
//! portal.

mod browser;
mod handshake;
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

pub(super) use self::portal::routes as pages;

pub(super) fn routes() -> Router<Arc<Instance>> {
    handshake::routes().merge(ticket_link::routes())
}
